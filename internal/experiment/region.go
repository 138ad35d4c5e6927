package experiment

import (
	"iter"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
)

// Struck gives the timeline as it is carried out: a fault on a region is one on each of
// the region's nodes, in the order in which they are declared. With each goes its
// index in the timeline as declared.
func (p *Plan) Struck() iter.Seq2[int, fault.Event] {
	return func(yield func(int, fault.Event) bool) {
		for i, e := range p.Timeline {
			for _, one := range p.onNodes(e) {
				if !yield(i, one) {
					return
				}
			}
		}
	}
}

// onNodes gives an event, or those on each node of its region.
func (p *Plan) onNodes(e fault.Event) []fault.Event {
	if e.Region == "" {
		return []fault.Event{e}
	}
	var out []fault.Event
	for _, n := range p.Backend.Nodes {
		if n.Region == e.Region {
			one := e
			one.Region, one.Node = "", n.Name
			out = append(out, one)
		}
	}
	return out
}

// regions reports faults on regions that there are not.
func (p *Plan) regions(errs *field.Errors) {
	var regions []string
	for _, n := range p.Backend.Nodes {
		if n.Region != "" {
			regions = append(regions, n.Region)
		}
	}
	for i, e := range p.Timeline {
		path := field.At("timeline", i) + ".region"
		switch {
		case e.Region == "" || !e.Kind.StrikesNode():
		case len(regions) == 0:
			errs.Add(path, "there are no regions; write the region of each node that is in one")
		default:
			p.named(errs, path, "region", e.Region, regions)
		}
	}
}
