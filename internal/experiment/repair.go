package experiment

import (
	"math"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
)

// mended gives an event without an end of its own as it will be: it ends where the first
// of the operator's orders is done that ends such faults of the same node, or else it is
// on at the horizon still. Any other event stays as it is.
func (p *Plan) mended(e fault.Event) fault.Event {
	if !e.Endless || p.Horizon <= e.At {
		return e
	}
	until := p.Horizon
	for _, r := range p.Timeline {
		if p.mends(r, e) && r.Done() < until {
			until = r.Done()
			e.Endless = false
		}
	}
	e.For = until - e.At
	return e
}

// mends says whether an order ends an event that has begun by then.
func (p *Plan) mends(r, e fault.Event) bool {
	return r.Kind.Mends(e.Kind) && r.At > e.At && p.nodeOf(r) == p.nodeOf(e) && r.Region == e.Region
}

// nodeOf gives the node of an event: where none is named, the only one.
func (p *Plan) nodeOf(e fault.Event) string {
	if e.Node == "" && e.Region == "" && len(p.Backend.Nodes) > 0 {
		return p.Backend.Nodes[0].Name
	}
	return e.Node
}

// repair reports an order that is not done before the horizon.
func (p *Plan) repair(errs *field.Errors, path string, r fault.Event) {
	if r.At <= 0 || r.Validate() != nil {
		return // reported already
	}
	p.target(errs, path, r)
	if done := r.Done(); done >= p.Horizon && p.Horizon > 0 {
		when := "long after"
		if done < math.MaxInt64 {
			when = brief(done)
		}
		errs.Add(path, "is done at %s, beyond the horizon of %s", when, brief(p.Horizon))
	}
}

// mending reports an order that ends no fault.
func (p *Plan) mending(errs *field.Errors, path string, r fault.Event) {
	for _, e := range p.Timeline {
		if e.Endless && p.mends(r, e) {
			return
		}
	}
	errs.Add(path, "ends no fault: none of its kind without an end is on by then at the node; declare that one with endless: true in place of for")
}
