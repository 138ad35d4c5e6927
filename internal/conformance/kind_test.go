package conformance

import (
	"testing"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// plainScenes are so far from any boundary that a busy machine does not change
// how they come out: what recovers has five times the capacity it needs, and
// what collapses has less than half of what it would need.
func plainScenes() []scene {
	scenes := []scene{
		stage("a crash, offline queues", verdict.Recovered, processes,
			func(p *experiment.Plan, c *terminal.Config, _ *backend.Config) {
				c.Terminals = 30
				c.Retry = retry.Config{Backoff: retry.Constant, Base: 500 * ms, Jitter: retry.FullJitter, MaxAttempts: 2}
				c.Offline = &terminal.Offline{After: s}
				p.Timeline = crash()
			}),
		stage("a spike, shedding and few retries", verdict.Recovered, processes,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Terminals = 30
				c.Retry = retry.Config{Backoff: retry.Exponential, Base: 500 * ms, Jitter: retry.EqualJitter, MaxAttempts: 2}
				n.Shed = &backend.Shed{Queue: new(10), RetryAfter: s}
				p.Timeline = spike(16)
			}),
		stage("a spike, retries at once", verdict.Collapsed, processes,
			func(p *experiment.Plan, c *terminal.Config, _ *backend.Config) {
				c.Retry = retry.Config{Backoff: retry.Immediate, MaxAttempts: 4}
				p.Timeline = spike(4)
			}),
		stage("a freeze, slower for good with arrivals", verdict.Collapsed, processes,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Retry = retry.Config{Backoff: retry.Constant, Base: s, MaxAttempts: 3}
				n.Slowdown = &backend.Slowdown{Above: 80, Times: 20, Measure: backend.Arrivals}
				n.Service.Mean, n.Queue.Limit = 50*ms, 200
				p.Timeline = freeze()
			}),
	}
	for i := range scenes {
		// A busy machine may make the generator late, and its customers wait.
		scenes[i].plan.Judge.Lag, scenes[i].plan.Judge.Latency = s, 20
	}
	return scenes
}

// TestSimulatorAndProcessesComeOutAlikeFarFromAnyBoundary is the part of the
// comparison that needs no machine to itself: the kind of verdict alone.
func TestSimulatorAndProcessesComeOutAlikeFarFromAnyBoundary(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 20 s")
	}
	scenes := plainScenes()
	runs := runAll(t.Context(), harness.Local(binary(t)), scenes, len(scenes), behind)
	for i, sc := range scenes {
		t.Run(sc.name, func(t *testing.T) {
			model, actual := simulate(t, sc.plan), <-runs[i]
			if why := behind(actual.History, sc.plan); why != "" {
				t.Skipf("twice the run in real time says nothing: %s", why)
			}
			for arm, h := range map[string]*history.History{"sim": model, "local": actual.History} {
				if v := verdict.Judge(h, sc.plan.Judge); v.Kind != sc.want {
					t.Errorf("%s: %v, want %v: %s", arm, v.Kind, sc.want, v.Reason)
				}
			}
		})
	}
}
