package experiment

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/topology"
)

// Warnings is as Plan.Warnings, with the paths that the fields have in the whole
// scenario.
func (v *Variant) Warnings() field.List {
	all := v.Plan.Warnings()
	if v.Name == AsDeclared {
		return all
	}
	for _, w := range all {
		w.Path = field.Join(variantPath(v.Name), w.Path)
	}
	return all
}

// Warnings says what of a valid plan can hardly be meant, each with its path: links
// with retries that come too late for whoever waits.
func (p *Plan) Warnings() field.List {
	g := p.Graph()
	var errs field.Errors
	patience := make([]time.Duration, len(g.Nodes)) // the longest that a caller of the node waits for an attempt
	for i := range p.Fleet {
		for _, to := range g.Fleet[i].To {
			patience[to] = max(patience[to], p.Fleet[i].Timeout)
		}
	}
	for k := len(g.CalleesFirst) - 1; k >= 0; k-- {
		i := g.CalleesFirst[k]
		for l := range g.Nodes[i].Links {
			link := &g.Nodes[i].Links[l]
			for _, to := range link.To {
				patience[to] = max(patience[to], min(link.Config.Timeout, patience[i]))
			}
			late(&errs, field.At(field.Join(field.At("backend.nodes", i), "calls"), l), &g.Nodes[i], link, patience[i])
		}
	}
	var all field.List
	asList(errs.Err(), &all)
	return all
}

// late reports a link whose timed-out attempts are never retried while anybody waits.
func late(errs *field.Errors, path string, n *topology.Node, l *topology.Link, patience time.Duration) {
	c := &l.Config
	if c.Retry.Backoff == retry.None || c.Timeout+n.Config.Service.Mean < patience {
		return
	}
	errs.Add(path+".timeout", "is %s, and whoever calls '%s' has waited %s by then at the most: %s of its own service and %s for the first attempt make %s. "+
		"So an attempt that times out is never retried while anybody waits; make it shorter than %s",
		brief(c.Timeout), n.Config.Name, brief(patience), brief(n.Config.Service.Mean), brief(c.Timeout),
		brief(c.Timeout+n.Config.Service.Mean), brief(max(patience-n.Config.Service.Mean, 0)))
}
