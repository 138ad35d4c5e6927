package verdict

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
)

// trial is a history laid out for judgement.
type trial struct {
	h       *history.History
	cfg     Config
	trigger history.Span // what was declared and what the faults took
	layout
	base *tally
	band band
	ws   []cut     // from the trigger's start on
	post int       // the first window after the trigger
	away []absence // stays outside the band
}

// layout is where things begin and end, in buckets.
type layout struct{ warm, from, to, end, size int }

// newTrial lays the history out; the string says why it cannot be judged.
func newTrial(h *history.History, cfg Config) (*trial, string) {
	t := &trial{h: h, cfg: cfg, trigger: triggerOf(h)}
	if err := cfg.Validate(); err != nil {
		return t, "the thresholds are wrong: " + err.Error()
	}
	if h.Bucket <= 0 || len(h.Buckets) == 0 || h.Horizon <= 0 {
		return t, "nothing was recorded"
	}
	t.fillIn()
	if why := t.tooShort(); why != "" {
		return t, why
	}
	t.base = measure(h, t.warm, t.from)
	t.band = bandAround(t.base, t.cfg)
	t.divide()
	return t, ""
}

// triggered says whether there was a trigger at all.
func (t *trial) triggered() bool { return t.trigger.To > t.trigger.From }

// triggerOf is the trigger as declared, widened to what the faults really took:
// nothing has a chance to recover before the last fault is gone.
func triggerOf(h *history.History) history.Span {
	s := h.Trigger
	for _, f := range h.Faults {
		if !f.Applied || f.Span.To <= f.Span.From {
			continue
		}
		if s.To <= s.From {
			s = f.Span
		}
		s.From, s.To = min(s.From, f.Span.From), max(s.To, f.Span.To)
	}
	return s
}

// fillIn completes the thresholds and the layout. Without a trigger the first
// quarter of the run is the baseline.
func (t *trial) fillIn() {
	h := t.h
	t.end = min(len(h.Buckets), max(int(h.Horizon/h.Bucket), 1))
	before := h.Horizon / 4
	if t.triggered() {
		before = max(t.trigger.From, 0)
	}
	if t.cfg.Warmup == 0 {
		t.cfg.Warmup = before / 4
	}
	if t.cfg.Within == 0 {
		t.cfg.Within = max(h.Horizon-max(t.trigger.To, 0), 0)
	}
	t.from = min(int(before/h.Bucket), t.end)
	t.warm = min(roundUp(t.cfg.Warmup, h.Bucket), t.from)
	t.to = t.from
	if t.triggered() {
		t.to = min(roundUp(t.trigger.To, h.Bucket), t.end)
	}
	demand := h.Demand
	if !(demand > 0) {
		m := measure(h, t.warm, t.from)
		demand = m.perSec(m.demand)
	}
	t.cfg = t.cfg.WithDefaults(demand)
	t.size = max(roundUp(t.cfg.Window, h.Bucket), 1)
	t.cfg.Window = time.Duration(t.size) * h.Bucket
}

// divide cuts the time from the trigger's start into windows, anew at its end,
// and follows the run through them. Without a trigger it begins after the
// warm-up, and what follows the first departure counts as after the trigger.
func (t *trial) divide() {
	start := t.from
	if !t.triggered() {
		start = t.warm
	}
	t.ws = cuts(t.h, t.band, start, t.to, t.size)
	t.post = len(t.ws)
	t.ws = append(t.ws, cuts(t.h, t.band, t.to, t.end, t.size)...)
	t.away = absences(t.h, t.band, t.ws, t.cfg.Hold)
	if !t.triggered() {
		t.post = 0
	}
	t.watchDrift()
	if !t.triggered() && len(t.away) > 0 {
		t.post = t.away[0].from
	}
}

// watchDrift adds the departure that is too slight for single windows to show.
func (t *trial) watchDrift() {
	stay := 0
	if n := len(t.away); n > 0 {
		stay = t.away[n-1].back
	}
	if from := drift(t.h, t.band, t.ws, stay, t.post, t.cfg.Hold); from < len(t.ws) {
		t.away = append(t.away, absence{from: from, back: len(t.ws)})
	}
}

// gone is when the trigger was over; without one, when the run first left its
// band.
func (t *trial) gone() time.Duration {
	if t.triggered() || t.post >= len(t.ws) {
		return t.trigger.To
	}
	return t.ws[t.post].From
}

// after is what happened from the trigger's end to the horizon.
func (t *trial) after() *tally { return measure(t.h, t.ws[t.post].lo, t.end) }

// lastThird is the last third of that, and at least one window.
func (t *trial) lastThird() *tally {
	n := len(t.ws)
	return measure(t.h, t.ws[min(n-(n-t.post)/3, n-1)].lo, t.end)
}

// final is the last hold windows together.
func (t *trial) final() *tally {
	return measure(t.h, t.ws[max(len(t.ws)-t.cfg.Hold, 0)].lo, t.end)
}

// backlog is what is unfinished at the end of bucket i: requests that wait in
// the backend, sales being tried, and sales in offline queues.
func (t *trial) backlog(i int) int64 {
	b := &t.h.Buckets[i]
	return b.Queue + b.Pending + b.Unsynced
}

// roundUp gives the number of whole buckets that hold d.
func roundUp(d, bucket time.Duration) int {
	n := d / bucket
	if d%bucket > 0 {
		n++
	}
	return int(max(n, 0))
}
