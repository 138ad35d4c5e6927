package advice

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/retrystorm/retrystorm/internal/experiment"
)

// parameter is an amount that is declared, or a default.
type parameter struct {
	path     string
	quantity experiment.Quantity
	now      float64
	// set gives the changes that make it another amount.
	set func(x float64) []experiment.Change
}

// The fields that are looked at, of each part of a plan.
var (
	fleetFields = []string{
		"timeout", "sale.deadline", "connections.pool", "retry.base", "retry.cap", "retry.maxAttempts", "retry.budget.ratio",
		"retry.budget.tokens", "retry.breaker.open", "retry.breaker.failureRatio", "retry.breaker.calls", "offline.pace", "offline.after",
	}
	nodeFields = []string{"workers", "service.mean", "queue.limit", "shed.queue", "slowdown.above", "slowdown.times", "slowdown.perRequest"}
	linkFields = []string{
		"timeout", "deadline", "connections.pool", "retry.base", "retry.cap", "retry.maxAttempts", "retry.budget.ratio",
		"retry.budget.tokens", "retry.breaker.open",
	}
	triggerFields = []string{"times", "share", "latency", "cpus"}
)

// parameters lists those of a variant: the demand first, then the trigger, the clients,
// the nodes and the links.
func (s *settings) parameters() []parameter {
	out := []parameter{s.terminals()}
	add := func(at string, fields []string) {
		for _, f := range fields {
			if p, ok := s.parameter(at + "." + f); ok {
				out = append(out, p)
			}
		}
	}
	for i := range s.plan0.Timeline {
		at := "timeline." + strconv.Itoa(i)
		add(at, triggerFields)
		if p, ok := s.parameter(at + ".for"); ok {
			p.set = s.lasting(i)
			out = append(out, p)
		}
	}
	if fleet := s.plan0.Fleet; len(fleet) == 1 || len(fleet) > mostCohorts {
		add("fleet.*", fleetFields)
	} else {
		for i := range fleet {
			add("fleet."+strconv.Itoa(i), fleetFields)
		}
	}
	for i := range s.plan0.Backend.Nodes {
		at := "backend.nodes." + strconv.Itoa(i)
		add(at, nodeFields)
		for k := range s.plan0.Backend.Nodes[i].Calls {
			add(at+".calls."+strconv.Itoa(k), linkFields)
		}
	}
	return out
}

// parameter gives that at a path, and says false where there is no finite amount.
func (s *settings) parameter(path string) (parameter, bool) {
	f, err := s.declaration.Field(s.variant, path)
	if err != nil {
		return parameter{}, false
	}
	x, ok := f.Amount()
	if !ok || x <= 0 || math.IsInf(x, 1) {
		return parameter{}, false
	}
	return parameter{path: path, quantity: f.Quantity, now: x, set: func(x float64) []experiment.Change {
		return []experiment.Change{set(path, f.Quantity.JSON(x))}
	}}, true
}

// terminals is the size of the fleet, of which each cohort keeps its share.
func (s *settings) terminals() parameter {
	fleet, all := s.plan0.Fleet, float64(s.plan0.Terminals())
	return parameter{path: "fleet.*.terminals", quantity: experiment.Count, now: all, set: func(x float64) []experiment.Change {
		var out []experiment.Change
		for i := range fleet {
			n := int(math.Round(float64(fleet[i].Terminals) * x / all))
			out = append(out, set(fmt.Sprintf("fleet.%d.terminals", i), whole(n)))
		}
		return out
	}}
}

// lasting makes a trigger last for another time; the horizon is later by as much, so
// that what follows is watched for as long.
func (s *settings) lasting(i int) func(x float64) []experiment.Change {
	return func(x float64) []experiment.Change {
		length := experiment.Time.JSON(x)
		out := []experiment.Change{set(fmt.Sprintf("timeline.%d.for", i), length)}
		if longer := x - s.plan0.Timeline[i].For.Seconds(); longer > 0 {
			out = append(out, set("horizon", experiment.Time.JSON(s.plan0.Horizon.Seconds()+longer)))
		}
		return out
	}
}

// round gives an amount as it is declared: with three digits, and whole where it counts.
func (p *parameter) round(x float64) float64 {
	if p.quantity == experiment.Count || p.quantity == experiment.Limit || p.quantity == experiment.Size {
		return math.Round(x)
	}
	out, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 3, 64), 64) // what was formatted
	return out
}

// phrase words another amount: "20% more terminals", and "fleet.*.timeout of 1.4s or
// less" for an edge or "fleet.*.timeout down to 1.4s" for what is short of one.
func (p *parameter) phrase(x float64, edge bool) string {
	name, more := p.path[strings.LastIndex(p.path, ".")+1:], x >= p.now
	word := func(yes, no string) string {
		if more {
			return yes
		}
		return no
	}
	switch {
	case name == "terminals" || name == "workers":
		return fmt.Sprintf("%.0f%% %s %s", math.Abs(x/p.now-1)*100, word("more", "fewer"), name)
	case edge:
		return fmt.Sprintf("%s of %s or %s", p.path, p.quantity.Text(x), word("more", "less"))
	}
	return fmt.Sprintf("%s %s to %s", p.path, word("up", "down"), p.quantity.Text(x))
}
