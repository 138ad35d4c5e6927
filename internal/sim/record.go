package sim

import (
	"github.com/retrystorm/retrystorm/internal/history"
)

// outline is a history in which nothing has happened yet.
func outline(cfg *Config) *history.History {
	p := &cfg.Plan
	h := &history.History{
		Bucket: cfg.Bucket, Horizon: p.Horizon,
		Capacity: p.Backend.Nodes[0].Capacity(), Demand: p.Demand(),
	}
	h.Trigger.From, h.Trigger.To = p.Trigger()
	return h
}

// closeBucket notes what the backend shows at the end of the present bucket.
func (r *run) closeBucket() {
	i := int(r.ends/r.cfg.Bucket) - 1
	r.recorder.Close(r.ends - 1)
	b := &r.recorder.Buckets()[i]
	s := plus(r.before, r.node.Stats())
	b.Queue, b.InFlight = int64(s.Queue), int64(s.Queue+s.Busy)
	b.Served = s.Served - r.last.Served
	b.Worked = s.Worked - r.last.Worked
	b.Wasted = s.InVain - r.last.InVain
	r.last = s
	r.ends += r.cfg.Bucket
}

// history gives the record of the run, as far as it got.
func (r *run) history() *history.History {
	h := outline(r.cfg)
	h.Buckets = r.recorder.Buckets()
	for r.problem == "" && int(r.ends/r.cfg.Bucket) <= len(h.Buckets) {
		r.closeBucket()
	}
	for i := range h.Buckets {
		h.Wasted += h.Buckets[i].Wasted
	}
	h.Faults = r.faults()
	h.Ledger = r.books.audit()
	h.Problem = r.problem
	return h
}
