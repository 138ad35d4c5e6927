package runner

import (
	"cmp"
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
	"github.com/retrystorm/retrystorm/internal/topology"
)

// Config says what to run.
type Config struct {
	Plan   experiment.Plan
	Seed   uint64
	Engine harness.Engine
	Bucket time.Duration // length of a bucket of the record; as long as Bucket says if zero
	Shards int           // how many callers of Drive there will be
	// Progress is told of each bucket once all shards have counted it; it must
	// not block. May be nil.
	Progress func(Progress)
	// Trace is called with each attempt of a terminal that has ended, by several
	// goroutines at once; it must not block. May be nil.
	Trace func(history.Attempt)
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
	entry  live.Entry   // where the terminals send, if there is one; set before up is closed
	routes *live.Routes // where they send if there are several; likewise
	pools  live.Pools   // which all shards share; likewise

	up        chan struct{} // closed when the backend answers, or there will be none
	addrs     []string      // of the entries; set before up is closed; none if there is no backend
	connected chan error    // from each shard
	begin     chan struct{} // closed when the epoch is set, or there will be none
	epoch     time.Time
	fault     error // why there is no run; to be read once begin is closed
	outcomes  chan live.Outcome
	ticks     *ticks
	graph     *topology.Graph // known from the beginning of Direct
	outages   []*outage       // of the entries; from then on
}

// New prepares a run.
func New(cfg Config) *Run {
	r := &Run{
		cfg: cfg, bucket: cmp.Or(cfg.Bucket, Bucket(&cfg.Plan)),
		up: make(chan struct{}), begin: make(chan struct{}),
		connected: make(chan error, cfg.Shards), outcomes: make(chan live.Outcome, cfg.Shards),
	}
	r.ticks = newTicks(r)
	return r
}

// Bucket is the length of a bucket in the record of a plan's run in real time.
func Bucket(p *experiment.Plan) time.Duration { return p.Bucket(finest(p.Horizon)) }

// finest is how often the nodes of a run are asked at most: about a hundred times in
// a short run, and each second in a longer one. They share the machine with the
// terminals, and an answer that comes late leaves a bucket blind.
func finest(horizon time.Duration) time.Duration {
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
	if len(r.addrs) == 0 {
		return
	}
	s := live.NewShard(live.Config{
		Fleet: r.cfg.Plan.Fleet, Timeline: r.cfg.Plan.Timeline, Grouping: r.cfg.Plan.Grouping(),
		Shard: shard, Shards: r.cfg.Shards, Seed: r.cfg.Seed,
		Addr: r.addrs[0], Entry: r.entry.Name, Propagate: r.entry.Propagate, Routes: r.routes, Trace: r.cfg.Trace, Pools: r.pools,
		Horizon: r.cfg.Plan.Horizon, Bucket: r.bucket,
		Tick: func(t live.Tick) {
			if tick != nil {
				tick(t)
			}
			r.ticks.tick(t)
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
	h, be, err := r.start(ctx)
	h.Generator.Cores = runtime.GOMAXPROCS(0) // time is real
	if err != nil {
		r.Skip()
		h.Problem = problem(ctx, fmt.Errorf("the backend could not be started: %w", err))
		return h
	}
	defer func() {
		h.Disturbed = r.disturbances(ctx, be)
		stop(ctx, be, h)
	}()
	r.route(be.Addrs())
	close(r.up)
	if err := r.gather(ctx); err != nil {
		r.fault = err
		close(r.begin)
		h.Problem = problem(ctx, err)
		return h
	}
	r.observe(ctx, be, h)
	return h
}

// start brings the nodes of the plan up, and gives the history that is to be filled
// in. A plan whose nodes form no graph has nothing more of one than its horizon.
func (r *Run) start(ctx context.Context) (*history.History, harness.Backend, error) {
	plan := &r.cfg.Plan
	var err error
	if r.graph, err = plan.Build(); err != nil {
		return &history.History{Bucket: r.bucket, Horizon: plan.Horizon}, nil, fmt.Errorf("backend.nodes: %w", err)
	}
	be, err := r.cfg.Engine.Start(ctx, r.graph, r.cfg.Seed)
	h := plan.Outline(r.bucket)
	h.Seed = r.cfg.Seed
	return h, be, err
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

// observe follows the run from the epoch to the horizon and fills in the history.
func (r *Run) observe(ctx context.Context, be harness.Backend, h *history.History) {
	const headStart = 50 * time.Millisecond // so that every shard is there at the epoch
	r.epoch = time.Now().Add(headStart)
	meter := startMeter()
	close(r.begin)

	stage, done := context.WithCancel(ctx)
	defer done()
	looking, stopLooking := context.WithCancel(ctx)
	defer stopLooking()
	nodes := inOrder(r.graph, be.Nodes())
	watch := newWatch(r.graph, nodes, r.probes(), r.bucket, r.cfg.Plan.Horizon)
	var tasks sync.WaitGroup
	var untold error
	tasks.Go(func() { untold = began(stage, be, r.epoch) })
	tasks.Go(func() { watch.run(looking, r.epoch) })
	tasks.Go(func() { h.Faults = r.faults(stage, be) })
	var reforms []reform
	tasks.Go(func() { reforms = r.reform(stage, be) })
	outcomes := r.collect()
	ended := max(time.Since(r.epoch), 0)
	h.Generator = meter.stop(outcomes)
	done()
	if ended < r.cfg.Plan.Horizon {
		stopLooking() // at the horizon the watch ends by itself, once it has its last answer
	}
	tasks.Wait()

	h.Buckets = bucketsOf(outcomes)
	var reds, hurt []history.Spell
	for _, o := range outcomes {
		h.Owed.Add(o.Owed)
		reds = append(reds, o.Reds...)
		hurt = append(hurt, o.Hurt...)
	}
	watch.sent = live.Sent(r.bucket, len(r.graph.Nodes), outcomes)
	h.Logos = history.LogosOf(reds)
	history.CountHurt(h.Buckets, h.Bucket, hurt)
	h.Groups = r.cfg.Plan.Groups()
	for i := range h.Groups {
		for _, o := range outcomes {
			h.Groups[i].Buckets = history.Merge(h.Groups[i].Buckets, o.Groups[i])
		}
	}
	watch.fill(h)
	h.Faults = append(h.Faults, r.changed(watch.sent, reforms)...)
	h.Faults = append(h.Faults, byClients(r.graph, &r.cfg.Plan, h)...)
	for _, f := range h.Faults {
		h.Trigger.To = max(h.Trigger.To, f.Span.To)
	}
	if h.Problem = watch.problem(); untold != nil && h.Problem == "" {
		h.Problem = failure(untold)
	}
	if ended < r.cfg.Plan.Horizon {
		h.Problem = fmt.Sprintf("the run was interrupted %v after its start", ended.Round(time.Millisecond))
	}
	h.Ledger = r.audit(ctx, nodes, outcomes, reforms)
}

// collect waits for every shard and closes what they shared; an interrupted one
// comes back at once.
func (r *Run) collect() []live.Outcome {
	outcomes := make([]live.Outcome, 0, r.cfg.Shards)
	for range r.cfg.Shards {
		outcomes = append(outcomes, <-r.outcomes)
	}
	r.pools.Close()
	return outcomes
}

func bucketsOf(outcomes []live.Outcome) []history.Bucket {
	parts := make([][]history.Bucket, len(outcomes))
	for i, o := range outcomes {
		parts[i] = o.Buckets
	}
	return history.Merge(parts...)
}

// stop takes the backend down, whatever became of the run.
func stop(run context.Context, be harness.Backend, h *history.History) {
	ctx, cancel := afterwards(run, 3*time.Second)
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
