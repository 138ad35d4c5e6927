package render

import (
	"bytes"
	"strings"
	"testing"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/sample"
)

// untold takes out of a run what only the backend tells.
func untold(run *reports.Run) {
	run.Unobserved, run.Nodes = true, nil
	t, e, s := &run.Totals, &run.Verdict.Evidence, &run.Series
	t.WastedWorkS, t.WorkS, t.Lost, t.Duplicated, t.Misdated = nil, nil, nil, nil, nil
	e.WastedShare, e.Backlog = nil, nil
	e.Flow = &reports.Flow{DemandPerS: 300, AttemptsPerS: 1200}
	n := len(s.TS)
	s.Queue, s.InFlight, s.Wasted = make([]*int64, n), make([]*int64, n), make([]*float64, n)
}

func TestEveryFormatShowsARunOnABackendThatTellsNothing(t *testing.T) {
	r := sample.Friday()
	for i := range r.Variants {
		for k := range r.Variants[i].Runs {
			untold(&r.Variants[i].Runs[k])
		}
	}
	for _, f := range Formats() {
		var out bytes.Buffer
		if err := f.Write(&out, r); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
		text := out.String()
		for _, wrong := range []string{"NaN", "0/s served", "<nil>", "0xc0"} {
			if strings.Contains(text, wrong) {
				t.Errorf("%s says %q", f.Name, wrong)
			}
		}
		if f.Name != "json" && strings.Contains(text, "wasted work") {
			t.Errorf("%s shows work that nobody knows to be wasted", f.Name)
		}
	}
}
