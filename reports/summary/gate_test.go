package summary

import (
	"testing"

	"github.com/retrystorm/retrystorm/reports"
)

func ptr[T any](x T) *T { return &x }

func TestGatesAreWordedForPeople(t *testing.T) {
	one := func(name string, below float64, k int, worst *float64) reports.Gate {
		return reports.Gate{Name: name, Below: below, Passed: k == 1, Worst: worst, Probability: reports.Probability{K: k, N: 1}}
	}
	many := reports.Gate{
		Name: "time_to_recover", Below: 60, WorstSeed: 7,
		Probability: reports.Probability{K: 9, N: 10, Low: 0.6, High: 0.98},
	}
	unknown := reports.Gate{Name: "lost", Below: 1, Probability: reports.Probability{Invalid: 1}}
	for _, tc := range []struct {
		gate          reports.Gate
		cell, finding string
	}{
		{one("time_to_recover", 60, 1, ptr(47.0)), "below 60 s", "time to recover below 60 s: 47 s"},
		{one("time_to_recover", 60, 0, nil), "NOT below 60 s", "time to recover below 60 s: it never was"},
		{one("amplification", 2, 0, ptr(4.1)), "NOT below 2.0×", "attempts per sale below 2.0×: 4.1×"},
		{one("lost", 1, 1, ptr(0.0)), "none", "no sales lost: 0"},
		{one("duplicated", 1, 0, ptr(17.0)), "NOT none", "no sales duplicated: 17"},
		{many, "NOT below 60 s, 9 of 10", "time to recover below 60 s: 9 of 10 runs (60% to 98%), the worst with seed 7: one never was"},
		{unknown, "cannot be told", "no sales lost: cannot be told"},
	} {
		if got := gateCell(&reports.Variant{}, &tc.gate); got != tc.cell {
			t.Errorf("%+v: cell %q, want %q", tc.gate, got, tc.cell)
		}
		if got := Finding(&tc.gate); got != tc.finding {
			t.Errorf("%+v: finding %q, want %q", tc.gate, got, tc.finding)
		}
	}
}
