package experiment

import (
	"cmp"
	"slices"
	"strings"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/topology"
)

// Resolve gives the backend's nodes in their places, and which links the timeline
// strikes. The error is that of [Plan.Build].
func (p *Plan) Resolve() (*topology.Graph, error) {
	g, err := p.Build()
	if err != nil {
		return nil, err
	}
	for _, e := range p.Timeline {
		if l := linkOf(e, g); e.Kind.StrikesLink() && !slices.Contains(g.Faulty, l) {
			g.Faulty = append(g.Faulty, l)
		}
	}
	return g, nil
}

// linkOf gives the link that an event strikes, as declared or by default.
func linkOf(e fault.Event, g *topology.Graph) topology.Pair {
	return topology.Pair{From: cmp.Or(e.From, history.Fleet), To: cmp.Or(e.To, g.Name(g.Entries[0]))}
}

// links reports triggers on links that do not exist, and those of a kind that
// overlap on one link.
func (p *Plan) links(errs *field.Errors, g *topology.Graph) {
	pairs := g.Pairs(history.Fleet)
	for i, e := range p.Timeline {
		if e.Kind.StrikesLink() {
			p.link(errs, field.At("timeline", i), e, g, pairs)
		}
	}
	for _, kind := range []fault.Kind{fault.Cut, fault.Latency, fault.Loss, fault.Bandwidth, fault.Reset} {
		p.overlaps(errs, func(e fault.Event) bool { return e.Kind == kind },
			func(e fault.Event) string { return linkOf(e, g).String() })
	}
}

// link reports a trigger on a link that does not exist.
func (p *Plan) link(errs *field.Errors, path string, e fault.Event, g *topology.Graph, pairs []topology.Pair) {
	names := p.nodeNames()
	if e.From != "" && !p.named(errs, path+".from", "node", e.From, append([]string{history.Fleet}, names...)) ||
		e.To != "" && !p.named(errs, path+".to", "node", e.To, names) {
		return
	}
	l := linkOf(e, g)
	if slices.Contains(pairs, l) {
		return
	}
	all := make([]string, len(pairs))
	for i, pair := range pairs {
		all[i] = pair.String()
	}
	end := ".to"
	if e.From == "" {
		end = ".from"
	}
	errs.Add(path+end, "there is no link %s; there are %s", l, strings.Join(all, ", "))
}
