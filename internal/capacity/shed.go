package capacity

import (
	"context"
	"fmt"
	"time"

	"github.com/retrystorm/retrystorm/internal/edge"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/probe"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Shed is the mildest shedding after which a collapsed system comes back: first the
// least share of the requests turned away for a long time, then the shortest time with
// that share.
type Shed struct {
	From    float64 // the demand, in sales per second, at which it is down
	To      float64 // the share of requests that may be let in
	For     float64 // seconds
	After   float64 // seconds from the end of the last trigger until the order is given
	Found   bool
	Problem string // why none was found
}

// settles is the share of the time that is left after the last trigger in which the
// collapse is let stand before the operator acts; longest is how long requests are turned
// away at most, as a multiple of it. surely is how far above the highest demand that heals
// one is taken that does not.
const (
	settles = 0.25
	longest = 4
	surely  = 1.05
)

// findShed searches how a system is brought back that does not come back by itself.
func (p *planner) findShed(ctx context.Context, plan experiment.Plan, d *Demand) (*Shed, error) {
	down, demand := scaled(plan, 1), d.Declared
	if d.Heals.Found && d.Heals.High >= d.Declared {
		times := d.Heals.High * surely / d.Declared
		down, demand = scaled(plan, times), d.Heals.High*surely
	} else if !d.Heals.Found && d.Heals.Problem != "" && p.comesBack(ctx, down) {
		return nil, ctx.Err()
	}
	if d.Healthy.Found && demand > d.Healthy.High {
		return nil, nil //nolint:nilnil // it heals from all that it stands, so that there is no collapse
	}
	if down.problem != nil {
		return &Shed{From: demand, Problem: down.problem.Error()}, nil
	}
	s := shedding{planner: p, plan: *down.plan}
	_, s.end = s.plan.Trigger()
	s.recovery = s.plan.Horizon - s.end
	out := &Shed{From: demand, After: (s.at() - s.end).Seconds()}
	var err error
	if out.To, err = s.mildest(ctx); err != nil || out.To < 0 {
		out.Problem = fmt.Sprintf("not even turning every request away for %v brings it back", s.longest())
		return out, err
	}
	span, err := s.shortest(ctx, out.To)
	out.For, out.Found = span.Seconds(), err == nil
	return out, err
}

// comesBack says whether most runs of a plan pass.
func (p *planner) comesBack(ctx context.Context, m *made) bool {
	var questions []question
	for number := range tries {
		questions = append(questions, question{p.Variant + ", as declared", m, number})
	}
	point := Point{Kinds: map[verdict.Kind]int{}}
	answers, err := p.ask(ctx, questions)
	for i := range answers {
		point.add([]verdict.Kind{verdict.Healthy, verdict.Recovered}, &answers[i])
	}
	return err == nil && 2*point.K > point.N
}

// shedding is a system that is down, and what an operator may do about it.
type shedding struct {
	*planner
	plan     experiment.Plan
	end      time.Duration // of the last trigger
	recovery time.Duration // that was watched after it
}

// at is when the operator acts.
func (s *shedding) at() time.Duration {
	return s.end + time.Duration(settles*float64(s.recovery)).Round(time.Millisecond)
}

func (s *shedding) longest() time.Duration { return longest * s.recovery }

// with gives the plan with a share of the requests let in for some time, and the same
// time to be watched after that.
func (s *shedding) with(let float64, span time.Duration) *made {
	plan := s.plan
	plan.Timeline = append([]fault.Event(nil), plan.Timeline...)
	g := plan.Graph()
	for _, entry := range g.Entries {
		plan.Timeline = append(plan.Timeline, fault.Event{
			Kind: fault.Shed, At: s.at(), For: span, Node: g.Name(entry), Share: field.Ratio(1 - let),
		})
	}
	plan.Horizon = s.at() + span + s.recovery
	return &made{plan: &plan, problem: plan.Validate()}
}

// mildest gives the highest share that may be let in; below zero if there is none.
func (s *shedding) mildest(ctx context.Context) (float64, error) {
	const steps = 100
	var shares []float64
	for i := range steps {
		shares = append(shares, float64(i)/steps)
	}
	r, err := s.over(ctx, shares, func(let float64) *made { return s.with(let, s.longest()) })
	switch {
	case err != nil || r.Finding == edge.AllNo || r.Yes < 0:
		return -1, err
	default:
		return shares[r.Yes], nil
	}
}

// shortest gives the shortest time for which that share must be shed.
func (s *shedding) shortest(ctx context.Context, let float64) (time.Duration, error) {
	most := s.longest().Seconds()
	spans := scale(tidy(most/100, step(most/100, 2)), most, false)
	r, err := s.over(ctx, spans, func(span float64) *made {
		return s.with(let, time.Duration(span*float64(time.Second)))
	})
	at := len(spans) - 1
	if r.Yes >= 0 {
		at = r.Yes
	}
	if r.Finding == edge.AllYes {
		at = 0
	}
	return time.Duration(spans[at] * float64(time.Second)), err
}

// over searches the edge of coming back over some amounts.
func (s *shedding) over(ctx context.Context, amounts []float64, plan func(float64) *made) (edge.Result, error) {
	plans := map[int]*made{}
	return s.search(ctx, space{
		levels: amounts, kinds: []verdict.Kind{verdict.Healthy, verdict.Recovered},
		plan: func(level int) *made {
			if plans[level] == nil {
				plans[level] = plan(amounts[level])
			}
			return plans[level]
		},
		key: func(level int) string {
			e := plan(amounts[level]).plan.Timeline
			last := e[len(e)-1]
			return fmt.Sprintf("%s, demand %.6g/s, shed %v for %v", s.Variant, s.plan.Demand(), last.Share, last.For)
		},
		count: func(int, *probe.Answer) {},
	})
}
