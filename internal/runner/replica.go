package runner

import (
	"context"
	"sync"
	"time"

	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/protocol"
	"github.com/retrystorm/retrystorm/internal/replica"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// reform is what became of an order to promote a replica, or to merge ledgers.
type reform struct {
	order    int // the event's index in the timeline
	at       time.Time
	evidence string
	failure  string
}

// note adds to the record of the change of a name what it did to ledgers.
func (d *reform) note(f *history.Fault) {
	if d.failure == "" {
		f.Evidence += "; " + d.evidence
		return
	}
	f.Applied, f.Failure = false, d.failure
	f.Evidence += "; " + d.failure
}

// reform carries out all orders that promote replicas or merge ledgers, each at its time.
func (r *Run) reform(ctx context.Context, be harness.Backend) []reform {
	var all []reform
	for i, e := range r.cfg.Plan.Timeline {
		if e.Promote || e.Merge {
			all = append(all, reform{order: i, failure: "the run ended before"})
		}
	}
	var tasks sync.WaitGroup
	for k := range all {
		d := &all[k]
		tasks.Go(func() {
			e := r.cfg.Plan.Timeline[d.order]
			if !sleepUntil(ctx, r.epoch.Add(e.At)) {
				return
			}
			saw, err := be.Inject(ctx, e)
			d.at, d.evidence, d.failure = time.Now(), saw, failure(err)
		})
	}
	tasks.Wait()
	return all
}

// pair is a ledger and its copy as they are read after the run.
type pair struct {
	replica.Ledgers
	original, copied int // the nodes, by their index
}

// pairs prepares the audit of all copies of ledgers.
func (r *Run) pairs(reforms []reform) []pair {
	var all []pair
	for i := range r.graph.Nodes {
		c := r.graph.Nodes[i].Config.Replica
		if c == nil {
			continue
		}
		p := pair{original: r.graph.Index(c.Of), copied: i}
		p.Until = time.Duration(r.epoch.Add(r.cfg.Plan.Horizon).UnixNano())
		p.RecordOf = r.recordOf()
		for _, d := range reforms {
			e := &r.cfg.Plan.Timeline[d.order]
			if d.failure == "" && (e.Promote && e.To == r.graph.Name(i) || e.Merge && e.To == c.Of) {
				p.Orders = append(p.Orders, replica.Order{At: time.Duration(d.at.UnixNano()), Merges: e.Merge})
			}
		}
		all = append(all, p)
	}
	return all
}

// recordOf says which record a sale writes; nil where sales write none in common.
func (r *Run) recordOf() func(replica.Sale) replica.Record {
	records := r.cfg.Plan.Backend.Records
	if records == 0 {
		return nil
	}
	tenancy := terminal.TenancyOf(r.cfg.Plan.Fleet)
	return func(s replica.Sale) replica.Record {
		return replica.Record{Tenant: tenancy.Of(s.Terminal), Number: replica.RecordOf(s, records)}
	}
}

// entry takes in an entry of a node's ledger.
func (p *pair) entry(node int, e protocol.Entry) {
	one := replica.Entry{Sale: replica.Sale{Terminal: e.Terminal, Number: e.Sale}, At: e.Recorded, Copied: e.Copies == 0}
	switch node {
	case p.original:
		p.Original = append(p.Original, one)
	case p.copied:
		p.Copy = append(p.Copy, one)
	}
}
