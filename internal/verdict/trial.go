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
	course
	base *tally
	band band
	ws   []cut     // from the trigger's start on
	post int       // the first window after the trigger
	away []absence // stays outside the band
	// without is the same run without retries from the trigger's end on; nil if
	// none was made.
	without *history.History
	read    *flow // the balance of flows, once it has been read
	// short is the trial up to the horizon, of which the figures are told.
	short *trial
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
	t.watchOn()
	t.base = measure(h, t.warm, t.from)
	t.band = bandAround(t.base, t.cfg)
	t.divide()
	t.course = t.follow()
	t.short = t
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

// timing is when things began and ended in the run.
func (t *trial) timing() Timing {
	return Timing{Bucket: t.h.Bucket, Horizon: t.h.Horizon, From: t.trigger.From, To: t.trigger.To, Demand: t.h.Demand, Endless: t.h.Endless}
}

// fillIn completes the thresholds and the layout. Where the demand was not
// declared, it is what the baseline shows.
func (t *trial) fillIn() {
	d := t.timing()
	cfg, l := d.layOut(t.cfg)
	if !(d.Demand > 0) {
		m := measure(t.h, min(l.warm, len(t.h.Buckets)), min(l.from, len(t.h.Buckets)))
		d.Demand = m.perSec(m.demand)
		cfg, l = d.layOut(t.cfg)
	}
	t.cfg, t.layout = cfg, l
}

// watchOn lays out what only the record tells: how far beyond the horizon it
// goes, and where the baseline of a run without a trigger ends.
func (t *trial) watchOn() {
	// The last bucket may not be full.
	t.end = min(max(t.end, len(t.h.Buckets)-1), len(t.h.Buckets))
	if !t.triggered() {
		t.endBaseline()
	}
}

// endBaseline ends the baseline of a run without a trigger where goodput first
// was clearly too low: what collapses early on is compared with what was before
// that, or with nothing at all if it never was in order.
func (t *trial) endBaseline() {
	b := bandAround(measure(t.h, 0, 0), t.cfg)
	early := measure(t.h, 0, t.from)
	b.inFlight = early.latency.Quantile(0.99)
	for lo := 0; lo < t.from; lo += t.size {
		if m := measure(t.h, lo, min(lo+2*t.size, t.end)); m.demand > 0 && b.short(m, b.goodput, clearly) {
			t.from, t.to = lo, lo
			t.warm = min(t.warm, lo/4)
			return
		}
	}
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

// at is when bucket i begins.
func (t *trial) at(i int) time.Duration { return time.Duration(i) * t.h.Bucket }

// gone is when the trigger was over; without one, when the run first left its
// band; and of one that never ends, when it began.
func (t *trial) gone() time.Duration {
	if t.h.Endless {
		return t.trigger.From
	}
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

// roundUp gives the number of whole buckets that hold d.
func roundUp(d, bucket time.Duration) int {
	n := d / bucket
	if d%bucket > 0 {
		n++
	}
	return int(max(n, 0))
}
