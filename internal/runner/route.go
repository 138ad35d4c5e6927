package runner

import (
	"context"
	"time"

	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/live"
)

// route says where the terminals send, once it is known where the entries are.
func (r *Run) route(addrs []string) {
	plan := &r.cfg.Plan
	r.addrs = addrs
	entries := make([]live.Entry, len(r.graph.Nodes))
	for k, i := range r.graph.Entries {
		node := &r.graph.Nodes[i].Config
		entries[i] = live.Entry{Name: node.Name, Addr: addrs[k], Propagate: node.DeadlinePropagation}
		r.outages = append(r.outages, &outage{entry: node.Name})
	}
	if len(addrs) == 1 {
		r.entry = entries[r.graph.Entries[0]]
		r.pools = live.NewPools(plan.Fleet, 1)
		return
	}
	r.routes = &live.Routes{Entries: entries, Fleet: r.graph.Fleet, Names: plan.Names(r.cfg.Seed)}
	r.pools = live.NewPools(plan.Fleet, len(entries))
}

// began tells the backend when the run begins, if it wants to know.
func began(ctx context.Context, be harness.Backend, epoch time.Time) error {
	if t, ok := be.(harness.Timed); ok {
		return t.Began(ctx, epoch)
	}
	return nil
}

// probes watch the load ports of the entries.
func (r *Run) probes() []portProbe {
	var all []portProbe
	for k, addr := range r.addrs {
		all = append(all, portProbe{addr: addr, down: r.outages[k]})
	}
	return all
}

// changed says of each order that changed a name when the terminals were seen to
// follow it.
func (r *Run) changed(sent *history.FleetRecorder, reforms []reform) []history.Fault {
	var all []history.Fault
	for i, e := range r.cfg.Plan.Timeline {
		if !e.Kind.ChangesName() {
			continue
		}
		var moved []time.Duration
		if sent != nil {
			moved = sent.Moved(i)
		}
		f := r.cfg.Plan.Changed(i, moved)
		for _, did := range reforms {
			if did.order == i {
				did.note(&f)
			}
		}
		all = append(all, f)
	}
	return all
}
