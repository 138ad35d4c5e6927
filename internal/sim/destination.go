package sim

import (
	"github.com/retrystorm/retrystorm/internal/network"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/topology"
)

// destination gives the node to which a terminal sends an attempt, and counts that.
func (r *run) destination(i uint32, e *terminal.Effect) uint8 {
	d := &r.graph.Fleet[r.cohort(i)]
	a := network.Answer{Order: -1}
	if d.Name != topology.Unnamed {
		tenant := r.tenancy.Of(i)
		a = r.names.Resolve(d.Name, network.Asker{Tenant: tenant, Resolver: uint64(tenant)}, r.now)
	}
	to := d.To[a.Node]
	r.sent.Sent(r.now, i, e.Attempt, e.Sale, to, a.Order)
	return uint8(to) //nolint:gosec // a few nodes
}

// find has the names say where the nodes' calls go.
func (r *run) find(i int) {
	for l := range r.graph.Nodes[i].Links {
		if name := r.graph.Nodes[i].Links[l].Name; name != topology.Unnamed {
			r.nodes[i].node.Find(l, r.names.Lookup(name, r.graph.Name(i)))
		}
	}
}
