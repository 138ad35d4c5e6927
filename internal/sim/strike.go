package sim

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// strike is the beginning or the end of a fault.
type strike struct {
	fault.Event
	index int // in the timeline
	on    bool
}

// hold is what a node that stands still will see when it moves again.
type hold struct {
	what what
	ticket
	waits time.Duration // came: how long its terminal still waited
}

type what uint8

const (
	came what = iota // a request
	went             // its terminal has left
	done             // what its service waited for has happened
)

// schedule sets the faults' beginnings and ends. What ends does so before
// anything begins at the same moment.
func (r *run) schedule() {
	for _, on := range []bool{false, true} {
		for i, e := range r.cfg.Plan.Timeline {
			at := e.At
			if !on {
				at = e.End()
			}
			r.at(at, uint32(len(r.faulty)), strikes) //nolint:gosec // a handful
			r.faulty = append(r.faulty, strike{Event: e, index: i, on: on})
		}
	}
}

func (r *run) strike(i int) {
	s := r.faulty[i]
	switch {
	case s.Kind == fault.Crash && s.on:
		r.crash()
	case s.Kind == fault.Crash:
		r.down = false
	case s.Kind == fault.Freeze && s.on:
		r.frozen = true
		r.burner.stand(r.now, true)
	case s.Kind == fault.Freeze:
		r.thaw()
	case s.Kind == fault.CPU:
		cpus := s.CPUs
		if !s.on {
			cpus = r.spec.CPUs
		}
		r.burner.share(r.now, cpus)
		r.nextBurnt()
	}
}

// crash loses every request in the node and breaks every connection. What was
// recorded stays in the ledger.
func (r *run) crash() {
	r.down = true
	s := r.node.Stats()
	r.before = plus(r.before, s)
	r.boot()
	r.telling = true // the pools' next attempts come when all is broken
	for p := range r.requests.all.length {
		if q := r.requests.at(p); q.place != free && q.place != pooled {
			r.answer(p, q, retry.Outcome{Cause: retry.Reset})
		}
	}
	r.told()
}

// plus adds the counts that the record is made of.
func plus(a, b backend.Stats) backend.Stats {
	b.Served += a.Served
	b.Worked += a.Worked
	b.InVain += a.InVain
	return b
}

// thaw lets the node go on. In the order in which it happened, it sees now what
// came over the wire meanwhile, as a stopped process finds it in its sockets,
// and of waited work what has come to its end.
func (r *run) thaw() {
	r.frozen = false
	r.burner.stand(r.now, false)
	for _, h := range r.held {
		q := r.requests.at(h.number)
		if !q.is(h.turn) {
			continue
		}
		switch h.what {
		case came:
			r.admit(h.number, q, h.waits)
		case went:
			r.leave(h.number, q)
		case done:
			r.ended(h.number, h.turn)
		}
	}
	r.held = nil
	r.nextBurnt()
}

// faults says how the timeline was carried out: faults first, then spikes, as
// a live run has them.
func (r *run) faults() []history.Fault {
	var faults, spikes []history.Fault
	for _, e := range r.cfg.Plan.Timeline {
		f := history.Fault{
			Kind: e.Kind.String(), Node: e.Node, Span: history.Span{From: e.At, To: e.End()},
			Applied: r.reached(e.At), Removed: r.reached(e.End()), Evidence: "in the model",
		}
		if e.Kind == fault.Spike {
			spikes = append(spikes, f)
		} else {
			faults = append(faults, f)
		}
	}
	return append(faults, spikes...)
}

// reached says whether the run got as far as a moment.
func (r *run) reached(at time.Duration) bool { return r.problem == "" || r.now >= at }
