package junit

import (
	"bytes"
	"testing"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
)

// Whatever can be read is written in the form.
func FuzzWrite(f *testing.F) {
	for _, r := range []*reports.Result{hostile(), gated(verdict.Recovered, verdict.Collapsed, verdict.Invalid)} {
		for i := range r.Variants { // smaller ones are searched faster
			v := &r.Variants[i]
			for j := range v.Runs {
				v.Runs[j].Series = reports.NewRun(0, &history.History{}, verdict.Verdict{}).Series
				v.Runs[j].Verdict.Evidence.Windows = []reports.Window{}
			}
		}
		var b bytes.Buffer
		if err := r.WriteJSON(&b); err != nil {
			f.Fatal(err)
		}
		if _, err := reports.Read(bytes.NewReader(b.Bytes())); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		if r, err := reports.Read(bytes.NewReader(in)); err == nil {
			parse(t, written(t, r))
		}
	})
}
