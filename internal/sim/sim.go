package sim

import (
	"context"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/history"
)

// Config says what to run.
type Config struct {
	Plan   experiment.Plan // valid, defaults filled in
	Seed   uint64
	Bucket time.Duration // length of a bucket of the record; BucketFor the plan if zero
	Limits Limits
}

// Limits bounds what a run may take. A run that would pass one is stopped, and
// its history says why.
type Limits struct {
	Events int64 // the most events in all; 20 thousand million if zero
	Memory int64 // the most bytes; no bound if zero
}

const defaultEvents = 20_000_000_000

// BucketFor gives the length of a bucket for a plan: the shortest of a few round
// ones with which there are at most a thousand buckets; or a shorter one, with up
// to ten thousand, where the time before the triggers, one of them, or the time
// after them would have fewer than twenty.
func BucketFor(p *experiment.Plan) time.Duration {
	const usual, most, each = 1000, 10_000, 20
	b := roundBucket(p.Horizon / usual)
	if s := shortestStretch(p); s < each*b {
		b = min(b, max(roundBucket(s/each), roundBucket(p.Horizon/most)))
	}
	return b
}

// roundBucket gives the shortest round length that is no shorter than least.
func roundBucket(least time.Duration) time.Duration {
	b := 100 * time.Millisecond
	for _, times := range []time.Duration{2, 5, 10, 20, 50, 100, 300, 600, 1200, 3000, 6000, 18_000, 36_000} {
		if least <= b {
			break
		}
		b = times * 100 * time.Millisecond
	}
	return b
}

// shortestStretch gives the shortest of the times before, during and after the
// triggers; the horizon where there are none.
func shortestStretch(p *experiment.Plan) time.Duration {
	if len(p.Timeline) == 0 {
		return p.Horizon
	}
	from, to := p.Trigger()
	least := min(from, p.Horizon-to)
	for _, e := range p.Timeline {
		least = min(least, e.For)
	}
	return least
}

// Run runs a plan in virtual time and gives its history. It gives one in every
// case: of a run that was stopped, by ctx or at a limit, with its Problem set
// and with what was recorded until then.
func Run(ctx context.Context, cfg Config) *history.History { return new(Runner).Run(ctx, cfg) }

// Runner runs plans one after another. It keeps the memory of a run for the
// next, which then need not ask for it, nor wait until it has been cleared. The
// zero Runner is ready; it is not safe for concurrent use.
type Runner struct{ run run }

// Run is as the function of that name.
func (s *Runner) Run(ctx context.Context, cfg Config) *history.History {
	if cfg.Bucket == 0 {
		cfg.Bucket = BucketFor(&cfg.Plan)
	}
	if cfg.Limits.Events == 0 {
		cfg.Limits.Events = defaultEvents
	}
	if need := Need(&cfg.Plan); cfg.Limits.Memory > 0 && need > cfg.Limits.Memory {
		h := outline(&cfg)
		h.Problem = tooBig(&cfg, need)
		return h
	}
	r := &s.run
	r.begin(&cfg)
	r.start()
	r.loop(ctx)
	return r.history()
}
