package campaign

import (
	"context"
	"slices"
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

// shop is so many terminals that sell every 10 s with a timeout of 2 s, and a
// service of 10 workers that take 100 ms.
func shop(terminals int, c retry.Config, o *terminal.Offline, limit field.Limit, trigger ...fault.Event) experiment.Plan {
	return filled(experiment.Plan{
		Fleet: []terminal.Config{{
			Cohort: "shop", Terminals: terminals, Sale: terminal.Sale{Every: 10 * time.Second}, Timeout: 2 * time.Second,
			Retry: c, Offline: o,
		}},
		Backend: experiment.Backend{Nodes: []backend.Config{{
			Name: "api", Workers: 10, Service: backend.Service{Mean: 100 * time.Millisecond}, Queue: backend.Queue{Limit: limit},
		}}},
		Timeline: trigger,
	})
}

// waves hands sales in after 1 s, and those that fail together after a pause.
func waves(pause time.Duration) *terminal.Offline {
	return &terminal.Offline{After: time.Second, Retry: retry.Config{
		Backoff: retry.Constant, Base: pause, MaxAttempts: field.Unbounded,
	}}
}

var crash = fault.Event{Kind: fault.Crash, Node: "api", At: time.Minute, For: time.Minute}

// finding is a run of which verdicts once depended on how long it was watched:
// by horizon in seconds, the kinds that it may have.
type finding struct {
	name string
	plan experiment.Plan
	at   []int
	long bool // watched on for hours, from each horizon
	want map[verdict.Kind]bool
}

func kinds(of ...verdict.Kind) map[verdict.Kind]bool {
	m := map[verdict.Kind]bool{}
	for _, k := range of {
		m[k] = true
	}
	return m
}

func findings() []finding {
	return []finding{
		{"offline queues that return together, for ever", shop(800, retry.Config{}, waves(2*time.Minute), 300, crash),
			[]int{300, 600, 1200, 1240, 1280, 1290, 1310, 1320, 3620, 3650, 7220}, true, kinds(verdict.Collapsed)},
		{"a return before a certain relapse", shop(700, retry.Config{Backoff: retry.Immediate, MaxAttempts: 3}, waves(5*time.Minute), 300, crash),
			[]int{200, 240, 300, 360, 390, 600, 1200}, true, kinds(verdict.Degraded, verdict.Collapsed)},
		{"a plain backlog", filled(experiment.Plan{
			Fleet: []terminal.Config{{Cohort: "shop", Terminals: 900, Sale: terminal.Sale{Every: 10 * time.Second}, Timeout: 2 * time.Second}},
			Backend: experiment.Backend{Nodes: []backend.Config{{
				Name: "api", Workers: 10, Service: backend.Service{Mean: 100 * time.Millisecond}, Queue: backend.Queue{Limit: field.Unbounded}}}},
			Timeline: []fault.Event{{Kind: fault.Spike, At: time.Minute, For: 10 * time.Second, Times: 7.8}},
		}), []int{90, 100, 110, 130, 200, 300}, false, kinds(verdict.Degraded)},
	}
}

func TestVerdictIsTheSameAtAnyHorizon(t *testing.T) {
	for _, f := range findings() {
		if race.Enabled && f.long {
			continue // one goroutine has no races; without the detector all
		}
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			var s Simulator
			if race.Enabled { // one, as from each it is watched for as long
				f.at = f.at[:1]
			}
			for _, secs := range f.at {
				f.plan.Horizon = time.Duration(secs) * time.Second
				_, v := s.Run(context.Background(), sim.Config{Plan: f.plan, Seed: 1})
				t.Logf("%d s: %s, watched until %v: %s", secs, v.Kind, v.Evidence.Watched, v.Reason)
				if !f.want[v.Kind] {
					t.Errorf("at %d s %s: %s", secs, v.Kind, v.Reason)
				}
			}
		})
	}
}

func TestTimeToRecoverIsTheSameAtAnyHorizon(t *testing.T) {
	p := shop(800, retry.Config{}, waves(2*time.Minute), 100, crash)
	var s Simulator
	var took []time.Duration
	horizons, least := []int{300, 360, 600, 1200, 1800, 3600, 7200}, 3
	if race.Enabled {
		horizons, least = []int{1800}, 1
	}
	for _, secs := range horizons {
		p.Horizon = time.Duration(secs) * time.Second
		_, v := s.Run(context.Background(), sim.Config{Plan: p, Seed: 1})
		t.Logf("%d s: %s after %v, watched until %v: %s", secs, v.Kind, v.TimeToRecover, v.Evidence.Watched, v.Reason)
		switch v.Kind {
		case verdict.Recovered:
			took = append(took, v.TimeToRecover)
		case verdict.Collapsed:
			t.Errorf("at %d s %s: %s", secs, v.Kind, v.Reason)
		}
	}
	// A longer horizon has longer buckets, and so a window of another length.
	if len(took) < least || slices.Max(took)-slices.Min(took) > 5*time.Second {
		t.Errorf("times to recover: %v", took)
	}
}

// TestCollapseWithoutATriggerIsOne has one worker at a load of 85 %, which
// retries bring down sooner or later.
func TestCollapseWithoutATriggerIsOne(t *testing.T) {
	p := filled(experiment.Plan{
		Fleet: []terminal.Config{{
			Cohort: "shop", Terminals: 85, Sale: terminal.Sale{Every: 10 * time.Second}, Timeout: 2 * time.Second,
			Retry: retry.Config{Backoff: retry.Immediate, MaxAttempts: 5},
		}},
		Backend: experiment.Backend{Nodes: []backend.Config{{
			Name: "api", Workers: 1, Service: backend.Service{Mean: 100 * time.Millisecond, Distribution: backend.Exponential},
			Queue: backend.Queue{Limit: field.Unbounded},
		}}},
		Horizon: 20 * time.Minute,
	})
	var s Simulator
	seen := map[verdict.Kind]int{}
	seeds := uint64(20)
	if race.Enabled {
		seeds = 2
	}
	for seed := range seeds {
		_, v := s.Run(context.Background(), sim.Config{Plan: p, Seed: seed})
		t.Logf("seed %d: %s: %s", seed, v.Kind, v.Reason)
		seen[v.Kind]++
	}
	if 4*seen[verdict.Collapsed] < 3*int(seeds) || seen[verdict.Invalid] > 0 {
		t.Errorf("%v", seen)
	}
}
