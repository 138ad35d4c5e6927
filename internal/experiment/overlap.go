package experiment

import (
	"cmp"
	"slices"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
)

// strike is a trigger on a node, with its place in the timeline.
type strike struct {
	fault.Event
	path string
}

// strikes gives the triggers of a kind by the time at which they begin. Their
// nodes have the name that stands for none: there may be no node.
func (p *Plan) strikes(of func(fault.Event) bool) []strike {
	var out []strike
	names := append(p.nodeNames(), "")
	for i, e := range p.Timeline {
		e = p.mended(e)
		if !of(e) || e.At <= 0 || e.For <= 0 {
			continue
		}
		for _, one := range p.onNodes(e) {
			one.Node = cmp.Or(one.Node, names[0])
			out = append(out, strike{one, field.At("timeline", i)})
		}
	}
	slices.SortStableFunc(out, func(a, b strike) int { return cmp.Compare(a.At, b.At) })
	return out
}

// overlaps reports triggers of a kind that strike the same node, or link, while
// another of that kind is on: what that would do depends on the engine. An operator's
// shedding is a kind of its own, since it goes on under any fault.
func (p *Plan) overlaps(errs *field.Errors, of func(fault.Event) bool, place func(fault.Event) string) {
	last := map[string]strike{} // the one that ends last so far, by place
	for _, s := range p.strikes(of) {
		before, some := last[place(s.Event)]
		if some && s.At < end(before.Event) {
			errs.Add(s.path, "begins at %s, while %s is on until %s; let one end before the next begins",
				brief(s.At), before.path, brief(end(before.Event)))
		}
		if !some || end(s.Event) > end(before.Event) {
			last[place(s.Event)] = s
		}
	}
}

// unheard reports orders to shed, and faults of a disk or of a node's links to others,
// that begin or end while that node stands still: it would not hear of an order, and
// could not be probed.
func (p *Plan) unheard(errs *field.Errors) {
	freezes := p.strikes(func(e fault.Event) bool { return e.Kind == fault.Freeze })
	for _, s := range p.strikes(func(e fault.Event) bool {
		return e.Kind == fault.Shed || e.Kind.StrikesDisk() || e.Kind.StrikesLink()
	}) {
		told := s.Node
		if s.Kind.StrikesLink() {
			told = s.From
		}
		for _, f := range freezes {
			within := func(what string, at time.Duration) {
				if at >= f.At && at < end(f.Event) {
					errs.Add(s.path, "%s at %s, while %s has the node stand still until %s, when it takes no orders; let it do so before or after",
						what, brief(at), f.path, brief(end(f.Event)))
				}
			}
			if told == f.Node {
				within("begins", s.At)
				within("ends", end(s.Event))
			}
		}
	}
}
