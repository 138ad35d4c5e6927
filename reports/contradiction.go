package reports

import (
	"encoding/json"
	"math"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
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
	want := v.counted(&errs)
	errs.Within("probability", v.Probability.contradictions(want))
	if v.Probability.Kind != v.Expect {
		errs.Add("probability.kind", "is %s, but the variant expects %s", field.Show(v.Probability.Kind), field.Show(v.Expect))
	}
	passed := want.passes(field.Ratio(v.AtLeast))
	for i := range v.Gates {
		held, err := v.Gates[i].contradictions(v)
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

// counted counts the runs by the words of the expectation. Where they cannot be
// read, how many came out as expected is believed.
func (v *Variant) counted(errs *field.Errors) tally {
	expect, known := v.expectation()
	t := tallied(expecting(expect), v.Runs)
	if !known {
		t.k = v.Probability.K
		return t
	}
	if !says(expect, v.Expect) {
		errs.Add("expect", "is %s, but at_least is %v", field.Show(v.Expect), v.AtLeast)
	}
	return t
}

// contradictions compares with what the runs make it, and the interval with
// the counts.
func (p Probability) contradictions(want tally) error {
	var errs field.Errors
	for _, c := range []struct {
		path      string
		got, want int
	}{{"k", p.K, want.k}, {"n", p.N, want.n}, {"invalid", p.Invalid, want.invalid}} {
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
	low, high := Wilson(p.K, p.N)
	for _, c := range []struct {
		path      string
		got, want float64
	}{{"low", p.Low, low}, {"high", p.High, high}} {
		if !near(c.got, c.want) {
			errs.Add(c.path, "is %v, but %d of %d make it %v", c.got, p.K, p.N, rounded(c.want))
		}
	}
	return errs.Err()
}

// contradictions compares with what the variant's runs make it, and says
// whether it passes. A gate that this version does not know is believed.
func (g *Gate) contradictions(v *Variant) (passed bool, err error) {
	var errs field.Errors
	u, known := ruleOf(g)
	if !known {
		p := g.Probability
		errs.Within("probability", p.contradictions(tally{p.K, len(v.Runs) - p.Invalid, p.Invalid}))
		return g.Passed, errs.Err()
	}
	want := u.over(field.Ratio(v.AtLeast), v.Runs)
	p := want.Probability
	errs.Within("probability", g.Probability.contradictions(tally{p.K, p.N, p.Invalid}))
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

// ruleOf gives the rule that a gate of a result was judged by.
func ruleOf(g *Gate) (u rule, known bool) {
	all := experiment.Gate{TimeToRecoverBelow: new(time.Second), AmplificationBelow: new(2.0), NothingLost: true, NothingDuplicated: true}
	for _, u := range rules(all) {
		if u.name == g.Name {
			u.below = g.Below
			return u, true
		}
	}
	return rule{}, false
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
