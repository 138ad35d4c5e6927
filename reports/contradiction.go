package reports

import (
	"encoding/json"
	"math"

	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// contradictions reports every figure that does not agree with another one.
func (r *Result) contradictions() error {
	var errs field.Errors
	if want := r.Outcome() == Passed; r.Passed != want {
		errs.Add("passed", "is %t, but the variants make it %t", r.Passed, want)
	}
	first := map[string]int{}
	for i := range r.Variants {
		path, name := field.At("variants", i), r.Variants[i].Name
		if other, taken := first[name]; taken {
			errs.Add(field.Join(path, "name"), "is that of %s already", field.At("variants", other))
		} else {
			first[name] = i
		}
		errs.Within(path, r.Variants[i].contradictions())
	}
	var declared struct {
		Name *string `json:"name"`
	}
	if json.Unmarshal(r.Declaration, &declared) == nil && declared.Name != nil && *declared.Name != r.Scenario {
		errs.Add("declaration.name", "is %s, but the scenario is %s", field.Show(*declared.Name), field.Show(r.Scenario))
	}
	return errs.Err()
}

func (v *Variant) contradictions() error {
	var errs field.Errors
	runs := figuresOf(v.Runs)
	want := v.counted(runs, &errs)
	errs.Within("probability", v.Probability.contradictions(want))
	if v.Probability.Kind != v.Expect {
		errs.Add("probability.kind", "is %s, but the variant expects %s", field.Show(v.Probability.Kind), field.Show(v.Expect))
	}
	passed := want.Passes(field.Ratio(v.AtLeast))
	for i := range v.Gates {
		held, err := v.Gates[i].contradictions(field.Ratio(v.AtLeast), runs)
		errs.Within(field.At("gates", i), err)
		passed = passed && held
	}
	if v.Passed != passed {
		errs.Add("passed", "is %t, but the runs make it %t", v.Passed, passed)
	}
	for i := range v.Runs {
		errs.Within(field.At("runs", i), v.Runs[i].contradictions())
	}
	return errs.Err()
}

// counted counts the runs by the expectation. Where it cannot be read, how many
// came out as expected is believed.
func (v *Variant) counted(runs []decision.Run, errs *field.Errors) decision.Count {
	expect, known := v.expectation()
	c := decision.AsExpected(expect, runs)
	switch {
	case !known:
		c.K = v.Probability.K
	case says(expect, v.Expect):
	case len(v.ExpectKinds) > 0:
		errs.Add("expect", "is %s, but expect_kinds and at_least make it %s", field.Show(v.Expect), field.Show(expect.String()))
	default:
		errs.Add("expect", "is %s, but at_least is %v", field.Show(v.Expect), v.AtLeast)
	}
	return c
}

// contradictions compares with what the runs make it, and the interval with
// the counts.
func (p Probability) contradictions(want decision.Count) error {
	var errs field.Errors
	for _, c := range []struct {
		path      string
		got, want int
	}{{"k", p.K, want.K}, {"n", p.N, want.N}, {"invalid", p.Invalid, want.Invalid}} {
		if c.got != c.want {
			errs.Add(c.path, "is %d, but the runs make it %d", c.got, c.want)
		}
	}
	if p.K > p.N {
		errs.Add("k", "is %d, more than n, which is %d", p.K, p.N)
	}
	if err := errs.Err(); err != nil {
		return err // the interval can only be wrong, too
	}
	low, high := p.count().Interval()
	for _, c := range []struct {
		path      string
		got, want float64
	}{{"low", p.Low, low}, {"high", p.High, high}} {
		if !near(c.got, c.want) {
			errs.Add(c.path, "is %v, but %d of %d make it %v", c.got, p.K, p.N, c.want)
		}
	}
	return errs.Err()
}

// contradictions compares with what the variant's runs make it, and says
// whether it passes. A gate that this version does not know is believed.
func (g *Gate) contradictions(atLeast field.Ratio, runs []decision.Run) (passed bool, err error) {
	var errs field.Errors
	rule, known := decision.RuleOf(g.Name, g.Below)
	if !known {
		p := g.Probability
		errs.Within("probability", p.contradictions(decision.Count{K: p.K, N: len(runs) - p.Invalid, Invalid: p.Invalid}))
		return g.Passed, errs.Err()
	}
	want := rule.Over(atLeast, runs)
	errs.Within("probability", g.Probability.contradictions(want.Count))
	if g.Passed != want.Passed {
		errs.Add("passed", "is %t, but the runs make it %t", g.Passed, want.Passed)
	}
	if !same(g.Worst, want.Worst) {
		errs.Add("worst", "is %s, but the runs make it %s", shownFigure(g.Worst), shownFigure(want.Worst))
	}
	if g.WorstSeed != want.WorstSeed {
		errs.Add("worst_seed", "is %d, but the runs make it %d", g.WorstSeed, want.WorstSeed)
	}
	return want.Passed, errs.Err()
}

func (r *Run) contradictions() error {
	var errs field.Errors
	if recovered := r.Verdict.Kind == verdict.Recovered; recovered != (r.Verdict.TimeToRecoverS != nil) {
		errs.Add("verdict.time_to_recover_s", "is %s of a run that is %s", shownFigure(r.Verdict.TimeToRecoverS), r.Verdict.Kind)
	}
	t := &r.Totals
	if t.Completed != t.Good+t.Late {
		errs.Add("totals.completed", "is %d, but %d are good and %d late", t.Completed, t.Good, t.Late)
	}
	if want := per(t.Attempts, t.Sales); !same(t.Amplification, want) {
		errs.Add("totals.amplification", "is %s, but %d attempts for %d sales make it %s",
			shownFigure(t.Amplification), t.Attempts, t.Sales, shownFigure(want))
	}
	if !r.Series.even() {
		errs.Add("series", "has lists of different lengths")
	}
	r.disorder(&errs)
	r.graphContradictions(&errs)
	return errs.Err()
}

// even says whether each list has one figure per bucket.
func (s *Series) even() bool {
	n := len(s.TS)
	for _, l := range []int{
		len(s.Demand), len(s.Attempts), len(s.Goodput), len(s.Errors), len(s.Queue), len(s.InFlight),
		len(s.Unsynced), len(s.Pending), len(s.Wasted), len(s.P50S), len(s.P99S),
	} {
		if l != n {
			return false
		}
	}
	if s.Red != nil && len(s.Red) != n || s.Hurt != nil && len(s.Hurt) != n {
		return false
	}
	for _, by := range s.ErrorsBy {
		if len(by) != n {
			return false
		}
	}
	return true
}

// near says whether two figures are the same but for the rounding of the last
// of their six decimals, which may differ from processor to processor.
func near(a, b float64) bool {
	const last = 2e-6
	return math.Abs(a-b) <= last*max(1, math.Abs(b)*1e-6)
}

func same(a, b *float64) bool {
	if a == nil || b == nil {
		return a == b
	}
	return near(*a, *b)
}

func shownFigure(x *float64) string {
	if x == nil {
		return field.Show(nil)
	}
	return field.Show(*x)
}
