package backend_test

import (
	"math"
	"math/rand/v2"
	"slices"
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
	held     []uint64        // dropped, and not over yet
	shed     float64         // as the operator ordered
	rng      *rand.Rand      // as the node's own
}

type twinRequest struct {
	id              uint64
	deadline, began time.Duration
	serving, left   bool
}

func (w *twin) step(now time.Duration, ev backend.Event) []backend.Effect {
	w.now = max(w.now, now)
	if i := slices.Index(w.held, ev.ID); i >= 0 {
		return w.over(i, ev)
	}
	switch ev.Kind {
	case backend.Arrive:
		return w.arrive(ev)
	case backend.Leave:
		return w.leave(ev.ID)
	}
	if ev.Kind == backend.Held {
		return nil
	}
	return w.done(ev.ID)
}

// over ends a dropped request, or does nothing.
func (w *twin) over(i int, ev backend.Event) []backend.Effect {
	kind, ends := map[backend.EventKind]backend.EffectKind{backend.Leave: backend.Forget, backend.Held: backend.HangUp}[ev.Kind]
	if !ends {
		return nil
	}
	w.held = slices.Delete(w.held, i, i+1)
	return []backend.Effect{{Kind: kind, ID: ev.ID}}
}

// turnAway rejects or drops a request.
func (w *twin) turnAway(ev backend.Event, how backend.Refusal, e backend.Effect) []backend.Effect {
	w.stats.Rejected++
	e.Kind, e.ID = turned[how], ev.ID
	if how == backend.Dropping {
		w.held = append(w.held, ev.ID)
	}
	return []backend.Effect{e}
}

func (w *twin) arrive(ev backend.Event) []backend.Effect {
	w.stats.Arrived++
	w.arrivals = append(w.arrivals, w.now)
	if w.shed > 0 && w.rng.Float64() < w.shed {
		w.stats.Rejected++
		w.stats.Ordered++
		return []backend.Effect{{Kind: backend.Reject, ID: ev.ID, Reason: backend.Ordered}}
	}
	waiting, full := len(w.waiting()), w.busy() == w.cfg.Workers.Count()
	if s := w.cfg.Shed; s != nil && full && waiting >= *s.Queue {
		return w.turnAway(ev, s.Refusal, backend.Effect{Reason: backend.Shedding, For: s.RetryAfter})
	}
	if full && waiting >= w.cfg.Queue.Limit.Count() {
		return w.turnAway(ev, w.cfg.Queue.Overflow, backend.Effect{Reason: backend.QueueFull})
	}
	w.requests = append(w.requests, twinRequest{id: ev.ID, deadline: ev.Deadline})
	return w.serve(nil)
}

var turned = map[backend.Refusal]backend.EffectKind{backend.Rejecting: backend.Reject, backend.Dropping: backend.Drop}

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
		return []backend.Effect{{Kind: backend.Forget, ID: id}}
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
	for len(w.waiting()) > 0 && w.busy() < w.cfg.Workers.Count() {
		i := w.waiting()[0]
		if w.cfg.Queue.Discipline == backend.LIFO {
			i = w.waiting()[len(w.waiting())-1]
		}
		r := &w.requests[i]
		if w.cfg.DeadlinePropagation && r.deadline != 0 && r.deadline <= w.now {
			w.stats.Rejected++
			w.stats.Expired++
			if r.left {
				out = append(out, backend.Effect{Kind: backend.Forget, ID: r.id})
			} else {
				out = append(out, backend.Effect{Kind: backend.Reject, ID: r.id, Reason: backend.Expired})
			}
			w.end(i)
			continue
		}
		r.serving, r.began = true, w.now
		out = append(out, backend.Effect{Kind: backend.Begin, ID: r.id, For: w.service()})
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
	times := 1.0
	for _, step := range append(s.Steps, backend.Step{Above: s.Above, Times: s.Times}) {
		if step.Times > 0 && float64(load) > step.Above {
			times = step.Times
		}
	}
	if over := float64(load) - s.Above; s.PerRequest > 0 && over > 0 {
		times += s.PerRequest * over
	}
	return time.Duration(math.Round(float64(w.cfg.Service.Mean) * times))
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
