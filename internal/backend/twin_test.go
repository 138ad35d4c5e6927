package backend_test

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
)

// twin is a node with constant service times that is deliberately dumb: it
// keeps lists and looks through all of them.
type twin struct {
	cfg      backend.Config
	now      time.Duration
	requests []twinRequest   // that have not ended, in the order they came
	arrivals []time.Duration // all there ever were
	stats    backend.Stats   // but Queue and Busy
	silent   int64           // expired with nobody to answer
}

type twinRequest struct {
	id              uint64
	deadline, began time.Duration
	serving, left   bool
}

func (w *twin) step(now time.Duration, ev backend.Event) []backend.Effect {
	w.now = max(w.now, now)
	switch ev.Kind {
	case backend.Arrive:
		return w.arrive(ev)
	case backend.Leave:
		return w.leave(ev.ID)
	}
	return w.done(ev.ID)
}

func (w *twin) arrive(ev backend.Event) []backend.Effect {
	w.stats.Arrived++
	w.arrivals = append(w.arrivals, w.now)
	waiting := len(w.waiting())
	if s := w.cfg.Shed; s != nil && waiting >= s.Queue {
		w.stats.Rejected++
		return []backend.Effect{{Kind: backend.Reject, ID: ev.ID, Reason: backend.Shedding, RetryAfter: s.RetryAfter}}
	}
	if waiting >= int(w.cfg.Queue.Limit) {
		w.stats.Rejected++
		return []backend.Effect{{Kind: backend.Reject, ID: ev.ID, Reason: backend.QueueFull}}
	}
	w.requests = append(w.requests, twinRequest{id: ev.ID, deadline: ev.Deadline})
	return w.serve(nil)
}

func (w *twin) leave(id uint64) []backend.Effect {
	i := w.index(id)
	if i < 0 {
		return nil
	}
	w.requests[i].left = true
	if w.cfg.Abandoned == backend.Continue {
		return nil
	}
	w.stats.Halted++
	if !w.requests[i].serving {
		w.end(i)
		return nil
	}
	w.book(i)
	w.end(i)
	return w.serve([]backend.Effect{{Kind: backend.Halt, ID: id}})
}

func (w *twin) done(id uint64) []backend.Effect {
	i := w.index(id)
	if i < 0 || !w.requests[i].serving {
		return nil
	}
	left := w.requests[i].left
	w.stats.Served++
	if left {
		w.stats.Wasted++
	}
	w.book(i)
	w.end(i)
	return w.serve([]backend.Effect{{Kind: backend.Finish, ID: id, Waiting: !left}})
}

func (w *twin) serve(out []backend.Effect) []backend.Effect {
	for len(w.waiting()) > 0 && w.busy() < w.cfg.Workers {
		i := w.waiting()[0]
		if w.cfg.Queue.Discipline == backend.LIFO {
			i = w.waiting()[len(w.waiting())-1]
		}
		r := &w.requests[i]
		if w.cfg.DeadlinePropagation && r.deadline != 0 && r.deadline <= w.now {
			w.stats.Rejected++
			w.stats.Expired++
			if r.left {
				w.silent++
			} else {
				out = append(out, backend.Effect{Kind: backend.Reject, ID: r.id, Reason: backend.Expired})
			}
			w.end(i)
			continue
		}
		r.serving, r.began = true, w.now
		out = append(out, backend.Effect{Kind: backend.Begin, ID: r.id, Service: w.service()})
	}
	return out
}

func (w *twin) service() time.Duration {
	s := w.cfg.Slowdown
	if s == nil {
		return w.cfg.Service.Mean
	}
	load := len(w.requests)
	if s.Measure == backend.Arrivals {
		load = 0
		for _, at := range w.arrivals {
			if at > w.now-time.Second {
				load++
			}
		}
	}
	if float64(load) > s.Above {
		return time.Duration(float64(w.cfg.Service.Mean) * s.Times)
	}
	return w.cfg.Service.Mean
}

func (w *twin) book(i int) {
	spent := w.now - w.requests[i].began
	w.stats.Worked += spent
	if w.requests[i].left {
		w.stats.InVain += spent
	}
}

func (w *twin) index(id uint64) int {
	for i, r := range w.requests {
		if r.id == id {
			return i
		}
	}
	return -1
}

func (w *twin) waiting() []int {
	var out []int
	for i, r := range w.requests {
		if !r.serving {
			out = append(out, i)
		}
	}
	return out
}

func (w *twin) busy() int { return len(w.requests) - len(w.waiting()) }

func (w *twin) end(i int) { w.requests = append(w.requests[:i:i], w.requests[i+1:]...) }

func (w *twin) counts() backend.Stats {
	s := w.stats
	s.Queue, s.Busy = len(w.waiting()), w.busy()
	return s
}
