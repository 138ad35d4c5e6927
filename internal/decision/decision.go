package decision

import (
	"sort"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Decision is what the runs of a variant come to.
type Decision struct {
	Expect   experiment.Expect
	Passed   bool
	Count    Count     // how often the runs came out as expected
	Gates    []Gate    // what had to hold beyond the verdict
	Collapse *Collapse // how long a collapse goes on; nil where none does
}

// Decide sums up a variant's runs: it passes when there is at least one, none is
// invalid, each came out as expected, and the gate held in each; or, where the
// expectation has a bound, when the runs show at least that probability of both.
func Decide(expect experiment.Expect, gate experiment.Gate, runs []Run) Decision {
	d := Decision{Expect: expect, Count: AsExpected(expect, runs), Collapse: CollapseOf(runs)}
	d.Passed = d.Count.Passes(expect.AtLeast)
	for _, r := range rules(gate) {
		g := r.Over(expect.AtLeast, runs)
		d.Passed = d.Passed && g.Passed
		d.Gates = append(d.Gates, g)
	}
	return d
}

// Outcome says how the variant came out.
func (d *Decision) Outcome() Outcome {
	if d.Passed {
		return Passed
	}
	if d.Count.failed(d.Expect.AtLeast) {
		return Failed
	}
	for i := range d.Gates {
		if d.Gates[i].Outcome(d.Expect.AtLeast) == Failed {
			return Failed
		}
	}
	return Invalid
}

// AsExpected counts the runs whose verdict is expected. An invalid one proves
// nothing.
func AsExpected(expect experiment.Expect, runs []Run) Count {
	return counted(expecting(expect), runs)
}

// expecting judges a run by its verdict.
func expecting(expect experiment.Expect) func(*Run) standing {
	return func(r *Run) standing {
		switch {
		case r.Kind == verdict.Invalid:
			return unknown
		case expect.Accepts(r.Kind):
			return held
		}
		return broken
	}
}

// Settled says whether the runs so far make the answer of an expectation with a
// bound certain, so that left more of them could not change it. One without is
// never settled early: it asks for all of its runs.
func Settled(expect experiment.Expect, gate experiment.Gate, runs []Run, left int) bool {
	if expect.AtLeast == 0 {
		return false
	}
	judges := []func(*Run) standing{expecting(expect)}
	for _, r := range rules(gate) {
		if r.sum != nil {
			return false // each run changes what all of them show
		}
		judges = append(judges, func(run *Run) standing { s, _ := r.judge(run); return s })
	}
	all := true
	for _, judge := range judges {
		c := counted(judge, runs)
		if c.N > 0 && !shown(expect.AtLeast, c.K+left, c.N+left) {
			return true
		}
		all = all && c.N > 0 && shown(expect.AtLeast, c.K, c.N+left)
	}
	return all
}

// RunsNeeded is how many runs can show an expectation, if each comes out so.
func RunsNeeded(expect experiment.Expect) int {
	const plenty = 1 << 40
	return 1 + sort.Search(plenty, func(i int) bool { return shown(expect.AtLeast, i+1, i+1) })
}
