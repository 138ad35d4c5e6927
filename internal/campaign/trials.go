package campaign

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/probe"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Trials makes single runs for a search, as a probe.Prober: only what a search looks
// at is kept of each.
type Trials struct {
	Engine Engine
	// Made is told of each answer as soon as it is there, with the index of its trial in
	// the batch; by one goroutine at a time. It may be nil.
	Made func(i int, t *probe.Trial, a probe.Answer)
}

// Probe makes the run of each trial, as many beside each other as the engine allows.
func (t *Trials) Probe(ctx context.Context, trials []probe.Trial) ([]probe.Answer, error) {
	answers := make([]probe.Answer, len(trials))
	var next atomic.Int64
	var telling sync.Mutex
	var workers sync.WaitGroup
	for range min(t.Engine.Traits().Beside, len(trials)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(trials) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				a := t.make(ctx, &trials[i])
				if ctx.Err() != nil {
					return // it was cut short, and says nothing
				}
				telling.Lock()
				answers[i] = a
				if t.Made != nil {
					t.Made(i, &trials[i], a)
				}
				telling.Unlock()
			}
		})
	}
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return answers, nil
}

// make makes one run. What the engine cannot do, or cannot judge, proves nothing; a
// search may well come to such a plan at the end of its range.
func (t *Trials) make(ctx context.Context, trial *probe.Trial) probe.Answer {
	bucket := t.Engine.Bucket(trial.Plan)
	var errs field.Errors
	errs.Within("", t.Engine.Check(trial.Plan))
	errs.Within("", trial.Plan.CheckTime(bucket))
	if err := errs.Err(); err != nil {
		return probe.Answer{Kind: verdict.Invalid, Problem: err.Error()}
	}
	job := Job{Variant: trial.Key, Plan: trial.Plan.Unfolded(trial.Seed), Seed: trial.Seed, Bucket: bucket}
	run := t.Engine.Run(ctx, &job, &Observer{})
	return probe.Of(run.History, &run.Verdict)
}
