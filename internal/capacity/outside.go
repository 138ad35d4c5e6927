package capacity

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// farthest is how far beyond a range an edge is looked for, in doublings; tries is how
// many runs are made at each.
const (
	farthest = 5
	tries    = 5
)

// lookOutside says what the whole range has in common, and where else to look. yes says
// that each level is a success.
func (p *planner) lookOutside(ctx context.Context, yes bool) error {
	a := &p.Axes[0]
	first, last := a.Levels[0], a.Levels[len(a.Levels)-1]
	p.result.Problem = fmt.Sprintf("from %s to %s it is %s", first.Text, last.Text, p.seen(yes))
	if a.Listed || !a.Quantity.Amount() {
		return nil
	}
	for _, factor := range []float64{2, 0.5} {
		from := first
		if (last.X > first.X) == (factor > 1) {
			from = last
		}
		found, err := p.beyond(ctx, from, factor, yes)
		if err != nil || found {
			return err
		}
	}
	p.result.Problem += fmt.Sprintf(", and up to %v times as much or as little changes nothing that could be seen", math.Pow(2, farthest))
	return nil
}

// beyond tries ever more, or ever less, beyond one end of the range. It says whether
// the answer changes there.
func (p *planner) beyond(ctx context.Context, from Level, factor float64, yes bool) (bool, error) {
	a := &p.Axes[0]
	for range farthest {
		to := a.level(multiple(a.Quantity, from.X, factor))
		if a.Multiple {
			to = a.level(from.X * factor)
		}
		point, err := p.vote(ctx, to)
		if err != nil || point.N == 0 || to.X == from.X {
			return false, err
		}
		if (2*point.K > point.N) != yes {
			low, high := from, to
			if factor < 1 {
				low, high = to, from
			}
			p.result.Problem += fmt.Sprintf("; at %s it is %s, so look from %s to %s", to.Text, point.most(func(verdict.Kind) bool { return true }), low.Text, high.Text)
			return true, nil
		}
		from = to
	}
	return false, nil
}

// vote makes some runs at a value that is none of the axis.
func (p *planner) vote(ctx context.Context, l Level) (Point, error) {
	outside := Axis{Levels: []Level{l}, Quantity: p.Axes[0].Quantity, Multiple: p.Axes[0].Multiple, places: p.Axes[0].places}
	v, err := p.Declaration.With(p.Variant, outside.changes(0)...)
	return p.poll(ctx, question{key: p.Variant + " " + p.Axes[0].Path + "=" + l.Text, made: &made{&v.Plan, err}}, p.For)
}

// poll makes some runs of one plan and counts how many end as one of some kinds.
func (p *planner) poll(ctx context.Context, one question, kinds []verdict.Kind) (Point, error) {
	var questions []question
	for number := range tries {
		one.number = number
		questions = append(questions, one)
	}
	answers, err := p.ask(ctx, questions)
	point := Point{Kinds: map[verdict.Kind]int{}}
	for i := range answers {
		point.add(kinds, &answers[i])
		if answers[i].Problem != "" {
			p.problem = answers[i].Problem
		}
	}
	return point, err
}

// seen words what all levels have in common.
func (p *planner) seen(yes bool) string {
	kinds := map[verdict.Kind]bool{}
	for _, point := range p.counts {
		for k := range point.Kinds {
			kinds[k] = kinds[k] || k != verdict.Invalid
		}
	}
	var words []string
	for _, k := range ordered {
		if kinds[k] {
			words = append(words, k.String())
		}
	}
	bound := "below"
	if yes {
		bound = "at least"
	}
	return fmt.Sprintf("%s, and %s with a probability of %s %s", strings.Join(words, " or "), p.wanted(), bound, experiment.Share.Text(p.AtLeast))
}

// wanted words what counts as success.
func (p *planner) wanted() string {
	words := make([]string, len(p.For))
	for i, k := range p.For {
		words[i] = k.String()
	}
	return strings.Join(words, " or ")
}
