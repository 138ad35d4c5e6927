package experiment

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
)

func (p *Plan) timeline(errs *field.Errors) {
	for i, e := range p.Timeline {
		path := field.At("timeline", i)
		errs.Within(path, e.Validate())
		p.inTime(errs, path, e)
		if e.Endless && e.Flap != nil && e.At > 0 && p.Horizon > e.At && e.Flap.Validate(0) == nil {
			errs.Within(path+".flap", e.Flap.Validate(p.Horizon-e.At))
		}
		switch {
		case e.Kind.Repairs():
			p.repair(errs, path, e)
		case e.Kind.StrikesNode():
			p.target(errs, path, e)
		case e.Kind == fault.Rollout:
			p.rollout(errs, path, e)
		case e.Cohort != "" && e.Kind == fault.Spike:
			p.named(errs, path+".cohort", "cohort", e.Cohort, p.cohorts())
		}
	}
	byNode := func(e fault.Event) string { return e.Node }
	p.overlaps(errs, func(e fault.Event) bool {
		return e.Kind.StrikesNode() && !e.Kind.StrikesDisk() && e.Kind != fault.Shed
	}, byNode)
	for k := fault.DiskSlow; k <= fault.DiskDegraded; k++ {
		p.overlaps(errs, func(e fault.Event) bool { return e.Kind == k }, byNode)
	}
	p.overlaps(errs, func(e fault.Event) bool { return e.Kind == fault.Shed }, byNode)
	p.unheard(errs)
}

// inTime reports a trigger that does not lie wholly within the horizon.
func (p *Plan) inTime(errs *field.Errors, path string, e fault.Event) {
	switch {
	case p.Horizon <= 0 || e.At <= 0 || e.For <= 0 && !e.Endless && !e.Kind.Momentary() || e.End() < e.At: // reported already
	case e.At >= p.Horizon:
		errs.Add(path, "begins at %s, but the horizon is %s", brief(e.At), brief(p.Horizon))
	case end(e) > p.Horizon:
		errs.Add(path, "ends at %s, beyond the horizon of %s", brief(end(e)), brief(p.Horizon))
	}
}

// end is when the trigger is gone, however far off that is.
func end(e fault.Event) time.Duration {
	if e.For > math.MaxInt64-max(e.At, 0) {
		return math.MaxInt64
	}
	return e.End()
}

// target reports a trigger on a node that does not exist or cannot suffer it.
func (p *Plan) target(errs *field.Errors, path string, e fault.Event) {
	names := p.nodeNames()
	if e.Region != "" {
		for i, n := range p.Backend.Nodes {
			if n.Region == e.Region {
				p.durable(errs, path, e, i)
				p.processors(errs, path, e, i)
			}
		}
		return
	}
	if e.Node == "" && len(names) > 1 {
		errs.Add(path, "does not say which of the %d nodes it strikes; write as its node one of '%s'", len(names), strings.Join(names, "', '"))
		return
	}
	if e.Node != "" && !p.named(errs, path+".node", "node", e.Node, names) || len(names) == 0 {
		return
	}
	i := max(0, slices.Index(names, e.Node))
	p.durable(errs, path, e, i)
	p.processors(errs, path, e, i)
}

// processors reports a fault that leaves a node no fewer processors than it has.
func (p *Plan) processors(errs *field.Errors, path string, e fault.Event, i int) {
	own := p.Backend.Nodes[i].CPUs
	switch {
	case e.Kind != fault.CPU || e.CPUs <= 0:
	case own == 0:
		errs.Add(field.At("backend.nodes", i)+".cpus", "is missing; %s takes processors away, so declare how many there are", path)
	case own > 0 && e.CPUs >= own:
		errs.Add(path+".cpus", "is %g, but the node has %g; write fewer than that", e.CPUs, own)
	}
}

// durable reports a trigger that strikes the disk or the cache of a node that declares
// none.
func (p *Plan) durable(errs *field.Errors, path string, e fault.Event, i int) {
	node := &p.Backend.Nodes[i]
	strikes := e.Kind.StrikesDisk() || e.Unsynced == fault.Lost
	switch at := field.At("backend.nodes", i); {
	case strikes && !node.Records() && node.Disk == nil: // otherwise reported already
		errs.Add(at+".ledger", "must be true, as %s strikes the disk that the ledger is on; or strike a node that records sales", path)
	case strikes && node.Disk == nil:
		errs.Add(at+".disk", "is missing; %s strikes the disk, so declare what a commit takes, such as { write: '5ms' }", path)
	case e.Kind == fault.Cold && node.Warmup == nil:
		errs.Add(at+".warmup", "is missing; %s empties the cache, so declare how the node warms up, such as { for: '30s', times: 4 }", path)
	}
}

// named reports a name that is none of those there are, and says if it is one.
// Where some of them could not be read there is nothing to say.
func (p *Plan) named(errs *field.Errors, path, what, name string, names []string) bool {
	if slices.Contains(names, name) {
		return true
	}
	if !slices.Contains(names, "") && len(names) > 0 {
		errs.Add(path, "there is no %s %s; %s", what, single(name), unlisted(name, names))
	}
	return false
}

// peak reports a fleet that brings more sales than time can be counted in.
func (p *Plan) peak(errs *field.Errors) {
	edges := []time.Duration{0}
	for _, e := range p.Timeline {
		if e.Kind == fault.Spike {
			edges = append(edges, e.At, end(e))
		}
	}
	demand, highest := make([]fault.Demand, len(p.Fleet)), make([]float64, len(p.Fleet))
	for i := range p.Fleet {
		if p.Fleet[i].Sale.Every <= 0 {
			return // reported already
		}
		demand[i] = fault.DemandFor(p.Timeline, p.Fleet[i].Cohort)
		highest[i] = fault.Highest(p.Fleet[i].Demand)
	}
	for _, t := range edges {
		var perSec float64
		for i := range p.Fleet {
			perSec += float64(p.Fleet[i].Terminals) / p.Fleet[i].Sale.Every.Seconds() * demand[i].At(t) * highest[i]
		}
		if perSec > maxPeak {
			errs.Add("fleet", "brings %.3g sales per second at %s; at most %d are supported", perSec, brief(t), maxPeak)
			return
		}
	}
}
