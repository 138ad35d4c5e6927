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
	every   time.Duration
	seen    []sight
	last    fakes.Stats
	wasted  time.Duration
}

// sight is what the backend showed at the end of one bucket.
type sight struct {
	asked           bool
	blind           bool
	queue, inFlight int64
	served          int64
	wasted          time.Duration
}

func newWatch(c fakes.Control, every, horizon time.Duration) *watch {
	return &watch{control: c, every: every, seen: make([]sight, int((horizon+every-1)/every))}
}

// run looks at the end of each bucket until ctx ends.
func (w *watch) run(ctx context.Context, epoch time.Time) {
	for i := range w.seen {
		if !sleepUntil(ctx, epoch.Add(time.Duration(i+1)*w.every)) {
			return
		}
		w.look(ctx, i)
	}
}

func (w *watch) look(ctx context.Context, i int) {
	ctx, cancel := context.WithTimeout(ctx, w.every)
	defer cancel()
	now, err := w.control.Stats(ctx)
	s := &w.seen[i]
	s.asked = true
	if err != nil {
		s.blind = true
		return
	}
	before := w.last
	if now.Uptime < before.Uptime {
		before = fakes.Stats{}
	}
	s.queue, s.inFlight = int64(now.Queue), int64(now.Queue+now.Busy)
	s.served = now.Served - before.Served
	s.wasted = now.InVain - before.InVain
	w.wasted += s.wasted
	w.last = now
}

// fill puts what was seen into the buckets.
func (w *watch) fill(h *history.History) {
	for i := range h.Buckets {
		if i >= len(w.seen) || !w.seen[i].asked {
			continue
		}
		s, b := w.seen[i], &h.Buckets[i]
		b.Queue, b.InFlight, b.Served, b.Wasted, b.Blind = s.queue, s.inFlight, s.served, s.wasted, s.blind
	}
	h.Wasted = w.wasted
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
