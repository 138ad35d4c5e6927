package verdict

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// tally is what a stretch of buckets, lo up to and not including hi, adds up to.
type tally struct {
	lo, hi                         int
	length                         time.Duration
	demand, attempts               int64
	good, late, failed, ok, served int64
	worked, wasted                 time.Duration
	latency                        history.Histogram
}

// measure adds up the buckets from lo up to, not including, hi.
func measure(h *history.History, lo, hi int) *tally {
	t := &tally{lo: lo, hi: lo}
	t.extend(h, hi)
	return t
}

// extend adds the buckets that follow, up to hi.
func (t *tally) extend(h *history.History, hi int) {
	for i := t.hi; i < hi; i++ {
		b := &h.Buckets[i]
		t.demand += b.Demand
		t.attempts += b.Attempts
		t.good += b.Good
		t.late += b.Late
		t.failed += b.Failed + b.TurnedAway
		t.ok += b.Outcomes[retry.OK]
		t.served += b.Served
		t.worked += b.Worked
		t.wasted += b.Wasted
		t.latency.Merge(&b.Latency)
	}
	t.hi = max(t.hi, hi)
	t.length = time.Duration(t.hi-t.lo) * h.Bucket
}

// perSec turns a count into a rate; zero where no time passed.
func (t *tally) perSec(n int64) float64 {
	if t.length <= 0 {
		return 0
	}
	return float64(n) / t.length.Seconds()
}

// share is the goodput as a share of demand; without demand nothing was missed.
func (t *tally) share() float64 {
	if t.demand == 0 {
		return 1
	}
	return float64(t.good) / float64(t.demand)
}

// amplification is attempts per sale brought. Attempts without any sale count
// as those of one, so that the figure stays finite.
func (t *tally) amplification() float64 {
	return float64(t.attempts) / float64(max(t.demand, 1))
}

// wastedShare is the share of the service time spent in vain. Where the
// backend does not tell its service time, it is the share of the requests
// served whose answer no client took: service times do not depend on that.
func (t *tally) wastedShare() float64 {
	switch {
	case t.worked > 0:
		return min(max(float64(t.wasted)/float64(t.worked), 0), 1)
	case t.served > 0:
		return min(max(1-float64(t.ok)/float64(t.served), 0), 1)
	}
	return 0
}

// window gives the tally as evidence.
func (t *tally) window(h *history.History) Window {
	return Window{
		From:          time.Duration(t.lo) * h.Bucket,
		To:            min(time.Duration(t.hi)*h.Bucket, h.Horizon),
		Demand:        t.perSec(t.demand),
		Goodput:       t.perSec(t.good),
		Amplification: t.amplification(),
		P99:           t.latency.Quantile(0.99),
	}
}
