package decision

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

func TestBoundOnTheProbability(t *testing.T) {
	surely := experiment.Expect{Kinds: []verdict.Kind{verdict.Recovered}, AtLeast: 0.95}
	for _, tc := range []struct {
		name          string
		good, bad     int
		want          Outcome
		settledWith10 bool
	}{
		{"one run shows little", 1, 0, Failed, true},
		{"72 are one too few", 72, 0, Failed, false},
		{"73 are enough", 73, 0, Passed, false},
		{"so many that ten more that fail do not matter", 400, 0, Passed, true},
		{"one in 73 failed", 72, 1, Failed, true},
		{"one in 120 failed", 119, 1, Passed, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			runs := recoveries(tc.good, tc.bad)
			v := Decide(surely, experiment.Gate{}, runs)
			if got := v.Outcome(); got != tc.want {
				t.Errorf("the outcome is %v, want %v", got, tc.want)
			}
			if got := Settled(surely, experiment.Gate{}, runs, 10); got != tc.settledWith10 {
				t.Errorf("settled with ten runs left: %t, want %t", got, tc.settledWith10)
			}
		})
	}
	if got := RunsNeeded(surely); got != 73 {
		t.Errorf("it takes %d runs, want 73", got)
	}
	if Settled(experiment.Expect{}, experiment.Gate{}, recoveries(0, 5), 10) {
		t.Error("an expectation without a bound asks for all of its runs")
	}
}

func TestSettledNeverChangesItsMind(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		expect := experiment.Expect{AtLeast: field.Ratio(rapid.Float64Range(0.05, 0.99).Draw(t, "at least"))}
		n := rapid.IntRange(1, 60).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		left := rapid.IntRange(0, 60).Draw(t, "left")
		if !Settled(expect, experiment.Gate{}, recoveries(k, n-k), left) {
			return
		}
		more := rapid.IntRange(0, left).Draw(t, "more")
		if shown(expect.AtLeast, k, n+left) != shown(expect.AtLeast, k+more, n+left) {
			t.Fatalf("%d of %d is settled with %d left, but %d more change it", k, n, left, more)
		}
	})
}

// recoveries are runs of which some recovered and the others collapsed.
func recoveries(good, bad int) []Run {
	runs := make([]Run, good+bad)
	for i := range runs {
		if runs[i].Kind = verdict.Collapsed; i < good {
			runs[i].Kind = verdict.Recovered
		}
	}
	return runs
}
