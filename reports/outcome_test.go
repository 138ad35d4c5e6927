package reports

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

func TestOutcomeOfAVariant(t *testing.T) {
	none := experiment.Expect{}
	collapse := experiment.Expect{Kinds: []verdict.Kind{verdict.Collapsed}}
	for _, tc := range []struct {
		name    string
		expect  experiment.Expect
		kinds   []verdict.Kind
		want    Outcome
		k, n, x int
	}{
		{"healthy by default", none, []verdict.Kind{verdict.Healthy}, Passed, 1, 1, 0},
		{"recovered by default", none, []verdict.Kind{verdict.Recovered}, Passed, 1, 1, 0},
		{"degraded by default", none, []verdict.Kind{verdict.Degraded}, Failed, 0, 1, 0},
		{"collapsed as expected", collapse, []verdict.Kind{verdict.Collapsed}, Passed, 1, 1, 0},
		{"recovered though not expected", collapse, []verdict.Kind{verdict.Recovered}, Failed, 0, 1, 0},
		{"invalid", none, []verdict.Kind{verdict.Invalid}, Invalid, 0, 0, 1},
		{"never run", none, nil, Invalid, 0, 0, 0},
		{"one of three otherwise", collapse, []verdict.Kind{verdict.Collapsed, verdict.Recovered, verdict.Collapsed}, Failed, 2, 3, 0},
		{"one of three invalid", collapse, []verdict.Kind{verdict.Collapsed, verdict.Invalid, verdict.Collapsed}, Invalid, 2, 2, 1},
		{"one invalid, one otherwise", collapse, []verdict.Kind{verdict.Recovered, verdict.Invalid}, Failed, 0, 1, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v := of("v", tc.expect, tc.kinds...)
			if got := v.Outcome(); got != tc.want || v.Passed != (tc.want == Passed) {
				t.Errorf("outcome %s, passed %t; want %s", got, v.Passed, tc.want)
			}
			if p := v.Probability; p.K != tc.k || p.N != tc.n || p.Invalid != tc.x {
				t.Errorf("%d of %d, %d invalid; want %d of %d, %d", p.K, p.N, p.Invalid, tc.k, tc.n, tc.x)
			}
		})
	}
}

func TestOutcomeOfAResult(t *testing.T) {
	passed, failed, invalid := of("p", experiment.Expect{}, verdict.Healthy), of("f", experiment.Expect{}, verdict.Collapsed), of("i", experiment.Expect{}, verdict.Invalid)
	for _, tc := range []struct {
		name     string
		variants []Variant
		broken   bool
		want     Outcome
	}{
		{"nothing run", nil, false, Invalid},
		{"all passed", []Variant{passed, passed}, false, Passed},
		{"one failed", []Variant{passed, failed}, false, Failed},
		{"one invalid", []Variant{invalid, passed}, false, Invalid},
		{"failed outweighs invalid", []Variant{invalid, failed}, false, Failed},
		{"broken off", []Variant{passed}, true, Invalid},
		{"broken off after a failure", []Variant{failed}, true, Failed},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := New("s", "sim", 1, time.Time{})
			for _, v := range tc.variants {
				r.Add(v)
			}
			if tc.broken {
				r.BreakOff()
			}
			if got := r.Outcome(); got != tc.want || r.Passed != (tc.want == Passed) {
				t.Errorf("outcome %s, passed %t; want %s", got, r.Passed, tc.want)
			}
		})
	}
}

func TestProbabilityCountsWhatWasExpected(t *testing.T) {
	got := of("v", experiment.Expect{}, verdict.Healthy, verdict.Recovered, verdict.Collapsed).Probability
	want := Probability{Kind: "healthy or recovered", K: 2, N: 3, Low: 0.20766, High: 0.938508}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTypicalRunHasTheVerdictOfMostRuns(t *testing.T) {
	v := of("v", experiment.Expect{}, verdict.Healthy, verdict.Collapsed, verdict.Recovered, verdict.Collapsed)
	run, ok := v.Typical()
	if !ok || run.Seed != 1 {
		t.Errorf("%v, %t; want the run with seed 1", run, ok)
	}
}
