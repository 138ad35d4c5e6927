package conformance

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// shed is an operator's order, over or after what else is on the timeline.
func shed(at, length time.Duration, share field.Ratio) fault.Event {
	return fault.Event{Kind: fault.Shed, At: at, For: length, Node: "api", Share: share}
}

// loadScenes are about how a backend slows down and what it turns away.
func loadScenes() []scene {
	return []scene{
		stage("any number at once, each slower for the others, a spike", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, _ *terminal.Config, n *backend.Config) {
				n.Workers = field.Unbounded // at most 100 a second, however many are served
				n.Slowdown = &backend.Slowdown{Above: 2, PerRequest: 0.1}
				p.Timeline = spike(4)
			}),
		stage("slower in steps with arrivals and a proportional jitter, a spike", verdict.Recovered, processes,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Retry = retry.Config{
					Backoff: retry.Exponential, Base: 500 * ms, Jitter: retry.ProportionalJitter, JitterShare: 0.3, MaxAttempts: 2,
				}
				n.Service.Mean, n.Queue.Limit = 30*ms, 40
				n.Slowdown = &backend.Slowdown{
					Steps: []backend.Step{{Above: 110, Times: 2}, {Above: 180, Times: 4}}, Measure: backend.Arrivals,
				}
				p.Timeline = spike(4)
			}),
		stage("a loss system and an exponential jitter, a spike", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Retry = retry.Config{Backoff: retry.Constant, Base: 300 * ms, Cap: s, Jitter: retry.ExponentialJitter, MaxAttempts: 3}
				n.Workers, n.Queue.Limit = 10, field.None
				p.Timeline = spike(4)
			}),
		stage("a full queue that drops, a spike", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Retry = retry.Config{Backoff: retry.Constant, Base: s, Jitter: retry.FullJitter, MaxAttempts: 2}
				n.Queue = backend.Queue{Limit: 15, Overflow: backend.Dropping}
				p.Timeline = spike(4)
			}),
		stage("shedding that drops what shares a pool of connections, a spike", verdict.Recovered, processes,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Terminals, c.Connections.Pool = 40, 16
				n.Workers = 10
				n.Shed = &backend.Shed{Queue: new(0), Refusal: backend.Dropping}
				p.Timeline = spike(8)
			}),
		stage("shedding that drops attempts which run on, a spike", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				// A dropped attempt keeps its connection to the end of the run. In a
				// shared pool it would matter which shard of the generator has it.
				c.Cancel = terminal.RunOn
				c.Retry = retry.Config{Backoff: retry.Constant, Base: s, Jitter: retry.EqualJitter, MaxAttempts: 2}
				c.Terminals, n.Shed = 60, &backend.Shed{Queue: new(3), Refusal: backend.Dropping}
				p.Timeline = spike(6)
			}),
		stage("an operator's shedding that ends a retry storm", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Retry = retry.Config{Backoff: retry.Immediate, MaxAttempts: 3}
				n.Queue.Limit = 200
				p.Timeline = append(spike(4), shed(8*s, 5*s, 0.9))
				p.Horizon = 22 * s
			}),
		stage("retries switched off until a retry storm is over", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Retry = retry.Config{Backoff: retry.Immediate, MaxAttempts: 3}
				n.Queue.Limit = 200
				p.Timeline = append(spike(4), fault.Event{Kind: fault.RetriesOff, At: 8 * s, For: 8 * s})
				p.Horizon = 24 * s
			}),
		stage("an operator's shedding, and a crash under it", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, _ *terminal.Config, n *backend.Config) {
				n.Workers = afterDocker
				p.Timeline = append(crash(), shed(4*s, 6*s, 0.5))
				p.Horizon = 20 * s
			}),
	}
}
