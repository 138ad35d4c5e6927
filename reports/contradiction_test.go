package reports

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// judgedByGates has one variant of four runs: healthy, recovered and collapsed
// ones, and an invalid one.
func judgedByGates() *Result {
	r := New("s", "sim", 1, time.Time{})
	r.Add(results()["gated"].Variants[2])
	return r
}

func TestReadNoticesWhatWasEditedByHand(t *testing.T) {
	for _, tc := range []struct {
		name string
		edit func(r *Result, v *Variant)
		want string
	}{
		{"result passed", func(r *Result, _ *Variant) { r.Passed = true },
			"passed: is true, but the variants make it false"},
		{"a failed run taken out", func(_ *Result, v *Variant) { v.Runs = v.Runs[:3] },
			`variants[0].probability.n: is 3, but the runs make it 2
variants[0].gates[0].probability.n: is 3, but the runs make it 2
variants[0].gates[0].worst: is null, but the runs make it 1.2
variants[0].gates[0].worst_seed: is 3, but the runs make it 1
variants[0].gates[1].probability.n: is 3, but the runs make it 2
variants[0].gates[1].worst: is 3.25, but the runs make it 1.5
variants[0].gates[1].worst_seed: is 3, but the runs make it 0
variants[0].gates[2].probability.k: is 3, but the runs make it 2
variants[0].gates[2].probability.n: is 3, but the runs make it 2
variants[0].gates[3].probability.n: is 3, but the runs make it 2`},
		{"all runs taken out", func(_ *Result, v *Variant) { v.Runs, v.Gates = []Run{}, nil },
			`variants[0].probability.k: is 1, but the runs make it 0
variants[0].probability.n: is 3, but the runs make it 0
variants[0].probability.invalid: is 1, but the runs make it 0`},
		{"variant passed", func(r *Result, v *Variant) { r.Passed, v.Passed = true, true },
			"variants[0].passed: is true, but the runs make it false"},
		{"another verdict expected", func(_ *Result, v *Variant) { v.Expect = "collapsed, at least 7%" },
			`variants[0].expect: is "collapsed, at least 7%", but expect_kinds and at_least make it "recovered, at least 7.000000000000001%"
variants[0].probability.kind: is "recovered, at least 7.000000000000001%", but the variant expects "collapsed, at least 7%"`},
		{"a lower bound", func(_ *Result, v *Variant) { v.AtLeast = 0.01 },
			`variants[0].expect: is "recovered, at least 7.000000000000001%", but expect_kinds and at_least make it "recovered, at least 1%"`},
		{"another verdict expected, in words alone", func(_ *Result, v *Variant) { v.Expect, v.ExpectKinds = "collapsed, at least 7%", nil },
			`variants[0].expect: is "collapsed, at least 7%", but at_least is 0.07
variants[0].probability.kind: is "recovered, at least 7.000000000000001%", but the variant expects "collapsed, at least 7%"`},
		{"a lower bound, in words alone", func(_ *Result, v *Variant) { v.AtLeast, v.ExpectKinds = 0.01, nil },
			`variants[0].expect: is "recovered, at least 7.000000000000001%", but at_least is 0.01`},
		{"another verdict expected, but not in words", func(_ *Result, v *Variant) { v.ExpectKinds = []verdict.Kind{verdict.Collapsed, verdict.Degraded} },
			`variants[0].expect: is "recovered, at least 7.000000000000001%", but expect_kinds and at_least make it "collapsed or degraded, at least 7.000000000000001%"`},
		{"a higher count", func(_ *Result, v *Variant) { v.Probability.K = 2 },
			"variants[0].probability.k: is 2, but the runs make it 1"},
		{"more than all", func(_ *Result, v *Variant) {
			v.Expect, v.ExpectKinds, v.Probability.Kind, v.Probability.K = "fine", nil, "fine", 4
		},
			"variants[0].probability.k: is 4, more than n, which is 3"},
		{"no invalid run", func(_ *Result, v *Variant) { v.Probability.Invalid = 0 },
			"variants[0].probability.invalid: is 0, but the runs make it 1"},
		{"a better interval", func(_ *Result, v *Variant) { v.Probability.Low, v.Probability.High = 0.95, 1 },
			`variants[0].probability.low: is 0.95, but 1 of 3 make it 0.061492
variants[0].probability.high: is 1, but 1 of 3 make it 0.79234`},
		{"a verdict", func(_ *Result, v *Variant) { v.Runs[3].Verdict.Kind = verdict.Degraded },
			""}, // which the counts do not tell from the one before
		{"a verdict as expected", func(_ *Result, v *Variant) {
			v.Runs[3].Verdict.Kind, v.Runs[3].Verdict.TimeToRecoverS = verdict.Recovered, ptr(1.0)
		}, `variants[0].probability.k: is 1, but the runs make it 2
variants[0].gates[0].probability.k: is 2, but the runs make it 3
variants[0].gates[0].worst: is null, but the runs make it 1.2
variants[0].gates[0].worst_seed: is 3, but the runs make it 1`},
		{"a gate's bound", func(_ *Result, v *Variant) { v.Gates[0].Below = 1 },
			`variants[0].gates[0].probability.k: is 2, but the runs make it 1`},
		{"a gate passed", func(_ *Result, v *Variant) { v.Gates[1].Passed = true },
			"variants[0].gates[1].passed: is true, but the runs make it false"},
		{"a gate of another kind", func(_ *Result, v *Variant) { v.Gates[1].Name, v.Gates[1].Probability.N = "later", 5 },
			"variants[0].gates[1].probability.n: is 5, but the runs make it 3"},
		{"a recovery without its time", func(_ *Result, v *Variant) {
			v.Gates, v.Runs[1].Verdict.TimeToRecoverS = nil, nil
		}, "variants[0].runs[1].verdict.time_to_recover_s: is null of a run that is recovered"},
		{"a recovery time of another", func(_ *Result, v *Variant) { v.Gates, v.Runs[2].Verdict.TimeToRecoverS = nil, ptr(1.0) },
			"variants[0].runs[2].verdict.time_to_recover_s: is 1 of a run that is invalid"},
		{"sales completed", func(_ *Result, v *Variant) { v.Runs[0].Totals.Completed++ },
			"variants[0].runs[0].totals.completed: is 3025, but 3014 are good and 10 late"},
		{"amplification", func(_ *Result, v *Variant) { v.Gates, v.Runs[0].Totals.Amplification = nil, ptr(1.0) },
			"variants[0].runs[0].totals.amplification: is 1, but 5400 attempts for 3600 sales make it 1.5"},
		{"amplification of nothing", func(_ *Result, v *Variant) { v.Runs[2].Totals.Sales = 0 },
			"variants[0].runs[2].totals.amplification: is 3.25, but 11700 attempts for 0 sales make it null"},
		{"phases out of order", func(_ *Result, v *Variant) {
			p := v.Runs[0].Phases
			p[0], p[1] = p[1], p[0]
		}, `variants[0].runs[0].phases[1].name: is "baseline" after "trigger"; the order is baseline, trigger, recovery
variants[0].runs[0].phases[1].from_s: is 0; must be at least 5, which is phases[0].to_s`},
		{"a phase that ends before it begins", func(_ *Result, v *Variant) { v.Runs[0].Phases[1].ToS = 1 },
			"variants[0].runs[0].phases[1].to_s: is 1; must be at least 3, which is phases[1].from_s"},
		{"a median above the 99th percentile", func(_ *Result, v *Variant) { v.Runs[0].Phases[0].P50S = ptr(9.0) },
			"variants[0].runs[0].phases[0].p99_s: is 0.1; must be at least 9, which is phases[0].p50_s"},
		{"time that goes back", func(_ *Result, v *Variant) { v.Runs[0].Series.TS[3] = 1.5 },
			"variants[0].runs[0].series.t_s[3]: is 1.5; must be at least 2, which is series.t_s[2]"},
		{"a window and a fault that end before they begin", func(_ *Result, v *Variant) {
			v.Runs[0].Verdict.Evidence.Windows[0].ToS, v.Runs[0].Faults[0].ToS = 2, 1
		}, `variants[0].runs[0].verdict.evidence.windows[0].to_s: is 2; must be at least 3, which is verdict.evidence.windows[0].from_s
variants[0].runs[0].faults[0].to_s: is 1; must be at least 3, which is faults[0].from_s`},
		{"a series", func(_ *Result, v *Variant) { v.Runs[0].Series.P50S = v.Runs[0].Series.P50S[1:] },
			"variants[0].runs[0].series: has lists of different lengths"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := judgedByGates()
			tc.edit(r, &r.Variants[0])
			_, err := Read(bytes.NewReader(written(t, r)))
			got := ""
			if err != nil {
				if !errors.Is(err, ErrEdited) {
					t.Fatal(err)
				}
				got = strings.TrimPrefix(err.Error(), ErrEdited.Error()+"\n")
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestExpectationOfALaterVersionIsBelieved(t *testing.T) {
	r := judgedByGates()
	v := &r.Variants[0]
	v.Expect, v.ExpectKinds, v.Probability.Kind = "recovered at sunrise", nil, "recovered at sunrise"
	v.Gates[0].Name, v.Gates[0].Probability.Kind = "later", "later"
	if _, err := Read(bytes.NewReader(written(t, r))); err != nil {
		t.Error(err)
	}
	if yes, known := v.AsExpected(&v.Runs[1]); yes || known {
		t.Errorf("%t, %t of an expectation that cannot be read", yes, known)
	}
}

func TestExpectationIsReadBackFromItsDataOrItsWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyExpect(t)
		v := newVariant("v", want, experiment.Gate{}, []Run{{}})
		if rapid.Bool().Draw(t, "words alone") {
			v.ExpectKinds = nil
		}
		got, known := v.expectation()
		if !known || !says(got, v.Expect) || got.AtLeast != want.AtLeast {
			t.Fatalf("%q gave %+v", v.Expect, got)
		}
		for k := verdict.Invalid; k <= verdict.Overloaded; k++ {
			if yes, _ := v.AsExpected(&Run{Verdict: Verdict{Kind: k}}); yes != want.Accepts(k) {
				t.Fatalf("%q of %s: %t", v.Expect, k, yes)
			}
		}
	})
}

// What is decided on a run as it was made, is decided on it as it was read back.
func TestFiguresOfARunAreThoseThatWereDecidedOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := anyHistory(t)
		v := verdict.Judge(h, verdict.Config{Window: time.Second, Hold: 2, Lag: time.Hour, Undelivered: 1, CPU: 1})
		run := NewRun(rapid.Uint64().Draw(t, "seed"), h, v)
		if diff := cmp.Diff(decision.Of(run.Seed, h, &v), run.Figures()); diff != "" {
			t.Fatal(diff)
		}
	})
}

// What is written can be read, whatever happened, and fits the strict schema.
func TestReadTakesWhateverIsWritten(t *testing.T) {
	s := strict(t)
	seen := map[verdict.Kind]int{}
	rapid.Check(t, func(t *rapid.T) {
		r := New(rapid.String().Draw(t, "scenario"), "sim", rapid.Uint64().Draw(t, "seed"), time.Time{})
		for i := range rapid.IntRange(0, 3).Draw(t, "variants") {
			var runs []Run
			for range rapid.IntRange(0, 4).Draw(t, "runs") {
				h := anyHistory(t)
				v := verdict.Judge(h, verdict.Config{Window: time.Second, Hold: 2, Lag: time.Hour, Undelivered: 1, CPU: 1})
				seen[v.Kind]++
				runs = append(runs, NewRun(rapid.Uint64().Draw(t, "seed"), h, v))
			}
			r.Add(newVariant(strconv.Itoa(i)+rapid.String().Draw(t, "name"), anyExpect(t), anyGate(t), runs))
		}
		if rapid.Bool().Draw(t, "broken off") {
			r.BreakOff()
		}
		var b bytes.Buffer
		if err := r.WriteJSON(&b); err != nil {
			t.Fatal(err)
		}
		fits(t, s, "what is written", b.Bytes())
		if _, err := Read(&b); err != nil {
			t.Fatal(err)
		}
	})
	t.Log(seen)
}

func anyExpect(t *rapid.T) experiment.Expect {
	kinds := rapid.SliceOfN(rapid.Map(rapid.IntRange(1, int(verdict.Overloaded)), func(i int) verdict.Kind { return verdict.Kind(i) }), 0, 3)
	e := experiment.Expect{Kinds: kinds.Draw(t, "kinds")}
	if rapid.Bool().Draw(t, "bounded") {
		e.AtLeast = field.Ratio(rapid.Float64Range(0.001, 0.999).Draw(t, "at least"))
	}
	return e
}

func anyGate(t *rapid.T) experiment.Gate {
	return experiment.Gate{
		TimeToRecoverBelow: rapid.Ptr(rapid.Map(rapid.Int64Range(1, int64(30*time.Second)), func(ns int64) time.Duration { return time.Duration(ns) }), true).Draw(t, "recovery"),
		AmplificationBelow: rapid.Ptr(rapid.SampledFrom([]float64{1.0001, 1.5, 1 << 30}), true).Draw(t, "amplification"),
		NothingLost:        rapid.Bool().Draw(t, "nothing lost"),
		NothingDuplicated:  rapid.Bool().Draw(t, "nothing duplicated"),
	}
}

// anyHistory begins with a healthy baseline or not, and then has anything.
func anyHistory(t *rapid.T) *history.History {
	second := func(label string) time.Duration {
		return time.Duration(rapid.Int64Range(0, int64(40*time.Second)).Draw(t, label))
	}
	h := &history.History{
		Bucket:  rapid.SampledFrom([]time.Duration{time.Second, time.Second, time.Second, time.Second, 300 * time.Millisecond, 0}).Draw(t, "bucket"),
		Horizon: 30 * time.Second, Capacity: 400,
		Trigger:   history.Span{From: 10 * time.Second, To: 13 * time.Second},
		Generator: history.Generator{LagP99: second("lag"), CPU: second("cpu"), Wall: time.Hour, Cores: rapid.IntRange(0, 2).Draw(t, "cores")},
		Ledger:    history.Audit{Done: rapid.Bool().Draw(t, "audited"), Lost: rapid.Int64Range(0, 3).Draw(t, "lost")},
		Wasted:    second("wasted"),
		Problem:   rapid.SampledFrom([]string{"", "", "", "", "", "", "stopped \xff\n"}).Draw(t, "problem"),
	}
	if rapid.IntRange(0, 9).Draw(t, "odd") == 0 {
		from := second("from")
		h.Horizon, h.Trigger = second("horizon"), history.Span{From: from, To: from + second("length")}
	}
	sound := rapid.SampledFrom([]int{0, 10, 10, 13, 20, 30}).Draw(t, "sound") // so many buckets at first
	length := rapid.SampledFrom([]int{30, 30, 30, 30, 7, 0}).Draw(t, "length")
	for len(h.Buckets) < length {
		b := history.Bucket{Demand: 300, Attempts: 300, Good: 300}
		b.Latency.Add(100 * time.Millisecond)
		if len(h.Buckets) >= sound {
			b = anyBucket(t)
		}
		for range rapid.IntRange(1, 8).Draw(t, "repeat") {
			h.Buckets = append(h.Buckets, b)
		}
	}
	anyGraph(t, h)
	return h
}

func anyBucket(t *rapid.T) history.Bucket {
	count := rapid.OneOf(rapid.Just(int64(300)), rapid.Just(int64(0)), rapid.Int64Range(0, 1000), rapid.Int64Range(0, 1e15))
	b := history.Bucket{
		Demand: 300, Attempts: count.Draw(t, "attempts"), Good: count.Draw(t, "good"), Late: count.Draw(t, "late"),
		Pending: count.Draw(t, "pending"), Unsynced: count.Draw(t, "unsynced"), Queue: count.Draw(t, "queue"),
		Blind: rapid.IntRange(0, 9).Draw(t, "blind") == 0,
	}
	b.Outcomes[rapid.IntRange(0, int(retry.Causes)-1).Draw(t, "cause")] = count.Draw(t, "ended")
	b.Latency.Add(time.Duration(count.Draw(t, "latency")) * time.Microsecond)
	return b
}

func TestVariantsOfOneNameAndAnotherScenariosDeclarationContradict(t *testing.T) {
	twice := friday()
	twice.Variants[1].Name = twice.Variants[0].Name
	alien := friday()
	alien.Declaration = []byte(`{"name": "another"}`)
	for want, r := range map[string]*Result{
		"variants[1].name: is that of variants[0] already":                    twice,
		`declaration.name: is "another", but the scenario is "kounta-friday"`: alien,
	} {
		_, err := Read(bytes.NewReader(written(t, r)))
		if !errors.Is(err, ErrEdited) || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
