package capacity

import (
	"cmp"
	"context"
	"fmt"
	"math"

	"github.com/retrystorm/retrystorm/internal/edge"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/probe"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// narrow is how far the bounds of an edge may be from it, as a share of it, for the
// search to end; it goes on for as long as there are runs otherwise.
const narrow = 0.02

// findEdge searches the one axis.
func (p *planner) findEdge(ctx context.Context) error {
	levels := p.Axes[0].Levels
	r, err := p.search(ctx, space{
		levels: xs(levels), never: true, kinds: p.For,
		plan:  func(level int) *made { return p.plan([2]int{level}) },
		key:   func(level int) string { return p.key([2]int{level}) },
		count: func(level int, a *probe.Answer) { p.count([2]int{level}, a) },
	})
	switch {
	case err != nil:
		return err
	case !r.Found:
		return p.explain(ctx, &r)
	}
	p.result.Edge = p.edgeOf(&r)
	return nil
}

// space is what a search runs over.
type space struct {
	levels []float64 // in order
	never  bool      // ask for edge.Result.Never, too
	kinds  []verdict.Kind
	plan   func(level int) *made
	key    func(level int) string
	count  func(level int, a *probe.Answer)
}

// search has an edge found.
func (p *planner) search(ctx context.Context, in space) (edge.Result, error) {
	s := edge.New(edge.Config{
		Levels: len(in.levels), AtLeast: p.AtLeast, Confidence: p.Confidence, Runs: p.Runs, Never: in.never,
		Enough: func(low, high int) bool {
			a, b := in.levels[low], in.levels[high]
			return math.Abs(b-a) <= narrow*math.Abs(a+b)
		},
	})
	p.asked, p.most = 0, p.Runs
	for batch := s.Next(); len(batch) > 0; batch = s.Next() {
		questions := make([]question, len(batch))
		for i, t := range batch {
			questions[i] = question{in.key(t.Level), in.plan(t.Level), t.Run}
		}
		got, err := p.ask(ctx, questions)
		if err != nil {
			return s.Result(), err
		}
		answers := make([]edge.Answer, len(got))
		for i := range got {
			in.count(batch[i].Level, &got[i])
			answers[i] = success(in.kinds, got[i].Kind)
		}
		s.Learn(answers)
	}
	return s.Result(), nil
}

func xs(levels []Level) []float64 {
	out := make([]float64, len(levels))
	for i, l := range levels {
		out[i] = l.X
	}
	return out
}

// edgeOf gives an edge that was found.
func (p *planner) edgeOf(r *edge.Result) *Edge {
	levels := p.Axes[0].Levels
	low, high := min(r.Yes, r.No), max(r.Yes, r.No)
	at := nearest(r)
	e := &Edge{
		Value: levels[at].X, At: levels[at], Confidence: p.Confidence,
		Low: min(levels[low].X, levels[high].X), High: max(levels[low].X, levels[high].X),
		Inside: levels[r.Yes], Outside: levels[r.No], inside: r.Yes, outside: r.No,
		Below: p.kindAround(r.Yes, true), Above: p.kindAround(r.No, false),
	}
	if levels[r.Yes].X > levels[r.No].X {
		e.Below, e.Above = e.Above, e.Below
	}
	if r.Never >= 0 {
		e.Never, e.never = &levels[r.Never], r.Never
	}
	for _, o := range r.Others {
		e.Others = append(e.Others, levels[o])
	}
	return e
}

// nearest gives the level of an edge's estimate that lies on the side of success: what
// is told of an edge holds there.
func nearest(r *edge.Result) int {
	at := int(math.Floor(r.Estimate))
	if r.Yes > r.No {
		at = int(math.Ceil(r.Estimate))
		return min(max(at, r.No+1), r.Yes)
	}
	return max(min(at, r.No-1), r.Yes)
}

// kindAround gives how most runs ended that were a success, or were none, at the level
// nearest to one that has any.
func (p *planner) kindAround(level int, yes bool) verdict.Kind {
	for far := range p.Axes[0].Levels {
		for _, l := range []int{level - far, level + far} {
			if point := p.counts[[2]int{l}]; point != nil && point.N > 0 {
				if k := point.most(func(k verdict.Kind) bool { return success(p.For, k) == edge.Yes == yes }); k != verdict.Invalid {
					return k
				}
			}
		}
	}
	return verdict.Invalid
}

// explain says why there is no edge in the range, and what to ask instead.
func (p *planner) explain(ctx context.Context, r *edge.Result) error {
	a := &p.Axes[0]
	from, to := a.Levels[0].Text, a.Levels[len(a.Levels)-1].Text
	switch r.Finding {
	case edge.NoAnswer:
		p.result.Unjudged = true
		p.result.Problem = fmt.Sprintf("no run from %s to %s proves anything: %s", from, to, p.why())
	case edge.AllYes, edge.AllNo:
		return p.lookOutside(ctx, r.Finding == edge.AllYes)
	default:
		p.result.Problem = fmt.Sprintf("%d runs did not suffice to show where the probability crosses %s; allow for more with --runs",
			p.result.Runs, experiment.Share.Text(p.AtLeast))
	}
	return nil
}

// why gives the reason of a run, or of a plan, that proves nothing.
func (p *planner) why() string { return cmp.Or(p.problem, "there is nothing to be judged") }
