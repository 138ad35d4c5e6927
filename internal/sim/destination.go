package sim

import (
	"slices"

	"github.com/retrystorm/retrystorm/internal/network"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/topology"
)

// destination gives the node to which a terminal sends an attempt, and counts that.
func (r *run) destination(i uint32, e *terminal.Effect) uint8 {
	to, order := r.towards(i)
	r.toEntries.Sent(r.now, i, e.Attempt, e.Sale, to, order)
	return uint8(to) //nolint:gosec // a few nodes
}

// towards gives the node to which a terminal sends now, and the order in the timeline
// that made it so; -1 if none did.
func (r *run) towards(i uint32) (node, order int) {
	d := &r.graph.Fleet[r.cohort(i)]
	a := network.Answer{Order: -1}
	if d.Name != topology.Unnamed {
		tenant := r.tenancy.Of(i)
		a = r.names.Resolve(d.Name, network.Asker{Tenant: tenant, Resolver: uint64(tenant)}, r.now)
	}
	return d.To[a.Node], a.Order
}

// find has the names say where the nodes' calls go.
func (r *run) find(i int) {
	for l, link := range r.graph.Nodes[i].Links {
		if link.Entries != nil {
			r.nodes[i].node.Find(l, r.names.Shards(link.Entries, r.graph.Name(i)))
		}
	}
}

// connected says of each terminal whether it has a connection to a node when the run
// begins: to the node to which it sends then.
func (r *run) connected(to uint8) []bool {
	open := slices.Repeat([]bool{true}, len(r.units))
	for i := range open {
		if r.toEntries != nil {
			node, _ := r.towards(uint32(i))
			open[i] = node == int(to)
		}
	}
	return open
}
