package decision

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// gated is a run with the figures that gates look at.
func gated(kind verdict.Kind, recovery *float64, amplification float64, lost *int64) Run {
	return Run{Seed: 7, Kind: kind, TimeToRecover: recovery, Amplification: &amplification, Lost: lost, Duplicated: lost}
}

func TestGateHoldsOnlyBelowItsBound(t *testing.T) {
	minute := experiment.Gate{TimeToRecoverBelow: new(time.Minute)}
	twice := experiment.Gate{AmplificationBelow: new(2.0)}
	nothing := experiment.Gate{NothingLost: true}
	none := new(int64(0))
	for _, tc := range []struct {
		name string
		gate experiment.Gate
		run  Run
		want Outcome
	}{
		{"soon enough", minute, gated(verdict.Recovered, new(59.9), 1, none), Passed},
		{"at the bound", minute, gated(verdict.Recovered, new(60.0), 1, none), Failed},
		{"never away", minute, gated(verdict.Healthy, nil, 1, none), Passed},
		{"never back", minute, gated(verdict.Degraded, nil, 1, none), Failed},
		{"proves nothing", minute, gated(verdict.Invalid, nil, 1, none), Invalid},
		{"few attempts", twice, gated(verdict.Recovered, new(1.0), 1.99, none), Passed},
		{"too many attempts", twice, gated(verdict.Recovered, new(1.0), 2, none), Failed},
		{"nothing lost", nothing, gated(verdict.Recovered, new(1.0), 1, none), Passed},
		{"one lost", nothing, gated(verdict.Recovered, new(1.0), 1, new(int64(1))), Failed},
		{"nobody knows what is lost", nothing, gated(verdict.Recovered, new(1.0), 1, nil), Invalid},
	} {
		t.Run(tc.name, func(t *testing.T) {
			open := experiment.Expect{Kinds: []verdict.Kind{verdict.Healthy, verdict.Recovered, verdict.Degraded}}
			v := Decide(open, tc.gate, []Run{tc.run})
			if got := v.Outcome(); got != tc.want {
				t.Errorf("%v, want %v: %+v", got, tc.want, v.Gates)
			}
		})
	}
}

func TestGateCountsRunsAndShowsTheWorst(t *testing.T) {
	runs := []Run{
		gated(verdict.Recovered, new(30.0), 1, nil),
		gated(verdict.Recovered, new(70.0), 1, nil),
		gated(verdict.Invalid, nil, 1, nil),
		gated(verdict.Collapsed, nil, 1, nil),
	}
	for i := range runs {
		runs[i].Seed = uint64(i)
	}
	g := experiment.Gate{TimeToRecoverBelow: new(time.Minute)}
	got := Decide(experiment.Expect{}, g, runs).Gates
	want := []Gate{{
		Name: "time_to_recover", Below: 60, WorstSeed: 3,
		Count: Count{K: 1, N: 3, Invalid: 1},
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestGateWithABoundOnItsProbability(t *testing.T) {
	expect := experiment.Expect{AtLeast: 0.5}
	g := experiment.Gate{TimeToRecoverBelow: new(time.Minute)}
	soon, late := gated(verdict.Recovered, new(1.0), 1, nil), gated(verdict.Recovered, new(100.0), 1, nil)
	runs := []Run{soon, soon, soon, soon, soon, soon, soon, soon, soon, late}
	if v := Decide(expect, g, runs); v.Outcome() != Passed {
		t.Errorf("nine of ten show a half: %+v", v.Gates)
	}
	if v := Decide(expect, g, []Run{soon, late}); v.Outcome() != Failed {
		t.Errorf("one of two shows nothing: %+v", v.Gates)
	}
	if !Settled(expect, g, []Run{late, late, late, late, late, late, late, late}, 8) {
		t.Error("of sixteen, eight that failed leave no way to pass")
	}
	if Settled(expect, g, []Run{soon, soon, soon, soon, late}, 40) {
		t.Error("forty runs can change the answer")
	}
}
