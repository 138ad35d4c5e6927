package markdown

import (
	"bytes"
	"testing"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
)

// Whatever can be read is written, and shows as nothing but text.
func FuzzWrite(f *testing.F) {
	nothing := reports.NewRun(0, &history.History{Nodes: make([]history.Node, 1), Links: make([]history.Link, 1)}, verdict.Verdict{})
	for _, r := range []*reports.Result{hostile(), gated()} {
		for i := range r.Variants { // smaller ones are searched faster
			v := &r.Variants[i]
			for j := range v.Runs {
				v.Runs[j].Series = nothing.Series
				for k := range v.Runs[j].Nodes {
					v.Runs[j].Nodes[k].Series, v.Runs[j].Links[k].Series = nothing.Nodes[0].Series, nothing.Links[0].Series
				}
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
		r, err := reports.Read(bytes.NewReader(in))
		if err != nil {
			return
		}
		out := written(t, r)
		if parse(t, out); len(out) >= 1_000_000 {
			t.Errorf("%d bytes", len(out))
		}
	})
}
