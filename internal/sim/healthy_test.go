package sim

import (
	"context"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// calm is a scenario without any trigger at the given load.
func calm(load float64, policy retry.Config, law backend.Distribution) experiment.Plan {
	const workers, mean = 10, 100 * time.Millisecond
	const terminals = 500
	perSec := load * workers / mean.Seconds()
	return experiment.Plan{
		Fleet: []terminal.Config{{
			Cohort: "calm", Terminals: terminals, Timeout: 2 * time.Second, Retry: policy,
			Sale: terminal.Sale{Every: time.Duration(terminals / perSec * 1e9)},
		}},
		Backend: experiment.Backend{Nodes: []backend.Config{{
			Name: "api", Workers: workers, Service: backend.Service{Mean: mean, Distribution: law},
			Queue: backend.Queue{Limit: field.Unbounded},
		}}},
		Horizon: 100 * time.Second,
	}
}

func TestNoRunWithoutATriggerRaisesAnAlarm(t *testing.T) {
	policies := []retry.Config{
		{},
		{Backoff: retry.Immediate, MaxAttempts: field.Unbounded},
		{Backoff: retry.Exponential, Base: time.Second, Jitter: retry.FullJitter},
		{Backoff: retry.Constant, Base: 100 * time.Millisecond, Budget: &retry.Budget{Ratio: 0.1}},
	}
	step := uint64(1)
	if underRace > 1 {
		step = 7 // each policy with each law still
	}
	for seed := uint64(0); seed < 200; seed += step {
		load := 0.3 + 0.5*float64(seed)/199
		law := backend.Distribution(seed % 3)
		p := valid(t, calm(load, policies[seed%4], law))
		h := Run(context.Background(), Config{Plan: p, Seed: seed})
		if v := verdict.Judge(h, p.Judge); v.Kind != verdict.Healthy {
			t.Errorf("seed %d, %s service at a load of %.2f: %s: %s", seed, law, load, v.Kind, v.Reason)
		}
	}
}
