package conformance

import (
	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// afterDocker are workers enough to take up what docker's proxy has kept of a
// crash without falling behind: it accepts connections to a container that is
// starting and passes their requests on when it is up, long after the clients
// have left. The model, as the processes do, refuses those connections.
const afterDocker = 14

// clientScenes are about what clients do.
func clientScenes() []scene {
	return []scene{
		stage("no retries, a crash", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, _ *terminal.Config, _ *backend.Config) { p.Timeline = crash() }),
		stage("immediate retries, a spike", verdict.Collapsed, processes|containers,
			func(p *experiment.Plan, c *terminal.Config, _ *backend.Config) {
				c.Retry = retry.Config{Backoff: retry.Immediate, MaxAttempts: 3}
				p.Timeline = spike(4)
			}),
		stage("constant backoff with full jitter and a budget, a spike", verdict.Recovered, processes,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Retry = retry.Config{
					Backoff: retry.Constant, Base: 500 * ms, Jitter: retry.FullJitter, MaxAttempts: 4,
					Budget: &retry.Budget{Ratio: 0.2, PerSec: 0.1, Tokens: 2},
				}
				n.Queue.Limit = 20
				p.Timeline = spike(4)
			}),
		stage("linear backoff with equal jitter on a timeout, a freeze", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Retry = retry.Config{
					Backoff: retry.Linear, Base: 400 * ms, Jitter: retry.EqualJitter, MaxAttempts: 3,
					On: []retry.Cause{retry.Timeout},
				}
				n.Queue.Discipline = backend.LIFO
				n.Abandoned = backend.Stop
				p.Timeline = freeze()
			}),
		stage("exponential backoff with decorrelated jitter and a breaker, a crash", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				n.Workers = afterDocker
				c.Retry = retry.Config{
					Backoff: retry.Exponential, Base: 200 * ms, Cap: 2 * s, Jitter: retry.DecorrelatedJitter, MaxAttempts: 4,
					On:      []retry.Cause{retry.Refused, retry.Reset, retry.Rejected},
					Breaker: &retry.Breaker{Ratio: 0.5, Calls: 3, Window: 5 * s, Open: 1500 * ms, HalfOpen: 2},
				}
				p.Timeline = crash()
			}),
		stage("copies in parallel, a spike", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				single := *c
				c.Terminals, single.Terminals, single.Cohort = 25, 60, "single"
				c.Retry = retry.Config{Backoff: retry.Exponential, Base: 300 * ms, MaxAttempts: 2, Parallel: 2}
				p.Fleet = append(p.Fleet, single)
				n.Queue = backend.Queue{Limit: 30, Discipline: backend.LIFO}
				n.Idempotency = backend.NoKey
				p.Timeline = spike(3)
			}),
		stage("a shared pool of connections, a spike", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Connections.Pool, c.Timeout = 12, 1500*ms
				c.Retry = retry.Config{Backoff: retry.Constant, Base: s, Jitter: retry.EqualJitter, MaxAttempts: 2}
				n.Workers = 20
				p.Timeline = spike(3.5)
			}),
		stage("a shared pool whose attempts run on, a crash", verdict.Recovered, processes,
			func(p *experiment.Plan, c *terminal.Config, _ *backend.Config) {
				c.Connections.Pool = 12
				c.Cancel = terminal.RunOn
				p.Timeline = crash()
			}),
		stage("two cohorts, a spike of one", verdict.Recovered, processes,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				old := *c
				c.Terminals, old.Terminals, old.Cohort = 50, 50, "old"
				c.Retry = retry.Config{Backoff: retry.Exponential, Base: 300 * ms, Factor: 3, Cap: 3 * s, Jitter: retry.FullJitter}
				old.Retry = retry.Config{Backoff: retry.Immediate, MaxAttempts: 2}
				p.Fleet = append(p.Fleet, old)
				n.Queue.Limit = 40
				p.Timeline = []fault.Event{{Kind: fault.Spike, At: 5 * s, For: 2 * s, Times: 6, Cohort: "old"}}
			}),
	}
}

// offlineScenes are about terminals that keep sales for later.
func offlineScenes() []scene {
	return []scene{
		stage("a small offline queue, a crash", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Retry = retry.Config{Backoff: retry.Constant, Base: 200 * ms, MaxAttempts: 2}
				c.Offline = &terminal.Offline{Capacity: 1, After: s, Pace: 300 * ms}
				n.Workers = afterDocker
				p.Timeline = crash()
			}),
		stage("an offline queue and attempts that run on, a freeze", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Cancel = terminal.RunOn
				c.Offline = &terminal.Offline{After: 1500 * ms, Retry: retry.Config{Backoff: retry.Linear, Base: 500 * ms, Jitter: retry.EqualJitter}}
				n.Idempotency, n.Workers = backend.NoKey, 12
				p.Timeline = freeze()
			}),
		stage("an offline queue behind a breaker, a spike", verdict.Recovered, processes,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Retry.Breaker = &retry.Breaker{Calls: 2, Window: 4 * s, Open: 2 * s}
				c.Offline = &terminal.Offline{After: 2 * s, Retry: retry.Config{Backoff: retry.Exponential, Base: 500 * ms, Jitter: retry.FullJitter, RetryAfter: retry.IgnoreRetryAfter}}
				n.Shed = &backend.Shed{Queue: new(15)}
				p.Timeline = spike(3)
			}),
	}
}
