package conformance

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/network"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// entries makes the plan's only node the first of two, which the fleet finds by the
// name of "pos".
func entries(p *experiment.Plan, c *terminal.Config, n *backend.Config, cache network.Cache) {
	backup := *n
	backup.Name = "backup"
	p.Backend.Nodes = []backend.Config{*n, backup}
	p.Backend.Names = []network.Name{{Name: "pos", Node: "api", Cache: &cache}}
	c.To = "pos"
}

// nameScenes are about what a name stands for, and about regions.
func nameScenes() []scene {
	order := func(k fault.Kind, at time.Duration, to string, stages ...fault.Stage) fault.Event {
		return fault.Event{Kind: k, At: at, Name: "pos", To: to, Stages: stages}
	}
	return []scene{
		stage("a crash of one of two entries, a failover and back", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				n.Workers = afterDocker
				entries(p, c, n, network.Cache{Distribution: network.Uniform, From: 200 * ms, To: 1500 * ms})
				p.Timeline = append(crash(), order(fault.Failover, 5500*ms, "backup"), order(fault.Failback, 9*s, "api"))
				p.Horizon = 20 * s
			}),
		stage("a crash of a shard among others that has a standby, a failover and back", verdict.Healthy, processes|containers,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				n.Workers, c.Tenants = afterDocker, 20
				shards(p, n, caller.Config{Target: caller.Tenant, Timeout: 300 * ms})
				standby := p.Backend.Nodes[2]
				standby.Name = "standby"
				p.Backend.Nodes = append(p.Backend.Nodes, standby)
				p.Backend.Nodes[0].Calls[0].To = caller.Names{"pos", "db-2"}
				p.Backend.Names = []network.Name{{Name: "pos", Node: "db-1", Cache: &network.Cache{From: s}}}
				p.Timeline = append(of("db-1", crash()), order(fault.Failover, 5200*ms, "standby"), order(fault.Failback, 9*s, "db-1"))
			}),
		stage("a move of all tenants in stages", verdict.Healthy, processes,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				n.Workers, c.Tenants = 14, 20
				entries(p, c, n, network.Cache{Distribution: network.Loguniform, From: 100 * ms, To: s})
				p.Timeline = []fault.Event{order(fault.Migrate, 5*s, "backup",
					fault.Stage{At: 5 * s, Share: 0.3}, fault.Stage{At: 7 * s, Share: 1})}
			}),
		stage("a freeze of a region, which has one node of two", verdict.Healthy, processes,
			func(p *experiment.Plan, _ *terminal.Config, n *backend.Config) {
				n.Workers, n.Abandoned, n.Region = 24, backend.Stop, "east"
				shards(p, n, caller.Config{
					Target: caller.RoundRobin, Timeout: 300 * ms,
					Retry: retry.Config{Backoff: retry.Constant, Base: 100 * ms, MaxAttempts: 2},
				})
				p.Backend.Nodes[2].Region = "west"
				p.Timeline = freeze()
				p.Timeline[0].Node, p.Timeline[0].Region = "", "west"
			}),
	}
}
