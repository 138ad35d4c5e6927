package campaign

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/field"
)

// MostRuns bounds the runs of a variant.
const MostRuns = 10_000

// Config says which runs to make.
type Config struct {
	Variants []experiment.Variant // each valid, with defaults filled in
	Runs     int                  // of each variant, unless fewer make its answer certain; 1 if zero
	Seed     uint64               // of each variant's first run; the next ones count up
	Engine   Engine
}

// Campaign is the runs of some variants on an engine. Use it once: Run. Result
// may be called at any time, by anybody.
type Campaign struct {
	cfg  Config
	jobs []Job // variant by variant

	mu       sync.Mutex
	made     [][]decision.Run // by variant
	complete bool             // no further run is needed
}

// New lays out a campaign. Its error says, by variant, what cannot be shown by so
// many runs, what the engine cannot do, or what it would not record so finely that
// there could be a verdict. Nothing is started.
func New(cfg Config) (*Campaign, error) {
	cfg.Runs = max(cfg.Runs, 1)
	c := &Campaign{cfg: cfg, made: make([][]decision.Run, len(cfg.Variants))}
	for i := range cfg.Variants {
		v := &cfg.Variants[i]
		if err := c.check(v); err != nil {
			return nil, err
		}
		for n := range cfg.Runs {
			seed := cfg.Seed + uint64(n)
			c.jobs = append(c.jobs, Job{
				Index: len(c.jobs), Variant: v.Name, Plan: v.Plan.Unfolded(seed),
				Seed: seed, Bucket: cfg.Engine.Bucket(&v.Plan),
			})
		}
	}
	return c, nil
}

// check says why the runs of a variant would be in vain.
func (c *Campaign) check(v *experiment.Variant) error {
	if need := decision.RunsNeeded(v.Expect); need > MostRuns {
		return fmt.Errorf("variant %q expects to be %v, which takes %d runs to show, and at most %d can be made; expect a lower probability",
			v.Name, v.Expect, need, MostRuns)
	} else if need > c.cfg.Runs && v.Expect.AtLeast > 0 {
		return fmt.Errorf("variant %q expects to be %v, which %d runs cannot show; run it at least %d times (--runs %d)",
			v.Name, v.Expect, c.cfg.Runs, need, need)
	}
	var errs field.Errors
	errs.Within("", c.cfg.Engine.Check(&v.Plan))
	errs.Within("", v.CheckTime(c.cfg.Engine.Bucket(&v.Plan)))
	if err := errs.Err(); err != nil {
		return fmt.Errorf("variant %q cannot run here and nothing was started:\n%w", v.Name, err)
	}
	return nil
}

// Engine is what the runs are made on.
func (c *Campaign) Engine() Engine { return c.cfg.Engine }

// Variants are those that run, in their order; not to be changed.
func (c *Campaign) Variants() []experiment.Variant { return c.cfg.Variants }

// Jobs are the runs in the order in which they count; not to be changed.
func (c *Campaign) Jobs() []Job { return c.jobs }

// Longest is how long the whole campaign takes at most in real time, if all of
// its runs are made.
func (c *Campaign) Longest() time.Duration {
	const (
		setup     = 2 * time.Minute // to start, connect, audit and take down on a busy machine
		simulated = time.Hour       // a run in virtual time: its events bound it, and how fast they go the machine says
	)
	traits := c.cfg.Engine.Traits()
	var all time.Duration
	for i := range c.jobs {
		one := simulated
		if traits.RealTime {
			one = setup + c.jobs[i].Plan.Horizon
			if traits.Proves {
				one *= 2
			}
		}
		all += one
	}
	return all
}

// Run makes the runs and gives what they come to. It makes no more of a variant
// once its answer is certain. At the end of ctx it stops; the run that was cut
// short counts as invalid.
func (c *Campaign) Run(ctx context.Context, observe Observer) Result {
	for i, run := range c.runs(ctx, &observe) {
		job := &c.jobs[i]
		if run != nil {
			c.count(job, run)
			observe.ended(job, run)
		}
		last := i == len(c.jobs)-1
		if last || c.variant(i+1) != c.variant(i) {
			observe.decided(job.Variant, c.decide(c.variant(i)))
		}
		if ctx.Err() != nil {
			break
		}
		if last {
			c.finish()
		}
	}
	return c.Result()
}

// variant gives the place of a job's variant among the variants.
func (c *Campaign) variant(job int) int { return job / c.cfg.Runs }

func (c *Campaign) count(job *Job, run *Run) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v := c.variant(job.Index)
	c.made[v] = append(c.made[v], decision.Of(job.Seed, run.History, &run.Verdict))
}

func (c *Campaign) finish() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.complete = true
}

// settled says whether the runs of a job's variant so far make the answer
// certain, so that the job and those after it need not be made. Once it does, it
// does so for ever.
func (c *Campaign) settled(job int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	v := c.variant(job)
	made := c.made[v]
	return decision.Settled(c.cfg.Variants[v].Expect, c.cfg.Variants[v].Gate, made, c.cfg.Runs-len(made))
}

func (c *Campaign) decide(variant int) decision.Decision {
	c.mu.Lock()
	defer c.mu.Unlock()
	v := &c.cfg.Variants[variant]
	return decision.Decide(v.Expect, v.Gate, c.made[variant])
}
