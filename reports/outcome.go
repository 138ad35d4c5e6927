package reports

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Outcome is the answer to an expectation or a gate, as it was decided.
type Outcome = decision.Outcome

// The outcomes.
const (
	Invalid = decision.Invalid // something proves nothing, or was never run, and nothing failed
	Failed  = decision.Failed  // something came out, and not as expected
	Passed  = decision.Passed  // everything came out as expected
)

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
	outcomes := make([]Outcome, len(r.Variants))
	for i := range r.Variants {
		outcomes[i] = r.Variants[i].Outcome()
	}
	return decision.Overall(!r.Incomplete, outcomes)
}

// NewVariant makes the report of a variant out of its runs and what was decided
// on them.
func NewVariant(name string, d decision.Decision, runs []Run) Variant {
	v := Variant{
		Name:        name,
		Expect:      d.Expect.String(),
		ExpectKinds: d.Expect.Accepted(),
		AtLeast:     float64(d.Expect.AtLeast),
		Passed:      d.Passed,
		Probability: probabilityOf(d.Expect.String(), d.Count),
		Collapse:    collapseOf(d.Collapse),
		Runs:        append([]Run{}, runs...),
	}
	for _, g := range d.Gates {
		v.Gates = append(v.Gates, Gate{
			Name: g.Name, Below: g.Below, Passed: g.Passed, Probability: probabilityOf(g.Name, g.Count),
			Worst: g.Worst, WorstSeed: g.WorstSeed,
		})
	}
	return v
}

func probabilityOf(kind string, c decision.Count) Probability {
	low, high := c.Interval()
	return Probability{Kind: kind, K: c.K, N: c.N, Low: low, High: high, Invalid: c.Invalid}
}

func collapseOf(c *decision.Collapse) *Collapse {
	if c == nil {
		return nil
	}
	return &Collapse{Runs: c.Runs, Ended: c.Ended, MeanS: c.Mean, LowS: c.Low, HighS: c.High}
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
