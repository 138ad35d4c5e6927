package capacity

import (
	"cmp"
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

// Shed is how requests are turned away so that a collapsed system comes back: for the
// shortest of some times after which it does if all of them are turned away, the least
// share of them, and then the shortest time with that share. Longer is not always
// better: while requests are turned away, offline queues may fill.
type Shed struct {
	From    float64 // the demand, in sales per second, at which it is down
	To      float64 // the share of requests that may be let in
	For     float64 // seconds
	After   float64 // seconds from the end of the last trigger until the order is given
	Found   bool
	Problem string // why none was found
}

// settles is the share of the time that is left after the last trigger in which the
// collapse is let stand before the operator acts. surely is how far above the highest
// demand that heals one is taken that does not.
const (
	settles = 0.25
	surely  = 1.05
)

// tried are the times for which all requests are turned away, as multiples of the time
// that was watched after the last trigger, until one brings the system back.
var tried = []float64{0.125, 0.25, 0.5, 1, 2, 4}

// findShed searches how a system is brought back that does not come back by itself.
func (p *planner) findShed(ctx context.Context, plan experiment.Plan, d *Demand) (*Shed, error) {
	down, demand := scaled(plan, 1), d.Declared
	if d.Heals.Found && d.Heals.High >= d.Declared {
		times := d.Heals.High * surely / d.Declared
		down, demand = scaled(plan, times), d.Heals.High*surely
	} else if back, err := p.comesBack(ctx, p.Variant+", as declared", down); back || err != nil {
		return nil, err
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
	long, err := s.long(ctx)
	switch {
	case err != nil:
		return out, err
	case long == 0:
		out.Problem = cmp.Or(s.unproven, fmt.Sprintf("not even turning every request away brings it back, neither for %v nor for longer, up to %v",
			s.times(tried[0]), s.times(tried[len(tried)-1])))
		return out, nil
	}
	if out.To, err = s.mildest(ctx, long); err != nil {
		return out, err
	}
	span, err := s.shortest(ctx, out.To, long)
	out.For, out.Found = span.Seconds(), err == nil
	return out, err
}

// comesBack says whether most runs of a plan pass.
func (p *planner) comesBack(ctx context.Context, key string, m *made) (bool, error) {
	point, err := p.poll(ctx, question{key: key, made: m}, []verdict.Kind{verdict.Healthy, verdict.Recovered})
	return 2*point.K > point.N, err
}

// shedding is a system that is down, and what an operator may do about it.
type shedding struct {
	*planner
	plan     experiment.Plan
	end      time.Duration // of the last trigger
	recovery time.Duration // that was watched after it
	unproven string        // why runs with shedding prove nothing; empty if they do
}

// at is when the operator acts.
func (s *shedding) at() time.Duration {
	return s.end + time.Duration(settles*float64(s.recovery)).Round(time.Millisecond)
}

// times gives a multiple of the time that was watched.
func (s *shedding) times(x float64) time.Duration {
	return time.Duration(x * float64(s.recovery)).Round(time.Millisecond)
}

// long gives the shortest time that brings it back if all requests are turned away; zero
// if none does.
func (s *shedding) long(ctx context.Context) (time.Duration, error) {
	for _, x := range tried {
		m := s.with(0, s.times(x))
		point, err := s.poll(ctx, question{key: s.name(m), made: m}, []verdict.Kind{verdict.Healthy, verdict.Recovered})
		if err != nil || 2*point.K > point.N {
			return s.times(x), err
		}
		if point.N == 0 {
			s.unproven = "runs in which every request is turned away prove nothing: " + s.why()
		}
	}
	return 0, nil
}

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

// mildest gives the highest share that may be let in for that long.
func (s *shedding) mildest(ctx context.Context, long time.Duration) (float64, error) {
	const steps = 50
	var shares []float64
	for i := range steps {
		shares = append(shares, float64(i)/steps)
	}
	r, err := s.over(ctx, shares, func(let float64) *made { return s.with(let, long) })
	return shares[max(r.Yes, 0)], err
}

// shortest gives the shortest time for which that share must be shed.
func (s *shedding) shortest(ctx context.Context, let float64, long time.Duration) (time.Duration, error) {
	const parts = 32
	var spans []float64
	for i := range parts {
		spans = append(spans, long.Seconds()*float64(i+1)/parts)
	}
	r, err := s.over(ctx, spans, func(span float64) *made {
		return s.with(let, time.Duration(span*float64(time.Second)).Round(time.Millisecond))
	})
	at := parts - 1
	switch {
	case r.Finding == edge.AllYes:
		at = 0
	case r.Yes >= 0:
		at = r.Yes
	}
	return time.Duration(spans[at] * float64(time.Second)).Round(time.Millisecond), err
}

// over searches the edge of coming back over some amounts.
func (s *shedding) over(ctx context.Context, amounts []float64, plan func(float64) *made) (edge.Result, error) {
	plans := map[int]*made{}
	at := func(level int) *made {
		if plans[level] == nil {
			plans[level] = plan(amounts[level])
		}
		return plans[level]
	}
	return s.search(ctx, space{
		levels: amounts, kinds: []verdict.Kind{verdict.Healthy, verdict.Recovered}, plan: at,
		key:   func(level int) string { return s.name(at(level)) },
		count: func(int, *probe.Answer) {},
	})
}

// name names a plan with shedding.
func (s *shedding) name(m *made) string {
	last := m.plan.Timeline[len(m.plan.Timeline)-1]
	return fmt.Sprintf("%s, demand %.6g/s, shed %v for %v", s.Variant, s.plan.Demand(), last.Share, last.For)
}
