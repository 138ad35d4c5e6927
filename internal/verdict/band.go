package verdict

import (
	"math"
	"time"
)

// The distances from the band, in standard deviations of what chance alone does.
const (
	exactly  = 0 // the figures as they stand
	slightly = 1 // a single window, so that a handful of sales is no alarm
	clearly  = 4 // what a departure from the band takes: a run has many windows
)

// leastLatency is the shortest baseline to compare with: below it, the
// scheduler of the machine alone makes multiples of the 99th percentile.
const leastLatency = 10 * time.Millisecond

// band is how far a stretch of time may be from the baseline.
//
// A figure is outside when it passes its bound by more than z standard
// deviations of chance. Chance is:
//   - goodput: sales in flight at either end of the stretch were brought in one
//     and completed in another. They are a Poisson number of demand × time in
//     flight (Little's law), at each end, and no more than the stretch brought.
//     The time in flight is the baseline's 99th percentile, since the number in
//     a busy queue spreads wider than Poisson.
//   - amplification: attempts and sales as two independent Poisson numbers.
//   - latency: the number of sales slower than the bound as a Poisson number
//     with a mean of 1 %, its upper limit after E. B. Wilson (1927).
type band struct {
	goodput       float64 // least share of demand
	amplification float64 // most attempts per sale
	latency       time.Duration
	inFlight      time.Duration // 99th percentile of the baseline
}

// bandAround is the band that cfg declares around a baseline.
func bandAround(base *tally, cfg Config) band {
	p99 := base.latency.Quantile(0.99)
	latency := min(cfg.Latency*float64(max(p99, leastLatency)), math.MaxInt64/2)
	if base.latency.Count() == 0 {
		latency = math.MaxInt64 / 2 // nothing to compare with
	}
	return band{
		goodput:       float64(cfg.Goodput) * min(base.share(), 1),
		amplification: cfg.Amplification * max(base.amplification(), 1),
		latency:       time.Duration(latency),
		inFlight:      p99,
	}
}

// outside says whether a stretch with demand is outside the band by more than
// z standard deviations.
func (b band) outside(t *tally, z float64) bool {
	return b.short(t, b.goodput, z) || b.amplified(t, z) || b.slow(t, z)
}

// short says whether less than a share of the demand was completed in time.
func (b band) short(t *tally, share, z float64) bool {
	edge := t.perSec(t.demand) * min(b.inFlight, t.length).Seconds()
	return float64(t.good) < share*float64(t.demand)-z*math.Sqrt(2*edge)
}

func (b band) amplified(t *tally, z float64) bool {
	bound := b.amplification * float64(t.demand)
	return float64(t.attempts) > bound+z*math.Sqrt(bound*(1+b.amplification))
}

func (b band) slow(t *tally, z float64) bool {
	n := float64(t.latency.Count())
	k := 0.01*n + z*z/2 + z*math.Sqrt(0.01*n+z*z/4)
	return k < n && t.latency.Quantile(1-k/n) > b.latency
}

// halved says whether a single window is bad enough to be a departure.
func (b band) halved(t *tally) bool { return b.short(t, 0.5, clearly) }
