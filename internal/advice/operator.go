package advice

import (
	"fmt"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
)

// emergency is when an operator's orders can be given: some time after the last
// trigger, in which somebody has noticed.
type emergency struct {
	from time.Duration // when the first order is given
	room time.Duration // what the declaration leaves after its last trigger, to see how it goes on
	wait time.Duration // from the last trigger's end to from
}

// emergencyOf gives the moment for a plan, and says false of one without a trigger, or
// with one that has no end.
func emergencyOf(p *experiment.Plan) (emergency, bool) {
	_, to := p.Trigger()
	e := emergency{room: p.Horizon - to}
	if len(p.Timeline) == 0 || e.room <= 0 {
		return emergency{}, false
	}
	// Somebody has to notice, which takes a minute at best; where a scenario is
	// compressed it takes as much less.
	const tick = 100 * time.Millisecond // so that the time is one that is easy to write
	e.from = (to + min(nice(e.room/8), time.Minute) + tick - 1).Truncate(tick)
	e.wait = e.from - to
	return e, true
}

// operators are the orders that can be given once the trigger is over.
func (c *catalogue) operators() {
	e, ok := emergencyOf(c.plan)
	if !ok {
		return
	}
	for _, part := range []float64{0.15, 0.35, 0.75} {
		length := nice(time.Duration(part * float64(e.room)))
		for _, node := range entries(c.plan) {
			c.shed(e, length, node)
		}
	}
	k := Knob{Name: "retries off", Class: Operator, Now: "on", Paths: []string{"timeline"}}
	for _, part := range []float64{0.05, 0.1, 0.15, 0.25, 0.35, 0.5, 0.75, 1} {
		length := nice(time.Duration(part * float64(e.room)))
		k.Strengths = append(k.Strengths, Strength{
			Phrase: fmt.Sprintf("retries switched off for %s", said(length)),
			orders: []order{{
				event: fmt.Appendf(nil, `{"kind":%q,"at":%s,"for":%s}`, fault.RetriesOff, span(e.from), span(length)), end: e.from + length,
			}},
		})
	}
	c.add(k)
	c.rollouts(e)
}

// entries gives the nodes that no other calls; by an empty name where there is but
// one node.
func entries(p *experiment.Plan) []string {
	nodes := p.Backend.Nodes
	if len(nodes) == 1 {
		return []string{""}
	}
	called := map[string]bool{}
	for i := range nodes {
		for _, l := range nodes[i].Calls {
			for _, to := range l.To {
				called[to] = true
			}
		}
	}
	var out []string
	for i := range nodes {
		if !called[nodes[i].Name] {
			out = append(out, nodes[i].Name)
		}
	}
	return out
}

// shed turns shares of the requests away for a time.
func (c *catalogue) shed(e emergency, length time.Duration, node string) {
	k := Knob{Name: "shedding for " + said(length), Class: Operator, Now: "none", Paths: []string{"timeline"}}
	target, of := "", ""
	if node != "" {
		target, of = fmt.Sprintf(`,"node":%q`, node), " at "+node
		k.Name += of
	}
	for _, share := range []float64{0.1, 0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1} {
		k.Strengths = append(k.Strengths, Strength{
			Phrase: fmt.Sprintf("%s of the requests%s turned away for %s", experiment.Share.Text(share), of, said(length)),
			orders: []order{{
				event: fmt.Appendf(nil, `{"kind":%q,"at":%s,"for":%s,"share":%s%s}`,
					fault.Shed, span(e.from), span(length), experiment.Share.JSON(share), target),
				end: e.from + length,
			}},
		})
	}
	c.add(k)
}

// rollouts give terminals another client that the scenario has.
func (c *catalogue) rollouts(e emergency) {
	length := nice(e.room / 4)
	for i := range c.plan.Fleet {
		for j := range c.plan.Fleet {
			from, to := &c.plan.Fleet[i], &c.plan.Fleet[j]
			if i == j || from.Terminals == 0 {
				continue
			}
			k := Knob{Name: fmt.Sprintf("roll-out of %s to %s", to.Cohort, from.Cohort), Class: Operator, Now: "none", Paths: []string{"timeline"}}
			for _, share := range []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1} {
				k.Strengths = append(k.Strengths, Strength{
					Phrase: fmt.Sprintf("%s rolled out to %s of %s within %s", to.Cohort, experiment.Share.Text(share), from.Cohort, said(length)),
					orders: []order{{
						event: fmt.Appendf(nil, `{"kind":%q,"at":%s,"for":%s,"share":%s,"from":%q,"to":%q}`,
							fault.Rollout, span(e.from), span(length), experiment.Share.JSON(share), from.Cohort, to.Cohort),
						end: e.from + length,
					}},
				})
			}
			c.add(k)
		}
	}
}
