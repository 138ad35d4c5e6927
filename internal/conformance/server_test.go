package conformance

import (
	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// serverScenes are about what the backend does.
func serverScenes() []scene {
	return []scene{
		stage("lognormal service, no trigger", verdict.Healthy, processes,
			func(_ *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Sale.Arrival = terminal.Regular
				n.Service.Distribution, n.Service.Sigma = backend.Lognormal, 0.8
			}),
		stage("exponential service and abandoned work stopped, a spike", verdict.Recovered, processes,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Retry = retry.Config{Backoff: retry.Constant, Base: 500 * ms, MaxAttempts: 2}
				n.Service.Distribution, n.Abandoned = backend.Exponential, backend.Stop
				p.Timeline = spike(4)
			}),
		stage("shedding with a Retry-After that is honoured, a spike", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Retry = retry.Config{Backoff: retry.Exponential, Base: 100 * ms, Jitter: retry.EqualJitter, MaxAttempts: 3}
				n.Shed = &backend.Shed{Queue: new(10), RetryAfter: 2 * s}
				p.Timeline = spike(3)
			}),
		stage("shedding with a Retry-After that is ignored, a spike", verdict.Recovered, processes,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Retry = retry.Config{Backoff: retry.Constant, Base: 300 * ms, MaxAttempts: 3, RetryAfter: retry.IgnoreRetryAfter}
				n.Shed = &backend.Shed{Queue: new(10), RetryAfter: 2 * s}
				p.Timeline = spike(3)
			}),
		stage("deadline propagation, a spike", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Retry = retry.Config{Backoff: retry.Constant, Base: s, MaxAttempts: 2, On: []retry.Cause{retry.Failed, retry.Timeout}}
				n.DeadlinePropagation, n.Workers, n.Service.Mean = true, 5, 50*ms
				p.Timeline = spike(4)
			}),
		stage("slower with requests in flight, a spike", verdict.Collapsed, processes|containers,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Retry = retry.Config{Backoff: retry.Constant, Base: s, MaxAttempts: 2}
				n.Slowdown = &backend.Slowdown{Above: 30, Times: 2}
				p.Timeline = spike(4)
			}),
		stage("slower with arrivals, a freeze", verdict.Collapsed, processes,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Retry = retry.Config{Backoff: retry.Constant, Base: s, MaxAttempts: 2}
				n.Slowdown = &backend.Slowdown{Above: 80, Times: 10, Measure: backend.Arrivals}
				n.Service.Mean, n.Queue.Limit = 50*ms, 200
				p.Timeline = freeze()
			}),
		stage("burned work, a cut of the processor", verdict.Recovered, containers,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Terminals, c.Timeout = 50, 2*s
				n.Workers, n.CPUs = 4, 0.5
				n.Service = backend.Service{Mean: 8 * ms, Work: backend.Burned}
				p.Timeline = quota(0.06)
				// A second has too few sales for a percentile.
				p.Judge.Window, p.Judge.Latency, p.Horizon = 2*s, 10, 19*s
			}),
	}
}
