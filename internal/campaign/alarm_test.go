package campaign

import (
	"context"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/race"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/sim"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// calm is a service at 30 to 80 % of its capacity to which nothing happens, or
// only a spike that it bears.
func calm(number uint64) experiment.Plan {
	const demand = 50.0
	policies := []retry.Config{
		{},
		{Backoff: retry.Immediate, MaxAttempts: 5},
		{Backoff: retry.Exponential, Base: time.Second, Jitter: retry.FullJitter},
		{Backoff: retry.Constant, Base: 100 * time.Millisecond, Budget: &retry.Budget{Ratio: 0.1}},
		{Backoff: retry.Immediate, MaxAttempts: 3, Parallel: 2},
		{Backoff: retry.Linear, Base: time.Second, Breaker: &retry.Breaker{}},
	}
	load := 0.3 + 0.5*float64(number%97)/96
	c := terminal.Config{
		Cohort: "calm", Terminals: 500, Sale: terminal.Sale{Every: 10 * time.Second}, Timeout: 3 * time.Second,
		Retry: policies[number%6],
	}
	if number%5 == 0 {
		c.Offline = &terminal.Offline{}
	}
	copies := float64(max(c.Retry.Parallel, 1))
	const workers = 12
	p := experiment.Plan{
		Fleet: []terminal.Config{c},
		Backend: experiment.Backend{Nodes: []backend.Config{{
			Name: "api", Workers: workers, Queue: backend.Queue{Limit: field.Unbounded},
			Service: backend.Service{
				Mean:         time.Duration(workers * load / demand / copies * 1e9),
				Distribution: backend.Distribution(number % 3),
			},
		}}},
		Horizon: 100 * time.Second,
	}
	if number%4 == 0 {
		p.Timeline = []fault.Event{{Kind: fault.Spike, At: 25 * time.Second, For: 10 * time.Second, Times: 1.05}}
	}
	return filled(p)
}

func TestHealthyRunsRaiseNoAlarm(t *testing.T) {
	runs := uint64(100)
	switch {
	case truths() > few:
		runs = 2000
	case race.Enabled:
		runs = 15
	}
	var s Simulator
	for number := range runs {
		p := calm(number)
		if err := p.Validate(); err != nil {
			t.Fatal(err)
		}
		_, v := s.Run(context.Background(), sim.Config{Plan: p, Seed: number})
		if v.Kind != verdict.Healthy || !v.Final {
			t.Errorf("run %d: %s: %s", number, v.Kind, v.Reason)
		}
	}
}
