package plan

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports/compare"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// ComparisonSchema names the layout of a comparison of two plans as JSON.
const ComparisonSchema = "retrystorm.plan-comparison/v1"

// ErrQuestion says that two plans answer different questions.
var ErrQuestion = errors.New("compares plans of different questions")

// Comparison is what became of an edge from an older plan, OLD, to a newer one, NEW.
type Comparison struct {
	Schema     string         `json:"schema"`
	Scenario   string         `json:"scenario"`
	OldVariant string         `json:"old_variant"`
	NewVariant string         `json:"new_variant"`
	Margin     float64        `json:"margin"` // the least change that matters, relative to OLD
	Answer     compare.Answer `json:"answer"`
	Figures    []Figure       `json:"figures"`
	Notes      []string       `json:"notes"`
}

// Figure is an edge, or a highest demand, on both sides.
type Figure struct {
	Name   string         `json:"name"` // edge, healthy or heals
	What   string         `json:"what"` // in words: the path of the parameter, or the demand
	Old    *Level         `json:"old"`  // nil where it is not known
	New    *Level         `json:"new"`
	Change *float64       `json:"change"` // relative to OLD; nil where it cannot be told
	Answer compare.Answer `json:"answer"`
	Why    string         `json:"why"`

	text func(Value) string
}

// Level is where a figure lies on one side, and its interval.
type Level struct {
	Value Value `json:"value"`
	Low   Value `json:"low"`
	High  Value `json:"high"`
}

// Compare says whether the edge of a plan moved inward since an older plan, so that less
// leads out of success: beyond both intervals, and by at least a margin, which is a share
// of the older value. The same goes for the demands that the system stands, where both
// plans asked for them. Where an interval overlaps the other there is no evidence. The
// error is a field.List of a margin that is wrong, or wraps ErrQuestion and names what
// differs between the questions.
func Compare(old, candidate *Plan, margin float64) (*Comparison, error) {
	if err := (compare.Config{Alpha: compare.DefaultAlpha, Margin: margin}).Validate(); err != nil {
		return nil, err
	}
	if err := sameQuestion(old, candidate); err != nil {
		return nil, err
	}
	c := &Comparison{
		Schema: ComparisonSchema, Scenario: candidate.Scenario, OldVariant: old.Variant, NewVariant: candidate.Variant,
		Margin: margin, Figures: []Figure{}, Notes: notes(old, candidate),
	}
	if len(candidate.Vary) > 0 {
		c.Figures = append(c.Figures, edges(old, candidate, margin))
	}
	c.Figures = append(c.Figures, demands(old, candidate, margin)...)
	answers := make([]compare.Answer, len(c.Figures))
	for i := range c.Figures {
		answers[i] = c.Figures[i].Answer
	}
	c.Answer = compare.Sum(answers)
	if len(c.Figures) == 0 {
		c.Answer = compare.Invalid
		c.Notes = append(c.Notes, "there is nothing that both plans asked for")
	}
	return c, nil
}

// sameQuestion names the first thing that makes two plans incomparable.
func sameQuestion(old, candidate *Plan) error {
	differ := func(what, a, b string) error {
		return fmt.Errorf("%w: %s is %s in OLD and %s in NEW", ErrQuestion, what, phrase.Name(a), phrase.Name(b))
	}
	if a, b := old.Scenario, candidate.Scenario; a != b {
		return differ("the scenario", a, b)
	}
	if a, b := old.varied(), candidate.varied(); a != b {
		return differ("what is varied", a, b)
	}
	if a, b := sorted(old.For), sorted(candidate.For); !slices.Equal(a, b) {
		return differ("what counts as success", named(a), named(b))
	}
	if a, b := old.AtLeast, candidate.AtLeast; a != b {
		return differ("the probability asked for", fmt.Sprint(a), fmt.Sprint(b))
	}
	return nil
}

func sorted(of []verdict.Kind) []verdict.Kind {
	return slices.Compact(slices.Sorted(slices.Values(of)))
}

// varied names the parameters, and the unit of those that have several.
func (p *Plan) varied() string {
	text := ""
	for i := range p.Vary {
		a := &p.Vary[i]
		if i > 0 {
			text += " and "
		}
		if text += a.Path; a.Unit == multiples {
			text += " in multiples"
		}
	}
	if text == "" {
		return "nothing"
	}
	return text
}

// notes are what else one should know.
func notes(old, candidate *Plan) []string {
	out := []string{}
	add := func(what, a, b string) {
		if a != b {
			out = append(out, fmt.Sprintf("%s is %s in OLD and %s in NEW", what, phrase.Name(a), phrase.Name(b)))
		}
	}
	add("the variant", old.Variant, candidate.Variant)
	add("the engine", old.Engine, candidate.Engine)
	if (old.Capacity == nil) != (candidate.Capacity == nil) {
		out = append(out, "only one of the plans asked what demand the system stands, so that this is not compared")
	}
	return out
}

// edges compares the edges of one parameter.
func edges(old, candidate *Plan, margin float64) Figure {
	a := &candidate.Vary[0]
	f := Figure{Name: "edge", What: phrase.Cut(phrase.Plain(candidate.varied()), longestPath), text: a.plain, Answer: compare.Invalid}
	why := func(side string, p *Plan) string {
		switch {
		case len(p.Vary) > 1:
			return "a map of two parameters has no single edge"
		case !p.Complete:
			return side + " was broken off before all was known"
		case p.Edge == nil:
			return side + " has no edge: " + p.answer()
		}
		return ""
	}
	f.Old, f.New = old.Edge.level(), candidate.Edge.level()
	if f.Why = why("NEW", candidate); f.Why != "" {
		return f
	}
	if f.Why = why("OLD", old); f.Why != "" {
		return f
	}
	if old.Edge.Rising != candidate.Edge.Rising {
		f.Why = "success lies above the edge on one side, and below it on the other"
		return f
	}
	if f.Old.Value.Worded && !slices.Equal(old.Vary[0].Values, a.Values) {
		f.Why = "the words were not listed in the same order"
		return f
	}
	f.judge(a.order(), candidate.Edge.Rising, margin)
	return f
}

func (e *Edge) level() *Level {
	if e == nil {
		return nil
	}
	return &Level{e.Value, e.Low, e.High}
}

// demands compares the demands that a system stands.
func demands(old, candidate *Plan, margin float64) []Figure {
	if old.Capacity == nil || candidate.Capacity == nil {
		return nil
	}
	var out []Figure
	before, after := old.Capacity.demands(), candidate.Capacity.demands()
	for i := range after {
		a, b := &before[i], &after[i]
		if b.column != "healthy" && b.column != "heals" {
			continue // which are declared, and not found
		}
		f := Figure{Name: b.column, What: "demand, " + b.name, Old: a.level(), New: b.level(), Answer: compare.Invalid}
		f.text = func(v Value) string { return rate(v.X) }
		switch {
		case f.New == nil:
			f.Why = "NEW has none: " + b.why()
		case f.Old == nil:
			f.Why = "OLD has none: " + a.why()
		default:
			f.judge((&Axis{}).order(), false, margin)
		}
		if f.New == nil && f.Old == nil && a.bound.Problem == b.bound.Problem && a.bound.Problem != "" {
			f.Answer, f.Why = compare.NotCompared, "neither has one: "+b.why()
		}
		out = append(out, f)
	}
	return out
}

func (d *demand) level() *Level {
	if d.value == nil || d.bound.Low == nil || d.bound.High == nil {
		return nil
	}
	return &Level{Value{X: *d.value}, Value{X: *d.bound.Low}, Value{X: *d.bound.High}}
}

// judge answers by the intervals first, for what they do not show is no change, and then
// by how much matters. Inward is down, or up where success lies above the edge.
func (f *Figure) judge(order func(v, w Value) int, rising bool, margin float64) {
	f.Answer, f.Why = compare.NoEvidence, "the intervals overlap"
	if a, b := f.Old.Value, f.New.Value; !a.Worded && a.X != 0 && !math.IsInf(a.X, 0) && !math.IsInf(b.X, 0) {
		f.Change = new((b.X - a.X) / math.Abs(a.X))
	}
	down, up := order(f.New.High, f.Old.Low) < 0, order(f.New.Low, f.Old.High) > 0
	switch {
	case !down && !up:
		return
	case f.Change != nil && math.Abs(*f.Change) < margin:
		f.Answer, f.Why = compare.TooSmall, "it moved by less than "+share(margin)
	case down != rising:
		f.Answer, f.Why = compare.Worse, "the edge moved inward, beyond both intervals"
	default:
		f.Answer, f.Why = compare.Better, "the edge moved outward, beyond both intervals"
	}
}
