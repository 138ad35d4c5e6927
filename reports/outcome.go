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
// none is invalid and each came out as expected; or, where the expectation has
// a bound, when the runs show at least that probability.
func NewVariant(name string, expect experiment.Expect, runs []Run) Variant {
	p := Probability{Kind: expect.String()}
	p.K, p.N, p.Invalid = Tally(expect, runs)
	low, high := Wilson(p.K, p.N)
	p.Low, p.High = rounded(low), rounded(high)
	return Variant{
		Name:        name,
		Expect:      expect.String(),
		AtLeast:     float64(expect.AtLeast),
		Passed:      p.N > 0 && p.Invalid == 0 && shown(expect, p.K, p.N),
		Probability: p,
		Runs:        append([]Run{}, runs...),
	}
}

// Tally counts the runs that came out as expected, those that prove something,
// and those that are invalid.
func Tally(expect experiment.Expect, runs []Run) (k, n, invalid int) {
	for i := range runs {
		kind := runs[i].Verdict.Kind
		switch {
		case kind == verdict.Invalid:
			invalid++
		case expect.Accepts(kind):
			k++
			n++
		default:
			n++
		}
	}
	return k, n, invalid
}

// Outcome says how the variant came out.
func (v *Variant) Outcome() Outcome {
	p := v.Probability
	switch {
	case v.Passed:
		return Passed
	case p.K < p.N, v.AtLeast > 0 && p.N > 0 && p.Invalid == 0:
		return Failed
	}
	return Invalid
}

// shown says whether k of n runs are what was expected.
func shown(expect experiment.Expect, k, n int) bool {
	if expect.AtLeast == 0 {
		return k == n
	}
	low, _ := Wilson(k, n)
	return low >= float64(expect.AtLeast)
}

// Settled says whether left more runs, after k of n came out as expected,
// could still change the answer of an expectation with a bound. One without is
// never settled early: it asks for all of its runs.
func Settled(expect experiment.Expect, k, n, left int) bool {
	if expect.AtLeast == 0 || n == 0 {
		return false
	}
	return shown(expect, k, n+left) || !shown(expect, k+left, n+left)
}

// RunsNeeded is how many runs can show an expectation, if each comes out so.
func RunsNeeded(expect experiment.Expect) int {
	n := 1
	for !shown(expect, n, n) {
		n++
	}
	return n
}
