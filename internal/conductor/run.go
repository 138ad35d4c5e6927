package conductor

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/live"
)

// Config says what to run.
type Config struct {
	Plan   experiment.Plan
	Seed   uint64
	Engine harness.Engine
	Shards int // how many callers of Drive there will be
	// Progress is told of each bucket once all shards have counted it; it must
	// not block. May be nil.
	Progress func(Progress)
}

// Progress is how a run is getting on.
type Progress struct {
	At, Horizon time.Duration
	Phase       string // "baseline", "trigger" or "recovery"
	Length      time.Duration
	Bucket      history.Bucket // the whole fleet's last bucket
}

// Run is one run in the making. One goroutine calls Direct, one for each shard
// calls Drive; they meet in here.
type Run struct {
	cfg    Config
	bucket time.Duration

	up        chan struct{} // closed when the backend answers, or there will be none
	addr      string        // set before up is closed; empty if there is no backend
	connected chan error    // from each shard
	begin     chan struct{} // closed when the epoch is set, or there will be none
	epoch     time.Time
	fault     error // why there is no run; to be read once begin is closed
	outcomes  chan live.Outcome
	score     *score
	outage    outage
}

// New prepares a run.
func New(cfg Config) *Run {
	r := &Run{
		cfg: cfg, bucket: BucketFor(cfg.Plan.Horizon),
		up: make(chan struct{}), begin: make(chan struct{}),
		connected: make(chan error, cfg.Shards), outcomes: make(chan live.Outcome, cfg.Shards),
	}
	r.score = newScore(r)
	return r
}

// BucketFor gives the length of a bucket for a horizon: about a hundred to a
// run, and none longer than a second in real time.
func BucketFor(horizon time.Duration) time.Duration {
	for _, b := range []time.Duration{100 * time.Millisecond, 200 * time.Millisecond, 500 * time.Millisecond} {
		if horizon <= 60*b {
			return b
		}
	}
	return time.Second
}

// Drive drives one shard of the fleet until the run is over. tick is told of
// each bucket of this shard; it may be nil.
func (r *Run) Drive(ctx context.Context, shard int, tick func(live.Tick)) {
	select {
	case <-r.up:
	case <-ctx.Done():
		r.connected <- ctx.Err() // whoever directs the run must not wait for this shard
		r.outcomes <- live.Outcome{}
		return
	}
	if r.addr == "" {
		return
	}
	s := live.NewShard(live.Config{
		Fleet: r.cfg.Plan.Fleet, Timeline: r.cfg.Plan.Timeline,
		Shard: shard, Shards: r.cfg.Shards, Seed: r.cfg.Seed,
		Addr: r.addr, Propagate: r.cfg.Plan.Backend.Nodes[0].DeadlinePropagation,
		Horizon: r.cfg.Plan.Horizon, Bucket: r.bucket,
		Tick: func(t live.Tick) {
			if tick != nil {
				tick(t)
			}
			r.score.tick(t)
		},
	})
	defer s.Close()
	r.connected <- s.Connect(ctx)
	select {
	case <-r.begin:
		// Only now may fault and epoch be read.
		if r.fault == nil {
			s.Run(ctx, r.epoch)
		}
	case <-ctx.Done():
	}
	r.outcomes <- s.Outcome()
}

// Direct leads the run and gives its history. It gives one in every case: of a
// run that failed or was interrupted with its Problem set, and with what was
// measured until then. Nothing is left running.
func (r *Run) Direct(ctx context.Context) *history.History {
	h := &history.History{
		Bucket: r.bucket, Horizon: r.cfg.Plan.Horizon,
		Capacity: r.cfg.Plan.Backend.Nodes[0].Capacity(), Demand: r.cfg.Plan.Demand(),
		Generator: history.Generator{Cores: runtime.GOMAXPROCS(0)}, // time is real
	}
	h.Trigger.From, h.Trigger.To = r.cfg.Plan.Trigger()
	be, err := r.cfg.Engine.Start(ctx, r.cfg.Plan.Backend.Nodes[0], r.cfg.Seed)
	if err != nil {
		r.Skip()
		h.Problem = problem(ctx, fmt.Errorf("the backend could not be started: %w", err))
		return h
	}
	defer stop(be, h)
	r.addr = be.Addr()
	close(r.up)
	if err := r.gather(ctx); err != nil {
		r.fault = err
		close(r.begin)
		h.Problem = problem(ctx, err)
		return h
	}
	r.perform(ctx, be, h)
	return h
}

// gather waits until every shard has its connections.
func (r *Run) gather(ctx context.Context) error {
	for range r.cfg.Shards {
		select {
		case err := <-r.connected:
			if err != nil {
				return fmt.Errorf("the terminals could not connect: %w", err)
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// Skip takes the place of Direct where the run is not to be made after all, so
// that nobody waits for it.
func (r *Run) Skip() { close(r.up) }

// perform runs from the epoch to the horizon and fills in the history.
func (r *Run) perform(ctx context.Context, be harness.Backend, h *history.History) {
	const headStart = 50 * time.Millisecond // so that every shard is there at the epoch
	r.epoch = time.Now().Add(headStart)
	meter := startMeter()
	close(r.begin)

	stage, done := context.WithCancel(ctx)
	defer done()
	looking, blink := context.WithCancel(ctx)
	defer blink()
	watch := newWatch(be.Control(), door{addr: r.addr, down: &r.outage}, r.bucket, r.cfg.Plan.Horizon)
	var crew sync.WaitGroup
	crew.Go(func() { watch.run(looking, r.epoch) })
	crew.Go(func() { h.Faults = r.faults(stage, be) })
	outcomes := r.collect()
	ended := max(time.Since(r.epoch), 0)
	h.Generator = meter.stop(outcomes)
	done()
	if ended < r.cfg.Plan.Horizon {
		blink() // at the horizon the watch ends by itself, once it has its last answer
	}
	crew.Wait()

	h.Buckets = bucketsOf(outcomes)
	watch.fill(h)
	h.Faults = append(h.Faults, spikes(&r.cfg.Plan, h)...)
	for _, f := range h.Faults {
		h.Trigger.To = max(h.Trigger.To, f.Span.To)
	}
	h.Problem = watch.door.problem
	if ended < r.cfg.Plan.Horizon {
		h.Problem = fmt.Sprintf("the run was interrupted %v after its start", ended.Round(time.Millisecond))
	}
	h.Ledger = audit(ctx, be.Control(), outcomes)
}

// collect waits for every shard; an interrupted one comes back at once.
func (r *Run) collect() []live.Outcome {
	outcomes := make([]live.Outcome, 0, r.cfg.Shards)
	for range r.cfg.Shards {
		outcomes = append(outcomes, <-r.outcomes)
	}
	return outcomes
}

func bucketsOf(outcomes []live.Outcome) []history.Bucket {
	parts := make([][]history.Bucket, len(outcomes))
	for i, o := range outcomes {
		parts[i] = o.Buckets
	}
	return history.Merge(parts...)
}

// stop takes the backend down, whatever became of ctx.
func stop(be harness.Backend, h *history.History) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := be.Stop(ctx); err != nil && h.Problem == "" {
		h.Problem = fmt.Sprintf("the backend could not be taken down: %v", err)
	}
}

// problem words an error; an interruption is the user's, not a failure.
func problem(ctx context.Context, err error) string {
	if ctx.Err() != nil || errors.Is(err, context.Canceled) {
		return "the run was interrupted before its start"
	}
	return err.Error()
}
