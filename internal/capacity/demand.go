package capacity

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/retrystorm/retrystorm/internal/edge"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/probe"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Demand is what demand a system stands, in sales per second that customers bring
// outside any spike. It is varied by the number of terminals, in proportion.
type Demand struct {
	Declared float64
	Capacity float64 // requests that the backend can serve per second; zero if unknown
	Healthy  Bound   // the highest at which it stays healthy as long as nothing happens
	Heals    Bound   // the highest from which it comes back after what is on its timeline
	// Shed is how a system that does not come back is brought back by turning requests
	// away; nil where it comes back at every demand that it stands without a trigger.
	Shed *Shed
}

// Bound is the highest demand of which something holds.
type Bound struct {
	Value, Low, High float64
	Found            bool
	Problem          string // why it was not found
}

// The range of demands that is searched: multiples of what is declared. The upper bound
// is so many times what the backend can serve, where that is known.
const (
	leastDemand   = 0.02
	mostDemand    = 20.0
	aboveCapacity = 1.25
	mostTerminals = 200_000
)

// findDemand searches the highest demands, without the timeline and with it.
func (p *planner) findDemand(ctx context.Context) error {
	v, err := p.Declaration.With(p.Variant)
	if err != nil {
		return err
	}
	d := &Demand{Declared: v.Demand(), Capacity: v.Graph().Capacity()}
	p.result.Demand = d
	quiet := v.Plan
	quiet.Timeline = nil
	if d.Healthy, err = p.highest(ctx, "no trigger", quiet, []verdict.Kind{verdict.Healthy}); err != nil {
		return err
	}
	if len(v.Timeline) == 0 {
		d.Heals = Bound{Problem: "nothing is on the timeline that it would have to heal from"}
		return nil
	}
	if d.Heals, err = p.highest(ctx, "as declared", v.Plan, []verdict.Kind{verdict.Healthy, verdict.Recovered}); err != nil {
		return err
	}
	d.Shed, err = p.findShed(ctx, v.Plan, d)
	return err
}

// highest searches the highest demand at which a plan comes out as one of some kinds.
func (p *planner) highest(ctx context.Context, name string, plan experiment.Plan, kinds []verdict.Kind) (Bound, error) {
	times := multiples(&plan)
	plans := map[int]*made{}
	r, err := p.search(ctx, space{
		levels: times, kinds: kinds,
		plan: func(level int) *made {
			if plans[level] == nil {
				plans[level] = scaled(plan, times[level])
			}
			return plans[level]
		},
		key:   func(level int) string { return fmt.Sprintf("%s, %s, demand x %v", p.Variant, name, times[level]) },
		count: func(int, *probe.Answer) {},
	})
	if err != nil {
		return Bound{}, err
	}
	perSec := plan.Demand()
	switch {
	case r.Found && !r.Rising:
		at := nearest(&r)
		return Bound{Value: times[at] * perSec, Low: times[r.Yes] * perSec, High: times[r.No] * perSec, Found: true}, nil
	case r.Finding == edge.AllYes:
		return Bound{Problem: fmt.Sprintf("it lies above %.4g/s, where the search ended", times[len(times)-1]*perSec)}, nil
	case r.Finding == edge.AllNo:
		return Bound{Problem: fmt.Sprintf("it holds of no demand from %.4g/s on", times[0]*perSec)}, nil
	}
	return Bound{Problem: "the runs did not suffice to show it; allow for more with --runs"}, nil
}

// multiples gives the multiples of its demand at which a plan is tried.
func multiples(plan *experiment.Plan) []float64 {
	high := mostDemand
	if c := plan.Graph().Capacity(); c > 0 && plan.Demand() > 0 {
		high = max(aboveCapacity*c/plan.Demand(), 2*leastDemand)
	}
	high = min(high, mostTerminals/float64(plan.Terminals()))
	return scale(leastDemand, tidy(high, step(high, fewestDigits)), false)
}

// scaled gives a plan with so many times its terminals, in every cohort.
func scaled(plan experiment.Plan, times float64) *made {
	plan.Fleet = slices.Clone(plan.Fleet)
	for i := range plan.Fleet {
		c := &plan.Fleet[i]
		c.Terminals = max(int(math.Round(float64(c.Terminals)*times)), 1)
		if c.Tenants > 0 {
			c.Tenants = min(max(int(math.Round(float64(c.Tenants)*times)), 1), c.Terminals)
		}
	}
	return &made{plan: &plan, problem: plan.Validate()}
}
