package conformance

import (
	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// chained puts nodes before the plan's only one, the first of them as the entry.
func chained(p *experiment.Plan, before ...backend.Config) {
	p.Backend.Nodes = append(before, p.Backend.Nodes[0])
}

// passing is a node that has room for whatever comes and calls the named ones.
func passing(name string, link caller.Config) backend.Config {
	if link.Timeout == 0 {
		link.Timeout = 600 * ms
	}
	return backend.Config{
		Name: name, Workers: field.Unbounded, Service: backend.Service{Mean: 5 * ms}, Calls: []caller.Config{link},
	}
}

// shards makes two nodes of the plan's one, each with half of its workers, behind a
// gateway that chooses between them.
func shards(p *experiment.Plan, n *backend.Config, link caller.Config) {
	one, two := *n, *n
	one.Name, two.Name = "db-1", "db-2"
	one.Workers, two.Workers = n.Workers/2, n.Workers/2
	link.To = caller.Names{"db-1", "db-2"}
	p.Backend.Nodes = []backend.Config{passing("gateway", link), one, two}
}

// of is a fault of one node.
func of(node string, events []fault.Event) []fault.Event {
	for i := range events {
		events[i].Node = node
	}
	return events
}

func to(name string) caller.Names { return caller.Names{name} }

// chainScenes are about nodes in a row.
func chainScenes() []scene {
	return []scene{
		stage("a chain of two, retries on the link, a crash behind it", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, _ *terminal.Config, n *backend.Config) {
				n.Workers = afterDocker
				chained(p, passing("gateway", caller.Config{
					To: to("api"), Timeout: 300 * ms,
					Retry: retry.Config{Backoff: retry.Exponential, Base: 100 * ms, Jitter: retry.EqualJitter, MaxAttempts: 2},
				}))
				p.Timeline = crash()
			}),
		stage("a chain of three, retries on each link, a freeze of the last", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Retry = retry.Config{Backoff: retry.Constant, Base: 300 * ms, Jitter: retry.FullJitter, MaxAttempts: 2}
				c.Timeout, c.Terminals = 2*s, 60
				n.Workers, n.Abandoned = 20, backend.Stop
				again := retry.Config{Backoff: retry.Constant, Base: 100 * ms, MaxAttempts: 2}
				gateway := passing("gateway", caller.Config{To: to("app"), Timeout: 900 * ms, Retry: again})
				app := passing("app", caller.Config{To: to("api"), Timeout: 350 * ms, Retry: again})
				gateway.Abandoned, app.Abandoned = backend.Stop, backend.Stop
				chained(p, gateway, app)
				p.Timeline = freeze()
			}),
		stage("a chain of three whose deadlines go along it, a spike", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, _ *terminal.Config, n *backend.Config) {
				gateway := passing("gateway", caller.Config{To: to("app"), Timeout: 5 * s})
				app := passing("app", caller.Config{To: to("api"), Timeout: 5 * s})
				gateway.DeadlinePropagation, app.DeadlinePropagation, n.DeadlinePropagation = true, true, true
				chained(p, gateway, app)
				p.Timeline = spike(4)
			}),
		stage("a chain of two with a deadline on the link, a freeze of the first", verdict.Recovered, processes,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Terminals = 60
				n.Workers = 20
				gateway := passing("gateway", caller.Config{To: to("api"), Deadline: 700 * ms, Timeout: 500 * ms})
				gateway.Ledger, n.Ledger, n.Abandoned = new(false), new(true), backend.Stop
				chained(p, gateway)
				p.Timeline = of("gateway", freeze())
			}),
		stage("immediate retries on a link, a spike that is not got over", verdict.Collapsed, processes|containers,
			func(p *experiment.Plan, c *terminal.Config, _ *backend.Config) {
				c.Timeout = 2 * s
				chained(p, passing("gateway", caller.Config{
					To: to("api"), Timeout: 500 * ms, Retry: retry.Config{Backoff: retry.Immediate, MaxAttempts: 3},
				}))
				p.Timeline = spike(4)
			}),
	}
}

// policyScenes are about what limits the attempts on a link.
func policyScenes() []scene {
	one := func(p *experiment.Plan, link caller.Config) {
		link.To = to("api")
		chained(p, passing("gateway", link))
	}
	return []scene{
		stage("a budget on a link, a spike", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, _ *terminal.Config, n *backend.Config) {
				n.Queue.Limit = 20
				one(p, caller.Config{Retry: retry.Config{
					Backoff: retry.Immediate, MaxAttempts: 4, Budget: &retry.Budget{Ratio: 0.1, PerSec: 1, Tokens: 5},
				}})
				p.Timeline = spike(4)
			}),
		stage("a breaker on a link, a crash behind it", verdict.Recovered, processes,
			func(p *experiment.Plan, _ *terminal.Config, n *backend.Config) {
				n.Workers = afterDocker
				one(p, caller.Config{Retry: retry.Config{Breaker: &retry.Breaker{
					Ratio: 0.5, Calls: 10, Window: 2 * s, Open: 700 * ms, HalfOpen: 3,
				}}})
				p.Timeline = crash()
			}),
		stage("a pool on a link, a spike", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, _ *terminal.Config, n *backend.Config) {
				n.Workers = 20
				one(p, caller.Config{Timeout: 700 * ms, Connections: caller.Connections{Pool: 8}})
				p.Timeline = spike(4)
			}),
		stage("a pool on a link whose attempts run on, a freeze behind it", verdict.Recovered, processes,
			func(p *experiment.Plan, _ *terminal.Config, n *backend.Config) {
				n.Workers = 20
				one(p, caller.Config{Timeout: 400 * ms, Connections: caller.Connections{Pool: 30}, Cancel: caller.RunOn})
				p.Timeline = freeze()
			}),
		stage("a Retry-After honoured on a link, a spike", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Timeout = 3 * s
				n.Shed = &backend.Shed{Queue: new(10), RetryAfter: s}
				one(p, caller.Config{Timeout: 2 * s, Retry: retry.Config{Backoff: retry.Exponential, Base: 100 * ms, Jitter: retry.EqualJitter, MaxAttempts: 2}})
				p.Timeline = spike(3)
			}),
		stage("retries on a link switched off until a storm is over", verdict.Recovered, processes,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				c.Timeout, n.Queue.Limit = 2*s, 200
				one(p, caller.Config{Timeout: 500 * ms, Retry: retry.Config{Backoff: retry.Immediate, MaxAttempts: 3}})
				p.Timeline = append(spike(4), fault.Event{Kind: fault.RetriesOff, At: 8 * s, For: 8 * s})
				p.Horizon = 24 * s
			}),
	}
}

// targetScenes are about a choice of two nodes, of which a fault strikes one.
func targetScenes() []scene {
	again := retry.Config{Backoff: retry.Constant, Base: 100 * ms, MaxAttempts: 2}
	return []scene{
		stage("two shards by tenant, a crash of one", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, _ *terminal.Config, n *backend.Config) {
				n.Workers = 16
				shards(p, n, caller.Config{Target: caller.Tenant, Timeout: 300 * ms, Retry: again})
				p.Timeline = of("db-2", crash())
			}),
		stage("two nodes in turn, a freeze of one", verdict.Healthy, processes|containers,
			func(p *experiment.Plan, _ *terminal.Config, n *backend.Config) {
				n.Workers, n.Abandoned = 24, backend.Stop
				shards(p, n, caller.Config{Target: caller.RoundRobin, Timeout: 300 * ms, Retry: again})
				p.Timeline = of("db-1", freeze())
			}),
		stage("the node with the fewest in flight, a freeze of one", verdict.Healthy, processes|containers,
			func(p *experiment.Plan, _ *terminal.Config, n *backend.Config) {
				n.Workers, n.Abandoned = 24, backend.Stop
				shards(p, n, caller.Config{Target: caller.LeastInFlight, Timeout: 300 * ms, Retry: again})
				p.Timeline = of("db-1", freeze())
			}),
		stage("two nodes in turn, one of which turns most away", verdict.Healthy, processes,
			func(p *experiment.Plan, _ *terminal.Config, n *backend.Config) {
				n.Workers = 16
				shards(p, n, caller.Config{Target: caller.RoundRobin, Retry: retry.Config{Backoff: retry.Immediate, MaxAttempts: 2}})
				p.Timeline = of("db-2", []fault.Event{shed(5*s, 3*s, 0.8)})
			}),
	}
}

// faultScenes are about links that are struck.
func faultScenes() []scene {
	struck := func(p *experiment.Plan, from, to string, e fault.Event) {
		e.At, e.For, e.From, e.To, e.Way = 5*s, 2*s, from, to, max(e.Way, fault.Both)
		p.Timeline = append(p.Timeline, e)
	}
	again := retry.Config{Backoff: retry.Constant, Base: 100 * ms, MaxAttempts: 2}
	return []scene{
		stage("the fleet's link cut by a black hole", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, _ *terminal.Config, n *backend.Config) {
				n.Workers = 20
				struck(p, "fleet", "api", fault.Event{Kind: fault.Cut, How: fault.Drop})
			}),
		stage("the answers on the fleet's link cut, the requests not", verdict.Recovered, processes,
			func(p *experiment.Plan, _ *terminal.Config, n *backend.Config) {
				n.Workers = 20
				struck(p, "fleet", "api", fault.Event{Kind: fault.Cut, How: fault.Drop, Way: fault.Back})
			}),
		stage("a link between nodes that refuses", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, _ *terminal.Config, n *backend.Config) {
				n.Workers = 20
				chained(p, passing("gateway", caller.Config{To: to("api"), Timeout: 300 * ms, Retry: again}))
				struck(p, "gateway", "api", fault.Event{Kind: fault.Cut, How: fault.Refuse})
			}),
		stage("a latency on a link between nodes", verdict.Healthy, processes|containers,
			func(p *experiment.Plan, _ *terminal.Config, n *backend.Config) {
				n.Workers = 20
				chained(p, passing("gateway", caller.Config{To: to("api"), Timeout: 300 * ms, Retry: again}))
				struck(p, "gateway", "api", fault.Event{Kind: fault.Latency, Latency: 80 * ms})
			}),
	}
}

// packetScenes are about links that lose, delay or break what is sent.
func packetScenes() []scene {
	on := func(name string, want verdict.Kind, e fault.Event) scene {
		return stage(name, want, processes, func(p *experiment.Plan, _ *terminal.Config, n *backend.Config) {
			n.Workers = 20
			e.At, e.From, e.To, e.Way = 5*s, "fleet", "api", max(e.Way, fault.Both)
			if e.For = 2 * s; e.Endless {
				e.For = p.Horizon - e.At
			}
			p.Timeline = []fault.Event{e}
		})
	}
	return []scene{
		on("a link that loses requests", verdict.Healthy, fault.Event{Kind: fault.Loss, Share: 0.4, Way: fault.There}),
		on("a link that breaks connections", verdict.Recovered, fault.Event{Kind: fault.Reset, Share: 0.3}),
		on("a narrow link", verdict.Recovered, fault.Event{Kind: fault.Bandwidth, Rate: 2000}),
		on("a latency that varies, and comes and goes to the end", verdict.Healthy, fault.Event{
			Kind: fault.Latency, Latency: 60 * ms, Jitter: 40 * ms, Endless: true,
			Flap: &fault.Flap{On: s, Off: 2 * s, Pattern: fault.Drawn},
		}),
	}
}

// linkScenes are about nodes that call each other.
func linkScenes() []scene {
	var all []scene
	all = append(all, chainScenes()...)
	all = append(all, policyScenes()...)
	all = append(all, targetScenes()...)
	all = append(all, faultScenes()...)
	all = append(all, packetScenes()...)
	return all
}
