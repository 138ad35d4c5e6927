package compare

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
)

// anyRuns are runs with any figures that a result may hold, those of a result
// edited by hand among them.
func anyRuns(t *rapid.T, label string, valid bool) []reports.Run {
	x := rapid.OneOf(rapid.SampledFrom([]float64{0, 1, 2, 40, 1e308, -1e308, -3}), rapid.Float64())
	n := rapid.OneOf(rapid.SampledFrom([]int64{0, 0, 1, 7, math.MaxInt64, math.MinInt64}), rapid.Int64())
	kind := rapid.IntRange(int(verdict.Invalid), int(verdict.Overloaded))
	if valid {
		kind = rapid.IntRange(int(verdict.Healthy), int(verdict.Overloaded))
	}
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) reports.Run {
		o := outcome{
			kind: verdict.Kind(kind.Draw(t, "kind")), recovery: x.Draw(t, "recovery"), amplification: x.Draw(t, "amplification"),
			wasted: x.Draw(t, "wasted"), failed: n.Draw(t, "failed"), lost: n.Draw(t, "lost"), doubled: n.Draw(t, "doubled"),
		}
		r := o.run(rapid.IntRange(0, 1000).Draw(t, "seed"))
		if rapid.IntRange(0, 9).Draw(t, "blind") == 0 {
			r.Totals.Amplification, r.Totals.Lost, r.Totals.WorkS = nil, nil, nil
			r.Totals.Sales = n.Draw(t, "sales")
		}
		return r
	}), 1, 12).Draw(t, label)
}

var turned = map[Answer]Answer{Better: Worse, Worse: Better}

// turn gives the answer as the other side would see it.
func turn(a Answer) Answer {
	if b, ok := turned[a]; ok {
		return b
	}
	return a
}

func TestSwappingTheSidesSwapsBetterAndWorse(t *testing.T) {
	expect := rapid.SampledFrom([]experiment.Expect{{}, back, {Kinds: []verdict.Kind{verdict.Collapsed}}})
	rapid.Check(t, func(t *rapid.T) {
		e := expect.Draw(t, "expect")
		a, b := variantOf("v", e, anyRuns(t, "old", true)), variantOf("v", e, anyRuns(t, "new", true))
		cfg := Config{Alpha: rapid.Float64Range(0.01, 0.9).Draw(t, "alpha"), Margin: rapid.Float64Range(0, 1).Draw(t, "margin")}
		there := comparison(t, resultOf("s", a), resultOf("s", b), cfg)
		back := comparison(t, resultOf("s", b), resultOf("s", a), cfg)
		for i, f := range there.Scenarios[0].Variants[0].Figures {
			g := back.Scenarios[0].Variants[0].Figures[i]
			if f.Answer == Invalid || g.Answer == Invalid {
				continue // a candidate that cannot tell is another matter than a baseline
			}
			if turn(f.Answer) != g.Answer {
				t.Fatalf("%s is %v one way and %v the other", f.Name, f.Answer, g.Answer)
			}
		}
	})
}

func TestResultIsNeverWorseThanItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		runs := anyRuns(t, "runs", true)
		r := resultOf("s", variantOf("v", back, runs))
		if c := comparison(t, r, r, Config{Alpha: 0.99}); c.Answer != Identical {
			t.Fatalf("with itself: %v", c.Answer)
		}
		shuffled := rapid.Permutation(runs).Draw(t, "other order")
		for i := range shuffled {
			shuffled[i].Seed += 1000
		}
		c := comparison(t, r, resultOf("s", variantOf("v", back, shuffled)), Config{Alpha: 0.99})
		if c.Answer != NoEvidence {
			t.Fatalf("with the same figures: %v", c.Answer)
		}
	})
}

func TestOrderOfRunsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyRuns(t, "old", true), anyRuns(t, "new", true)
		mixed := rapid.Permutation(b).Draw(t, "other order")
		var got [2]Comparison
		for i, runs := range [][]reports.Run{b, mixed} {
			got[i] = *comparison(t, resultOf("s", variantOf("v", back, a)), resultOf("s", variantOf("v", back, runs)), usual)
		}
		if one, other := inJSON(t, &got[0]), inJSON(t, &got[1]); !bytes.Equal(one, other) && got[0].Answer != Identical && got[1].Answer != Identical {
			t.Fatalf("%s\n%s", one, other)
		}
	})
}

func inJSON(t interface{ Fatal(...any) }, c *Comparison) []byte {
	var b bytes.Buffer
	if err := c.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(b.Bytes()) {
		t.Fatal(b.String())
	}
	return b.Bytes()
}

func TestComparisonChangesNeitherSide(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	made := func() *reports.Result { return resultOf("s", variantOf("v", back, drawn(rng, 9, torn))) }
	before, after := made(), made()
	kept := [2][]reports.Run{slices.Clone(before.Variants[0].Runs), slices.Clone(after.Variants[0].Runs)}
	comparison(t, before, after, usual)
	if !reflect.DeepEqual(kept[0], before.Variants[0].Runs) || !reflect.DeepEqual(kept[1], after.Variants[0].Runs) {
		t.Error("the runs have changed")
	}
}
