package compare

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/sample"
)

// times makes runs of one outcome, with figures that differ a little.
func times(n int, o outcome) []reports.Run {
	var all []reports.Run
	for i := range n {
		one := o
		one.recovery *= 1 + 0.001*float64(i)
		one.amplification *= 1 + 0.001*float64(i)
		all = append(all, one.run(i))
	}
	return all
}

var (
	good    = outcome{kind: verdict.Recovered, recovery: 40, amplification: 1.3, wasted: 0.2, failed: 10}
	healthy = outcome{kind: verdict.Healthy, amplification: 1, failed: 10}
	down    = outcome{kind: verdict.Collapsed, amplification: 4, wasted: 1, failed: 6000}
	void    = outcome{kind: verdict.Invalid}
)

func with(o outcome, change func(*outcome)) outcome {
	change(&o)
	return o
}

// answerOf gives the answer of one figure of the only variant.
func answerOf(t *testing.T, c *Comparison, name string) Answer {
	t.Helper()
	for _, f := range c.Scenarios[0].Variants[0].Figures {
		if f.Name == name {
			return f.Answer
		}
	}
	t.Fatalf("there is no figure %s", name)
	return 0
}

func TestFigureIsBetterWorseOrNeither(t *testing.T) {
	for _, tc := range []struct {
		name      string
		old, new  outcome
		n         int
		figure    string
		want, all Answer
	}{
		{"twice the time", good, with(good, func(o *outcome) { o.recovery = 80 }), 10, "time_to_recover", Worse, Worse},
		{"half the time", good, with(good, func(o *outcome) { o.recovery = 20 }), 10, "time_to_recover", Better, Better},
		{"no return any more", good, down, 10, "time_to_recover", Worse, Worse},
		{"never away any more", good, healthy, 10, "time_to_recover", Better, Better},
		{"a tenth more attempts", good, with(good, func(o *outcome) { o.amplification = 1.43 }), 10, "amplification", Worse, Worse},
		{"a little more, evidently", good, with(good, func(o *outcome) { o.amplification = 1.33 }), 10, "amplification", TooSmall, NoEvidence},
		{"four points more waste", good, with(good, func(o *outcome) { o.wasted = 0.24 }), 10, "wasted_share", TooSmall, NoEvidence},
		{"five points more waste", good, with(good, func(o *outcome) { o.wasted = 0.25 }), 10, "wasted_share", Worse, Worse},
		{"twice the failed sales", good, with(good, func(o *outcome) { o.failed = 20 }), 10, "incomplete_share", Worse, Worse},
		{"one sale lost in each run", good, with(good, func(o *outcome) { o.lost = 1 }), 10, "lost", Worse, Worse},
		{"nothing doubled any more", with(good, func(o *outcome) { o.doubled = 3 }), good, 10, "duplicated", Better, Better},
		{"twice the time in too few runs", good, with(good, func(o *outcome) { o.recovery = 80 }), 3, "time_to_recover", NoEvidence, NoEvidence},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := comparison(t, resultOf("s", variantOf("v", back, times(tc.n, tc.old))), resultOf("s", variantOf("v", back, times(tc.n, tc.new))), usual)
			if got := answerOf(t, c, tc.figure); got != tc.want || c.Answer != tc.all {
				t.Errorf("%v, in all %v; want %v, %v", got, c.Answer, tc.want, tc.all)
			}
		})
	}
}

func TestWithoutAMarginEveryEvidentChangeCounts(t *testing.T) {
	now := with(good, func(o *outcome) { o.amplification = 1.33 })
	c := comparison(t, resultOf("s", variantOf("v", back, times(10, good))), resultOf("s", variantOf("v", back, times(10, now))), Config{Alpha: 0.05})
	if got := answerOf(t, c, "amplification"); got != Worse {
		t.Error(got)
	}
}

// mixed are runs of which some came out in another way.
func mixed(n int, often outcome, m int, seldom outcome) []reports.Run {
	return slices.Concat(times(n, often), times(m, seldom))
}

func TestChangeInTheWorstRunsCountsThoughTheMedianStays(t *testing.T) {
	storm := with(good, func(o *outcome) { o.amplification = 4 })
	before := resultOf("s", variantOf("v", back, mixed(40, good, 20, good)))
	after := resultOf("s", variantOf("v", back, mixed(40, good, 20, storm)))
	c := comparison(t, before, after, usual)
	if got := answerOf(t, c, "amplification"); got != Worse {
		t.Error(got)
	}
	if want := "attempts per sale 1.34× → 4.05× in the worst tenth"; !strings.Contains(c.Conclusion(), want) {
		t.Errorf("%q does not say %q", c.Conclusion(), want)
	}
}

func TestLostSalesCountHoweverFewRunsLoseThem(t *testing.T) {
	lossy := with(good, func(o *outcome) { o.lost = 1 })
	before := resultOf("s", variantOf("v", back, mixed(91, good, 9, good)))
	after := resultOf("s", variantOf("v", back, mixed(91, good, 9, lossy)))
	c := comparison(t, before, after, usual)
	if got := answerOf(t, c, "lost"); got != Worse {
		t.Error(got)
	}
	if want := "WORSE: v: lost in 9 of 100 runs, before in 0 of 100 runs"; c.Conclusion() != want {
		t.Errorf("%q, want %q", c.Conclusion(), want)
	}
}

func TestShareOfRunsAsExpectedIsCompared(t *testing.T) {
	before := resultOf("s", variantOf("v", back, times(20, good)))
	c := comparison(t, before, resultOf("s", variantOf("v", back, mixed(5, good, 15, down))), usual)
	if got := answerOf(t, c, asExpected); got != Worse {
		t.Error(got)
	}
	wide := usual
	wide.Margin = 0.8
	c = comparison(t, before, resultOf("s", variantOf("v", back, mixed(5, good, 15, down))), wide)
	if got := answerOf(t, c, asExpected); got != TooSmall {
		t.Errorf("75 points within a margin of 80: %v", got)
	}
}

func TestVariantThatNoLongerComesOutAsExpectedIsWorse(t *testing.T) {
	var pass experiment.Expect
	one := func(o outcome) *reports.Result { return resultOf("s", variantOf("v", pass, times(1, o))) }
	c := comparison(t, one(good), one(down), usual)
	if c.Answer != Worse || c.Conclusion() != "WORSE: v: it no longer comes out as expected" {
		t.Errorf("%v: %s", c.Answer, c.Conclusion())
	}
	c = comparison(t, one(down), one(good), usual)
	if c.Answer != Better || c.Conclusion() != "BETTER: v: it now comes out as expected" {
		t.Errorf("%v: %s", c.Answer, c.Conclusion())
	}
}

func TestVariantThatNoLongerHoldsItsGateIsWorse(t *testing.T) {
	minute := experiment.Gate{TimeToRecoverBelow: new(time.Minute)}
	one := func(seconds float64) *reports.Result {
		runs := times(1, with(good, func(o *outcome) { o.recovery = seconds }))
		return resultOf("s", sample.Variant("v", experiment.Expect{}, minute, runs))
	}
	c := comparison(t, one(59), one(61), usual)
	if c.Answer != Worse || c.Conclusion() != "WORSE: v: it no longer holds time_to_recover" {
		t.Errorf("%v: %s", c.Answer, c.Conclusion())
	}
}

func TestFewRunsSayHowManyItTakes(t *testing.T) {
	one := func(seconds float64) *reports.Result {
		return resultOf("s", variantOf("v", experiment.Expect{}, times(1, with(good, func(o *outcome) { o.recovery = seconds }))))
	}
	c := comparison(t, one(40), one(80), usual)
	if want := "NO EVIDENCE OF A DIFFERENCE (1 run each; it takes at least 4 runs each to show one)"; c.Answer != NoEvidence || c.Conclusion() != want {
		t.Errorf("%v: %s", c.Answer, c.Conclusion())
	}
	strict := usual
	strict.Alpha = 0.01
	if c := comparison(t, one(40), one(80), strict); c.RunsNeeded != 5 {
		t.Errorf("%d runs needed at 1 %%", c.RunsNeeded)
	}
}

func TestSameRunsAreIdentical(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	r := func() *reports.Result { return resultOf("s", variantOf("v", back, times(8, good))) }
	c := comparison(t, r(), r(), usual)
	if c.Answer != Identical || c.Tests != 0 || c.Conclusion() != "NO EVIDENCE OF A DIFFERENCE: identical, run for run" {
		t.Errorf("%v, %d tests: %s", c.Answer, c.Tests, c.Conclusion())
	}
	other := r()
	other.Add(variantOf("w", back, drawn(rng, 8, calm)))
	again := r()
	again.Add(variantOf("w", back, drawn(rng, 8, calm)))
	c = comparison(t, other, again, usual)
	if c.Answer != NoEvidence || c.Scenarios[0].Variants[0].Answer != Identical {
		t.Errorf("%v, the first variant %v", c.Answer, c.Scenarios[0].Variants[0].Answer)
	}
}

func TestCandidateThatProvesNothingIsInvalid(t *testing.T) {
	before := resultOf("s", variantOf("v", back, times(10, good)), variantOf("w", back, times(10, good)))
	for name, tc := range map[string]struct {
		v    []reports.Run
		want Answer
		says string
	}{
		"no valid run":    {times(10, void), Invalid, "INVALID: v: NEW proves nothing: 10 of 10 runs invalid"},
		"no run":          {nil, Invalid, "INVALID: v: NEW proves nothing: it was not run"},
		"some, and worse": {mixed(2, void, 8, down), Worse, "WORSE: v: it no longer comes out as expected"},
	} {
		t.Run(name, func(t *testing.T) {
			var expect experiment.Expect
			before := resultOf("s", variantOf("v", expect, times(10, good)), before.Variants[1])
			after := resultOf("s", variantOf("v", expect, tc.v), before.Variants[1])
			c := comparison(t, before, after, usual)
			if c.Answer != tc.want || !strings.HasPrefix(c.Conclusion(), tc.says) {
				t.Errorf("%v: %s", c.Answer, c.Conclusion())
			}
		})
	}
	broken := resultOf("s", before.Variants...)
	broken.BreakOff()
	if c := comparison(t, before, broken, usual); c.Answer != Invalid || !strings.Contains(c.Conclusion(), "NEW was broken off") {
		t.Errorf("%v: %s", c.Answer, c.Conclusion())
	}
}

func TestSomethingWorseOutweighsWhatProvesNothing(t *testing.T) {
	var pass experiment.Expect
	side := func(a, b outcome) *reports.Result {
		return resultOf("s", variantOf("v", pass, times(1, a)), variantOf("w", pass, times(1, b)))
	}
	c := comparison(t, side(good, good), side(void, down), usual)
	if c.Answer != Worse || c.Conclusion() != "WORSE: w: it no longer comes out as expected" {
		t.Errorf("%v: %s", c.Answer, c.Conclusion())
	}
}

func TestInvalidRunsDoNotCountAsRuns(t *testing.T) {
	side := func(seconds float64) *reports.Result {
		slow := with(good, func(o *outcome) { o.recovery = seconds })
		return resultOf("s", variantOf("v", experiment.Expect{}, slices.Concat(mixed(1, slow, 1, down), times(20, void))))
	}
	c := comparison(t, side(40), side(80), usual)
	if want := "NO EVIDENCE OF A DIFFERENCE (2 runs each; it takes at least 5 runs each to show one)"; c.Conclusion() != want {
		t.Error(c.Conclusion())
	}
}

func TestLedgerThatCanNoLongerBeReadProvesNothing(t *testing.T) {
	blind := times(5, good)
	for i := range blind {
		blind[i].Totals.Lost = nil
	}
	c := comparison(t, resultOf("s", variantOf("v", back, times(5, good))), resultOf("s", variantOf("v", back, blind)), usual)
	if c.Answer != Invalid || c.Conclusion() != "INVALID: v: lost: NEW cannot tell" {
		t.Errorf("%v: %s", c.Answer, c.Conclusion())
	}
	c = comparison(t, resultOf("s", variantOf("v", back, blind)), resultOf("s", variantOf("v", back, times(5, good))), usual)
	if got := answerOf(t, c, "lost"); got != NotCompared || c.Answer != NoEvidence {
		t.Errorf("%v, in all %v", got, c.Answer)
	}
}

func TestWhatNewLacksIsWorseAndWhatItAddsIsNamed(t *testing.T) {
	v, w := variantOf("v", back, times(5, good)), variantOf("w", back, times(5, good))
	c := comparison(t, resultOf("s", v, w), resultOf("s", w), usual)
	if c.Answer != Worse || c.Conclusion() != "WORSE: v: missing in NEW" {
		t.Errorf("%v: %s", c.Answer, c.Conclusion())
	}
	c = comparison(t, resultOf("s", w), resultOf("s", v, w), usual)
	if c.Answer != Identical || c.Scenarios[0].Variants[1].Answer != New || c.Scenarios[0].Variants[1].Name != "v" {
		t.Errorf("%v: %+v", c.Answer, c.Scenarios[0].Variants)
	}

	side := func(names ...string) []*reports.Result {
		var all []*reports.Result
		for _, n := range names {
			all = append(all, resultOf(n, v))
		}
		return all
	}
	sets, err := Results(side("a", "b"), side("b", "c"), usual)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range sets.Scenarios {
		got = append(got, s.Name+": "+s.Answer.String())
	}
	if diff := cmp.Diff([]string{"a: worse: missing in NEW", "b: identical", "c: new"}, got); diff != "" {
		t.Error(diff)
	}
	if sets.Conclusion() != "WORSE: a: missing in NEW" {
		t.Error(sets.Conclusion())
	}
}

func TestOtherExpectationIsNotedAndNotCompared(t *testing.T) {
	collapse := experiment.Expect{Kinds: []verdict.Kind{verdict.Collapsed}}
	c := comparison(t, resultOf("s", variantOf("v", collapse, times(5, down))), resultOf("s", variantOf("v", back, times(5, good))), usual)
	if got := answerOf(t, c, asExpected); got != Worse { // collapse came out, the return is not shown
		t.Error(got)
	}
	if want := []string{"v was expected to be collapsed, and is now expected to be " + back.String()}; !slices.Equal(c.Scenarios[0].Notes[:1], want) {
		t.Error(c.Scenarios[0].Notes)
	}
	recovered := []verdict.Kind{verdict.Recovered}
	half := experiment.Expect{Kinds: recovered, AtLeast: 0.5}
	c = comparison(t, resultOf("s", variantOf("v", half, times(8, good))), resultOf("s", variantOf("v", experiment.Expect{Kinds: recovered}, times(9, good))), usual)
	if got := answerOf(t, c, asExpected); got != NoEvidence {
		t.Errorf("another bound on the same verdict: %v", got)
	}
}

func TestResultsThatCannotBeComparedAreRefused(t *testing.T) {
	v := variantOf("v", back, times(5, good))
	s := resultOf("s", v)
	local := resultOf("s", v)
	local.Engine = "local"
	brokenOff := resultOf("s")
	brokenOff.BreakOff()
	for name, tc := range map[string]struct {
		old, new []*reports.Result
		want     error
		says     string
	}{
		"scenarios":    {[]*reports.Result{s}, []*reports.Result{resultOf("t\x1b", v)}, ErrScenario, `OLD is s, NEW is t\x1b`},
		"engines":      {[]*reports.Result{s}, []*reports.Result{local}, ErrEngine, "of s: OLD ran on sim, NEW on local"},
		"nothing":      {nil, []*reports.Result{s}, ErrNothing, "OLD has 0 results, NEW has 1"},
		"twice":        {[]*reports.Result{s, s}, []*reports.Result{s}, ErrTwice, "OLD holds several results of one scenario: s"},
		"twice in new": {[]*reports.Result{s}, []*reports.Result{s, s}, ErrTwice, "NEW holds"},
		"bad baseline": {[]*reports.Result{resultOf("s", variantOf("v", back, times(2, void)))}, []*reports.Result{s}, ErrBaseline, "s, v: 2 of 2 runs invalid"},
		"no variant":   {[]*reports.Result{resultOf("s")}, []*reports.Result{s}, ErrBaseline, "it has no variant"},
		"broken off":   {[]*reports.Result{brokenOff}, []*reports.Result{s}, ErrBaseline, "broken off"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Results(tc.old, tc.new, usual)
			if !errors.Is(err, tc.want) || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("%v; want %v and %q", err, tc.want, tc.says)
			}
		})
	}
	across := usual
	across.AcrossEngines = true
	if c := comparison(t, s, local, across); c.Answer != Identical {
		t.Errorf("across engines: %v", c.Answer)
	}
}

func TestConfigReportsEveryFieldThatIsWrong(t *testing.T) {
	for _, cfg := range []Config{{Alpha: 1, Margin: -1}, {Alpha: 0, Margin: 1e9}} {
		var list field.List
		_, err := Results(nil, nil, cfg)
		if !errors.As(err, &list) || len(list) != 2 || list[0].Path != "alpha" || list[1].Path != "margin" {
			t.Errorf("%+v: %v", cfg, err)
		}
	}
}

func TestGateThatIsNoLongerAskedForIsNamed(t *testing.T) {
	before, after := sample.Friday(), sample.Friday()
	v := after.Variants[1]
	before.Variants[1] = sample.Variant(v.Name, experiment.Expect{}, experiment.Gate{NothingLost: true}, v.Runs)
	before.Variants[1].Expect, before.Variants[1].Probability.Kind = v.Expect, v.Probability.Kind
	c, err := Results([]*reports.Result{before}, []*reports.Result{after}, usual)
	if err != nil {
		t.Fatal(err)
	}
	if got := drawnAs(t, c, 200); !strings.Contains(got, "client 4.4.2 had to hold lost below 1, and now has to hold no gate") {
		t.Errorf("it is not said:\n%s", got)
	}
}
