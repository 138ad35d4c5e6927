package conductor

import (
	"context"
	"time"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/history"
)

// watch asks the backend how it is, once a bucket. Its counts begin anew when
// the backend restarts, so what happened is kept as differences.
type watch struct {
	control fakes.Control
	door    door
	every   time.Duration
	horizon time.Duration
	seen    []sight
	last    fakes.Stats
	lastAt  int // the bucket of last
	wasted  time.Duration
	failure string // why the backend's ledger writes no more
}

// sight is what the backend showed at the end of one bucket.
type sight struct {
	asked           bool
	blind           bool
	queue, inFlight int64
	served          int64
	worked, wasted  time.Duration
}

func newWatch(c fakes.Control, d door, every, horizon time.Duration) *watch {
	return &watch{control: c, door: d, every: every, horizon: horizon, seen: make([]sight, int((horizon+every-1)/every))}
}

// run looks at the end of each bucket until ctx ends. The last look comes a
// little early, before the terminals hang up at the horizon and empty the queue.
func (w *watch) run(ctx context.Context, epoch time.Time) {
	for i := range w.seen {
		if !sleepUntil(ctx, epoch.Add(min(time.Duration(i+1)*w.every, w.horizon-w.every/10))) {
			return
		}
		w.look(ctx, i)
	}
}

func (w *watch) look(run context.Context, i int) {
	ctx, cancel := context.WithTimeout(run, w.every)
	defer cancel()
	calm := !w.door.down.on()
	now, err := w.control.Stats(ctx)
	if run.Err() != nil {
		return // it was cut short, which says nothing of the backend
	}
	w.door.look(ctx, calm && err == nil)
	w.note(i, now, err)
}

// note keeps what the backend answered at the end of bucket i.
func (w *watch) note(i int, now fakes.Stats, err error) {
	s := &w.seen[i]
	s.asked = true
	if err != nil {
		s.blind = true
		return
	}
	before := w.last
	if w.restarted(i, now) {
		before = fakes.Stats{}
	}
	w.lastAt = i
	s.queue, s.inFlight = int64(now.Queue), int64(now.Queue+now.Busy)
	s.served = now.Served - before.Served
	s.worked = now.Worked - before.Worked
	s.wasted = now.InVain - before.InVain
	if now.Failure != "" {
		w.failure = now.Failure
	}
	w.wasted += s.wasted
	w.last = now
}

// restarted says whether the backend is another process than at the last look:
// it is not older by the time since then, or it counts from zero again.
func (w *watch) restarted(i int, now fakes.Stats) bool {
	least := time.Duration(max(i-w.lastAt-1, 0)) * w.every
	return now.Uptime < w.last.Uptime+least || now.Served < w.last.Served || now.InVain < w.last.InVain
}

// fill puts what was seen into the buckets.
func (w *watch) fill(h *history.History) {
	for i := range h.Buckets {
		if i >= len(w.seen) || !w.seen[i].asked {
			continue
		}
		s, b := w.seen[i], &h.Buckets[i]
		b.Queue, b.InFlight, b.Served, b.Blind = s.queue, s.inFlight, s.served, s.blind
		b.Worked, b.Wasted = s.worked, s.wasted
	}
	h.Wasted = w.wasted
	if w.failure != "" {
		h.Problem = "the backend could not record sales: " + w.failure
	}
}

// sleepUntil waits for a moment and says whether it came before ctx ended.
func sleepUntil(ctx context.Context, t time.Time) bool {
	timer := time.NewTimer(time.Until(t))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
