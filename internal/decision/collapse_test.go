package decision

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// outage is a run with a time scale of 10 s that was down for so long.
func outage(kind verdict.Kind, secs float64, over bool) Run {
	return Run{Kind: kind, Scale: new(10.0), Outage: &secs, Over: over}
}

func TestCollapseLastsAsLongAsItsRunsSay(t *testing.T) {
	runs := []Run{
		outage(verdict.Recovered, 20, true), // gone before it stood for three scales
		outage(verdict.Recovered, 130, true),
		outage(verdict.Degraded, 230, true),
		outage(verdict.Collapsed, 330, false),
		outage(verdict.Invalid, 900, false),
	}
	c := CollapseOf(runs)
	if c == nil || c.Runs != 3 || c.Ended != 2 || c.Mean == nil || *c.Mean != 300 {
		t.Fatalf("%+v", c)
	}
	// 2 · 600 s ÷ χ²(0.975; 6) = 14.449 and ÷ χ²(0.025; 4) = 0.4844.
	if math.Abs(c.Low-1200/14.4494) > 0.01 || math.Abs(*c.High-1200/0.484419) > 1 {
		t.Errorf("from %v to %v", c.Low, *c.High)
	}
	if c := CollapseOf(runs[:3]); c != nil {
		t.Errorf("without a collapse: %+v", c)
	}
	never := CollapseOf(runs[3:4])
	if never == nil || never.Mean != nil || never.High != nil || math.Abs(never.Low-600/7.37776) > 0.01 {
		t.Errorf("none ended: %+v", never)
	}
}

// TestIntervalOfACollapseHoldsItsMean draws collapses that last 100 s on
// average and are watched for 150 s.
func TestIntervalOfACollapseHoldsItsMean(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const tries, mean, watched = 2000, 100.0, 150.0
	missed := 0
	for range tries {
		var runs []Run
		for range 20 {
			x := mean * rng.ExpFloat64()
			if x < watched {
				runs = append(runs, outage(verdict.Recovered, 30+x, true))
			} else {
				runs = append(runs, outage(verdict.Collapsed, 30+watched, false))
			}
		}
		if c := CollapseOf(runs); c != nil && (c.Low > mean || c.High != nil && *c.High < mean) {
			missed++
		}
	}
	// 5 % of 2,000 are 100, give or take 4 standard deviations of 10.
	if missed > 140 {
		t.Errorf("%d of %d intervals miss the mean", missed, tries)
	}
}

func TestGateBoundsHowLongACollapseLasts(t *testing.T) {
	tests := []struct {
		name   string
		runs   []Run
		passes bool
	}{
		{"no collapse", []Run{outage(verdict.Recovered, 20, true)}, true},
		{"none that ended", []Run{outage(verdict.Collapsed, 40, false)}, false},
		{"short ones", []Run{outage(verdict.Collapsed, 31, false), outage(verdict.Recovered, 32, true)}, true},
		{"long ones", []Run{outage(verdict.Collapsed, 900, false), outage(verdict.Recovered, 800, true)}, false},
		{"nothing proven", []Run{outage(verdict.Invalid, 900, false)}, false},
	}
	for _, tt := range tests {
		u := Rule{name: "collapse", below: 600, sum: readCollapse}
		if g := u.Over(0, tt.runs); g.Passed != tt.passes {
			t.Errorf("%s: %+v", tt.name, g)
		}
	}
	if names := GateNames(experiment.Gate{CollapseBelow: new(new(experiment.Plan).Horizon)}); len(names) != 1 || names[0] != "collapse" {
		t.Errorf("%v", names)
	}
}
