package summary

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/sample"
)

func TestStormIsWhereAttemptsPerSaleGrewMost(t *testing.T) {
	phases := func(figures ...*float64) reports.Link {
		var l reports.Link
		for i, name := range []string{"baseline", "trigger", "recovery"}[:len(figures)] {
			l.Phases = append(l.Phases, reports.LinkPhase{Name: name, AttemptsPerSale: figures[i]})
		}
		return l
	}
	one, two, nothing := new(1.0), new(2.0), new(0.0)
	for name, tc := range map[string]struct {
		links []reports.Link
		want  int
	}{
		"no links":                {nil, -1},
		"none grew":               {[]reports.Link{phases(one, one, one), phases(two, two, two)}, -1},
		"within the band":         {[]reports.Link{phases(one, new(1.5), new(1.4))}, -1},
		"in the trigger's phase":  {[]reports.Link{phases(one, new(3.0), one), phases(one, new(9.0), one)}, 1},
		"in the recovery":         {[]reports.Link{phases(one, one, new(9.0)), phases(one, new(3.0), one)}, 0},
		"against its own usual":   {[]reports.Link{phases(two, new(8.0), two), phases(one, new(7.0), one)}, 1},
		"alike":                   {[]reports.Link{phases(one, new(4.0), one), phases(one, new(4.0), one)}, 0},
		"never used before":       {[]reports.Link{phases(nothing, new(4.0), one), phases(nil, new(9.0), one)}, -1},
		"no trigger":              {[]reports.Link{phases(two)}, -1},
		"nothing in the recovery": {[]reports.Link{phases(one, new(4.0), nil)}, 0},
	} {
		run := reports.Run{Links: tc.links}
		run.Verdict.Evidence.Thresholds.Amplification = new(1.5)
		if got := Storm(&run); got != tc.want {
			t.Errorf("%s: link %d, want %d", name, got, tc.want)
		}
	}
}

func TestLinksAndNodesAreToldOfSeveralNodesOnly(t *testing.T) {
	v := &sample.Layered().Variants[0]
	want := []GraphRow{
		{"fleet → gateway", []string{"1.0×", "1.1×", "3.2×", "40/s"}, false},
		{"gateway → app", []string{"1.0×", "1.2×", "11×", "40/s"}, false},
		{"app → db", []string{"1.0×", "1.3×", "34×", "40/s"}, true},
	}
	if diff := cmp.Diff(want, Links(v)); diff != "" {
		t.Error(diff)
	}
	queue := v.Runs[0].Nodes[1].Series.Queue
	queue[len(queue)-1] = nil
	*queue[len(queue)-2] = 7
	want = []GraphRow{{"gateway", []string{"8,140", "8,140", "10%"}, false}, {"app", []string{"7", "4,060", "20%"}, false}, {"db", []string{"2,035", "2,035", "30%"}, false}}
	if diff := cmp.Diff(want, Nodes(v)); diff != "" {
		t.Error(diff)
	}
	if len(want[0].Cells) != len(NodeHead)-1 || len(Links(v)[0].Cells) != len(LinkHead)-1 {
		t.Error("a column without a text")
	}
	v.Runs[0].Nodes = slices.Clip(v.Runs[0].Nodes[:1])
	if Links(v) != nil || Nodes(v) != nil || Links(&reports.Variant{}) != nil {
		t.Error("one node is told apart")
	}
}
