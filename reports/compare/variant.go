package compare

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// couple is a variant on both sides, nil where one has none.
type couple struct{ before, after *reports.Variant }

// couples pairs the variants by name, in the order of before; those that only
// after has come last. Of several with one name the first goes to the first.
func couples(before, after []reports.Variant) []couple {
	byName := map[string][]*reports.Variant{}
	for i := range after {
		byName[after[i].Name] = append(byName[after[i].Name], &after[i])
	}
	var out []couple
	paired := map[*reports.Variant]bool{}
	for i := range before {
		c := couple{before: &before[i]}
		if queue := byName[before[i].Name]; len(queue) > 0 {
			c.after, byName[before[i].Name] = queue[0], queue[1:]
			paired[c.after] = true
		}
		out = append(out, c)
	}
	for i := range after {
		if !paired[&after[i]] {
			out = append(out, couple{after: &after[i]})
		}
	}
	return out
}

// compared makes the tests of a variant; its answer waits for decide.
func (c couple) compared(cfg Config) (Variant, []*trial) {
	v := Variant{Old: sideOf(c.before), New: sideOf(c.after), Reasons: []string{}, Figures: []Figure{}}
	switch {
	case c.after == nil:
		v.Name, v.Answer = c.before.Name, Missing
		return v, nil
	case c.before == nil:
		v.Name, v.Answer = c.after.Name, New
		return v, nil
	}
	v.Name = c.after.Name
	switch {
	case reflect.DeepEqual(c.before, c.after):
		v.Answer = Identical
		return v, nil
	case c.after.Probability.N == 0:
		return v, nil // there is no figure to compare with
	}
	return c.tested(v, cfg)
}

func (c couple) tested(v Variant, cfg Config) (Variant, []*trial) {
	var trials []*trial
	v.Figures = make([]Figure, len(measures)+1)
	for i := range v.Figures {
		var t *trial
		if i == 0 {
			v.Figures[i], t = expectation(c.before, c.after, cfg.Margin)
		} else {
			v.Figures[i], t = measures[i-1].weighed(c.before.Runs, c.after.Runs, cfg)
		}
		if t != nil {
			t.figure = &v.Figures[i]
			trials = append(trials, t)
		}
	}
	return v, trials
}

func sideOf(v *reports.Variant) *Side {
	if v == nil {
		return nil
	}
	return &Side{Runs: len(v.Runs), Invalid: v.Probability.Invalid, Passed: v.Passed, Expect: v.Expect}
}

// conclude gives the variant its answer, once its figures have theirs.
func (c couple) conclude(v *Variant) {
	if v.Answer != NoEvidence {
		return // one side has it alone, or both are identical
	}
	if len(v.Figures) > 0 {
		c.passing(&v.Figures[0])
	}
	var answers []Answer
	var reasons []string // of each answer
	if c.after.Outcome() == reports.Invalid {
		answers = append(answers, Invalid)
		reasons = append(reasons, "NEW proves nothing: "+invalidity(c.after))
	}
	for i := range v.Figures {
		answers = append(answers, v.Figures[i].Answer)
		reasons = append(reasons, v.Figures[i].reason())
	}
	v.Answer = Sum(answers)
	for i, a := range answers {
		if a == v.Answer && a.weight() > 0 {
			v.Reasons = append(v.Reasons, reasons[i])
		}
	}
}

// passing looks at what the scenario itself demands. That a variant no longer
// gives it is worse, whether or not so many runs are evidence of anything.
func (c couple) passing(f *Figure) {
	switch before, after := c.before.Outcome(), c.after.Outcome(); {
	case before == reports.Passed && after == reports.Failed:
		f.Answer, f.Why = Worse, "it no longer comes out as expected"
		if p := c.after.Probability; p.K == p.N {
			f.Why = "it no longer holds " + strings.Join(failedGates(c.after), ", ")
		}
	case before == reports.Failed && after == reports.Passed:
		f.Answer, f.Why = Better, "it now comes out as expected"
	}
}

func failedGates(v *reports.Variant) []string {
	var names []string
	for i := range v.Gates {
		if v.Gates[i].Outcome(v.AtLeast) == reports.Failed {
			names = append(names, phrase.Name(v.Gates[i].Name))
		}
	}
	return names
}

// invalidity says in what way a variant proves nothing.
func invalidity(v *reports.Variant) string {
	switch n := v.Probability.Invalid; {
	case len(v.Runs) == 0:
		return "it was not run"
	case n > 0:
		return fmt.Sprintf("%d of %s invalid", n, runs(len(v.Runs)))
	}
	return "what its gate asks for cannot be told"
}

// sameExpected says whether both sides expect the same verdicts, whatever the
// bound on their probability. Where they cannot be read, their words are compared.
func sameExpected(before, after *reports.Variant) bool {
	a, knownA := before.Expected()
	b, knownB := after.Expected()
	if !knownA || !knownB {
		return before.Expect == after.Expect
	}
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// runs words a number of runs.
func runs(n int) string {
	if n == 1 {
		return "1 run"
	}
	return phrase.Count(int64(n)) + " runs"
}
