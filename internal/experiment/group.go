package experiment

import (
	"slices"

	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// Groups are the groups of tenants that are told apart, before anything has happened:
// the cohorts, where there are several, and the tenants of each shard, where a link
// chooses its target by tenant.
func (p *Plan) Groups() []history.Group {
	var out []history.Group
	if len(p.Fleet) > 1 {
		for i := range p.Fleet {
			c := p.Fleet[i : i+1]
			out = append(out, history.Group{
				Name: c[0].Cohort, By: history.ByCohort, Terminals: c[0].Terminals, Tenants: terminal.Tenants(c),
				Demand: float64(c[0].Terminals) / c[0].Sale.Every.Seconds(),
			})
		}
	}
	for _, shards := range p.shards() {
		first := len(out)
		for _, name := range shards {
			out = append(out, history.Group{Name: name, By: history.ByNode})
		}
		p.deal(out[first:])
	}
	return out
}

// Grouping says which of the Groups each terminal belongs to.
func (p *Plan) Grouping() terminal.Grouping {
	g := terminal.Grouping{Tenancy: terminal.TenancyOf(p.Fleet)}
	if len(p.Fleet) > 1 {
		g.Cohorts = len(p.Fleet)
	}
	for _, shards := range p.shards() {
		g.Shards = append(g.Shards, len(shards))
	}
	return g
}

// shards gives the targets of the links that choose by tenant, each set of them once.
func (p *Plan) shards() [][]string {
	var all [][]string
	for i := range p.Backend.Nodes {
		for _, l := range p.Backend.Nodes[i].Calls {
			same := func(s []string) bool { return slices.Equal(s, l.To) }
			if l.Target == caller.Tenant && len(l.To) > 1 && !slices.ContainsFunc(all, same) {
				all = append(all, l.To)
			}
		}
	}
	return all
}

// deal counts the terminals, the tenants and the demand of each shard.
func (p *Plan) deal(shards []history.Group) {
	tenancy := terminal.TenancyOf(p.Fleet)
	seen := make([]bool, terminal.Tenants(p.Fleet))
	for number, c := range terminal.Numbered(p.Fleet) {
		tenant := tenancy.Of(number)
		g := &shards[int(tenant)%len(shards)]
		g.Terminals++
		g.Demand += 1 / p.Fleet[c].Sale.Every.Seconds()
		if !seen[tenant] {
			seen[tenant] = true
			g.Tenants++
		}
	}
}
