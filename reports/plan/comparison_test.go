package plan

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"gotest.tools/v3/golden"

	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports/compare"
	"github.com/retrystorm/retrystorm/reports/table"
)

// moved shifts the edge of a plan.
func moved(p *Plan, by float64) *Plan {
	for _, v := range []*Value{&p.Edge.Value, &p.Edge.Low, &p.Edge.High} {
		v.X += by
	}
	return p
}

func compared(t *testing.T, old, candidate *Plan) *Comparison {
	t.Helper()
	c, err := Compare(old, candidate, compare.DefaultMargin)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The edge of the spike is 2.09, from 2.06 to 2.14; that of the workers 11, from 11 to 12.
func TestEdgeThatMovesInwardIsWorse(t *testing.T) {
	for _, tc := range []struct {
		name string
		by   float64
		want compare.Answer
	}{
		{"edge", -0.5, compare.Worse}, {"edge", 0.5, compare.Better}, {"edge", 0, compare.NoEvidence},
		{"edge", -0.07, compare.NoEvidence}, {"edge", 0.07, compare.NoEvidence},
		{"edge", -0.09, compare.TooSmall}, {"edge", 0.09, compare.TooSmall},
		{"rising", 5, compare.Worse}, {"rising", -5, compare.Better}, {"rising", 1, compare.NoEvidence},
	} {
		old, candidate := sample(t, tc.name), moved(sample(t, tc.name), tc.by)
		old.Capacity, candidate.Capacity = nil, nil
		c := compared(t, old, candidate)
		whole := tc.want
		if whole == compare.TooSmall {
			whole = compare.NoEvidence // of a difference that matters
		}
		if c.Figures[0].Answer != tc.want || c.Answer != whole {
			t.Errorf("%s moved by %v: %v, want %v (%s)", tc.name, tc.by, c.Figures[0].Answer, tc.want, c.Conclusion())
		}
	}
}

func TestDemandThatIsStoodNoMoreIsWorse(t *testing.T) {
	old, candidate := sample(t, "edge"), sample(t, "edge")
	for _, x := range []*float64{candidate.Capacity.Heals, candidate.Capacity.HealsBound.Low, candidate.Capacity.HealsBound.High} {
		*x /= 2
	}
	c := compared(t, old, candidate)
	if c.Answer != compare.Worse || !strings.Contains(c.Conclusion(), "WORSE: demand, heals, with its trigger") {
		t.Errorf("%s", c.Conclusion())
	}
	candidate.Capacity = nil
	if c := compared(t, old, candidate); c.Answer != compare.NoEvidence || !strings.Contains(strings.Join(c.Notes, " "), "only one of the plans") {
		t.Errorf("%s, %q", c.Conclusion(), c.Notes)
	}
}

func TestPlanThatProvesNothingIsSaidTo(t *testing.T) {
	for _, tc := range []struct {
		name string
		edit func(old, candidate *Plan)
		says string
	}{
		{"edge", func(_, n *Plan) { n.Complete = false }, "NEW was broken off"},
		{"edge", func(o, _ *Plan) { o.Complete = false }, "OLD was broken off"},
		{"edge", func(_, n *Plan) { n.Edge, n.Problem = nil, "from 1 to 6 it is collapsed" }, "NEW has no edge: from 1 to 6 it is collapsed"},
		{"edge", func(o, _ *Plan) { o.Edge, o.Problem = nil, "2 runs did not suffice" }, "OLD has no edge: 2 runs did not suffice"},
		{"edge", func(_, n *Plan) { n.Edge.Rising = true }, "above the edge on one side"},
		{"words", func(_, n *Plan) { n.Vary[0].Values = n.Vary[0].Values[1:] }, "same order"},
		{"map", func(_, _ *Plan) {}, "no single edge"},
		{"demand", func(o, n *Plan) { o.Capacity, n.Capacity = nil, nil }, "nothing that both plans asked for"},
		{"demand", func(_, n *Plan) { n.Capacity.Heals, n.Capacity.HealsBound = nil, Bound{Problem: "it holds of none"} }, "NEW has none: it holds of none"},
	} {
		old, candidate := sample(t, tc.name), sample(t, tc.name)
		tc.edit(old, candidate)
		c := compared(t, old, candidate)
		if got := c.Conclusion(); c.Answer != compare.Invalid || !strings.HasPrefix(got, "INVALID: ") || !strings.Contains(got, tc.says) {
			t.Errorf("%s, which does not say %q", got, tc.says)
		}
	}
}

func TestOtherQuestionsAreRefusedByName(t *testing.T) {
	for says, edit := range map[string]func(*Plan){
		"the scenario is storm in OLD and calm in NEW":                                       func(p *Plan) { p.Scenario = "calm" },
		"what is varied is timeline.0.times in OLD and fleet.0.timeout in NEW":               func(p *Plan) { p.Vary[0].Path = "fleet.0.timeout" },
		"what is varied is timeline.0.times in OLD and timeline.0.times in multiples in NEW": func(p *Plan) { p.Vary[0].Unit = multiples },
		"what counts as success is healthy or recovered in OLD and recovered in NEW":         func(p *Plan) { p.For = []verdict.Kind{verdict.Recovered} },
		"the probability asked for is 0.95 in OLD and 0.9 in NEW":                            func(p *Plan) { p.AtLeast = 0.9 },
	} {
		p := sample(t, "edge")
		edit(p)
		if _, err := Compare(sample(t, "edge"), p, 0); !errors.Is(err, ErrQuestion) || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, which does not say %q", err, says)
		}
	}
	if _, err := Compare(sample(t, "edge"), sample(t, "edge"), -1); err == nil || !strings.Contains(err.Error(), "margin") {
		t.Errorf("a margin below zero: %v", err)
	}
}

func TestComparisonIsGolden(t *testing.T) {
	candidate := moved(sample(t, "edge"), -0.5)
	candidate.Variant, candidate.Engine = "client 4.4.2", "local"
	c := compared(t, sample(t, "edge"), candidate)
	var text strings.Builder
	for _, width := range []int{0, 60} {
		must(c.WriteTable(&text, table.Style{Width: width}))
	}
	golden.Assert(t, text.String(), "comparison.golden")
	var out bytes.Buffer
	must(c.WriteJSON(&out))
	golden.Assert(t, out.String(), "comparison.json.golden")
	var doc map[string]any
	must(json.Unmarshal(out.Bytes(), &doc))
	if doc["answer"] != "worse" || doc["schema"] != ComparisonSchema {
		t.Errorf("%v of %v", doc["answer"], doc["schema"])
	}
}
