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
	Bucket time.Duration // length of a bucket of the record; the plan's own if zero
	// Furthest is how far beyond the plan's horizon Continue can go; not at all
	// if zero.
	Furthest time.Duration
	Limits   Limits
	// Trace is called with each attempt of a terminal that has ended by the plan's
	// horizon. May be nil.
	Trace func(history.Attempt)
}

// Limits bounds what a run may take. A run that would pass one is stopped, and
// its history says why.
type Limits struct {
	Events int64 // the most events in all; 20 thousand million if zero
	Memory int64 // the most bytes; no bound if zero
}

const defaultEvents = 20_000_000_000

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
		cfg.Bucket = cfg.Plan.Bucket(0)
	}
	if cfg.Limits.Events == 0 {
		cfg.Limits.Events = defaultEvents
	}
	if need := Need(&cfg.Plan); cfg.Limits.Memory > 0 && need > cfg.Limits.Memory {
		h := cfg.Plan.Outline(cfg.Bucket)
		h.Problem = tooBig(&cfg, need)
		return h
	}
	r := &s.run
	r.begin(&cfg)
	r.start()
	r.loop(ctx)
	return r.history()
}

// Continue goes on with the run that Run has made, up to a later moment, no
// later than the Furthest of its Config, and gives its whole record. The record
// that was given before must not be used any more: they share memory.
//
// Where ctx or a limit ends it earlier, the record has the whole buckets up to
// there and no Problem, and whole is false: the run itself was made before.
func (s *Runner) Continue(ctx context.Context, until time.Duration) (h *history.History, whole bool) {
	r := &s.run
	until = min(until, r.horizon)
	r.cfg.Trace = nil // its plan says where the run ends
	if until > r.until {
		r.recorder.Extend(until)
		for _, g := range r.groups {
			g.Extend(until)
		}
		r.pauseAt(until)
		r.loop(ctx)
	}
	h = r.history()
	if whole = r.problem == ""; !whole {
		h.Problem = ""
		n := int(r.now / r.cfg.Bucket)
		h.Buckets = h.Buckets[:n]
		for i := range h.Groups {
			h.Groups[i].Buckets = h.Groups[i].Buckets[:min(n, len(h.Groups[i].Buckets))]
		}
	}
	return h, whole
}

// Events is how many events the run has had so far, a measure of its cost.
func (s *Runner) Events() int64 { return s.run.events }
