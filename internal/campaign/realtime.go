package campaign

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/live"
	"github.com/retrystorm/retrystorm/internal/runner"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// RealTime is an engine whose backends are real, and so is their time.
type RealTime struct {
	Backends harness.Engine // starts them
	// Prove asks that each collapsed run is made again without retries, which takes
	// as long as the run itself.
	Prove bool
	// Fleet drives the terminals; goroutines of the engine's own do if it is nil.
	Fleet Fleet
}

// Fleet has the terminals of a run driven, in as many shards as there are callers,
// such as k6's VUs.
type Fleet interface {
	// Shards is how many shards a fleet is driven in.
	Shards() int
	// Drive has each shard driven by somebody once they have ended the run before,
	// and returns at once. drive returns when the run is over, at the end of ctx at
	// the latest; tick, which may be nil, is told of each bucket of the shard.
	Drive(job *Job, drive func(ctx context.Context, shard int, tick func(live.Tick)))
}

// Name is the word for what starts the backends, such as "docker" or "local".
func (e *RealTime) Name() string { return e.Backends.Name() }

// Traits says that one run is made after the other: they would share the machine.
func (e *RealTime) Traits() Traits { return Traits{RealTime: true, Beside: 1, Proves: e.Prove} }

// Bucket is the length of a bucket; see runner.Bucket.
func (*RealTime) Bucket(p *experiment.Plan) time.Duration { return runner.Bucket(p) }

// Check says what of a plan the backends cannot do.
func (e *RealTime) Check(p *experiment.Plan) error {
	return e.Backends.Check(p.Backend.Nodes, p.Timeline)
}

// Run makes a run and, where that is asked for and it collapsed, the same run
// without retries from when it went down on.
func (e *RealTime) Run(ctx context.Context, job *Job, observe *Observer) Run {
	h := e.lead(ctx, job, &job.Plan, observe, false)
	v := verdict.Judge(h, job.Plan.Judge)
	if e.Prove && v.Kind == verdict.Collapsed && ctx.Err() == nil {
		plan := WithoutRetries(job.Plan, v.Evidence.Out, job.Plan.Horizon, job.Plan.Horizon)
		without := e.lead(ctx, job, &plan, observe, true)
		if without.Problem == "" && len(without.Disturbed) == 0 {
			v = verdict.JudgeAgainst(h, without, job.Plan.Judge)
		}
	}
	return Run{History: h, Verdict: v}
}

// lead makes the run of a plan, which is the job's or, as a proof, that of the
// same run without retries. The buckets of a proof are nobody's measurements, so
// that nobody is told of them.
func (e *RealTime) lead(ctx context.Context, job *Job, plan *experiment.Plan, observe *Observer, proof bool) *history.History {
	shards := min(runtime.GOMAXPROCS(0), plan.Terminals())
	if e.Fleet != nil {
		shards = e.Fleet.Shards()
	}
	cfg := runner.Config{
		Plan: *plan, Seed: job.Seed, Engine: e.Backends, Bucket: job.Bucket, Shards: shards,
		Progress: observe.progress(job, proof),
	}
	if !proof {
		cfg.Trace = observe.attempts(job)
	}
	run := runner.New(cfg)
	drive := func(ctx context.Context, shard int, tick func(live.Tick)) {
		if proof {
			tick = nil
		}
		run.Drive(ctx, shard, tick)
	}
	if e.Fleet != nil {
		e.Fleet.Drive(job, drive)
		return run.Direct(ctx)
	}
	var drivers sync.WaitGroup
	defer drivers.Wait()
	for i := range shards {
		drivers.Go(func() { drive(ctx, i, nil) })
	}
	return run.Direct(ctx)
}
