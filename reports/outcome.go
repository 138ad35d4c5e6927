package reports

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Outcome is the answer to a gate.
type Outcome uint8

// The outcomes. A variant that was judged and not as expected is a finding
// that no other variant's invalid run takes back, so Failed outweighs Invalid.
const (
	Invalid Outcome = iota // something proves nothing, or was never run, and nothing failed
	Failed                 // something came out, and not as expected
	Passed                 // everything came out as expected
)

func (o Outcome) String() string { return [...]string{"INVALID", "FAILED", "PASSED"}[o] }

// New begins a result without variants. Give the zero time where time is
// virtual.
func New(scenario, engine string, seed uint64, startedAt time.Time) *Result {
	r := &Result{
		Schema:   Schema,
		Scenario: scenario,
		Engine:   engine,
		Seed:     seed,
		Versions: map[string]string{},
		Variants: []Variant{},
	}
	if !startedAt.IsZero() {
		r.StartedAt = startedAt.UTC().Truncate(time.Millisecond)
	}
	return r
}

// Add appends a variant and works out anew whether the result passes.
func (r *Result) Add(v Variant) {
	r.Variants = append(r.Variants, v)
	r.Passed = r.Outcome() == Passed
}

// BreakOff marks the result as incomplete; it can no longer pass.
func (r *Result) BreakOff() {
	r.Incomplete = true
	r.Passed = false
}

// Outcome sums up the variants. A result without any, or one broken off,
// proves nothing unless something in it failed.
func (r *Result) Outcome() Outcome {
	all := Passed
	if r.Incomplete || len(r.Variants) == 0 {
		all = Invalid
	}
	for i := range r.Variants {
		switch r.Variants[i].Outcome() {
		case Failed:
			return Failed
		case Invalid:
			all = Invalid
		}
	}
	return all
}

// NewVariant sums up a variant's runs: it passes when there is at least one,
// none is invalid, each came out as expected, and the gate held in each; or,
// where the expectation has a bound, when the runs show at least that
// probability of both.
func NewVariant(name string, expect experiment.Expect, gate experiment.Gate, runs []Run) Variant {
	t := tallied(expecting(expect), runs)
	v := Variant{
		Name:        name,
		Expect:      expect.String(),
		AtLeast:     float64(expect.AtLeast),
		Passed:      t.passes(expect.AtLeast),
		Probability: t.probability(expect.String()),
		Runs:        append([]Run{}, runs...),
	}
	for _, u := range rules(gate) {
		g := u.over(expect.AtLeast, runs)
		v.Passed = v.Passed && g.Passed
		v.Gates = append(v.Gates, g)
	}
	return v
}

// Outcome says how the variant came out.
func (v *Variant) Outcome() Outcome {
	if v.Passed {
		return Passed
	}
	if v.Probability.failed(v.AtLeast) {
		return Failed
	}
	for i := range v.Gates {
		if v.Gates[i].Outcome(v.AtLeast) == Failed {
			return Failed
		}
	}
	return Invalid
}

// Typical gives the run that stands for a variant: the first one with the
// verdict that most runs have. An average of runs that ended well and runs
// that did not would describe none of them.
func (v *Variant) Typical() (run *Run, ok bool) {
	seen := map[verdict.Kind]int{}
	for i := range v.Runs {
		seen[v.Runs[i].Verdict.Kind]++
	}
	for i := range v.Runs {
		if r := &v.Runs[i]; run == nil || seen[r.Verdict.Kind] > seen[run.Verdict.Kind] {
			run = r
		}
	}
	return run, run != nil
}
