package network

import (
	"slices"
	"time"
)

// Entry is an entry of the list of whom a node calls over a link: a node, or a name
// with all nodes that it ever stands for. It is data that can be sent to another
// process.
type Entry struct {
	Name string `json:"name"` // empty of a node
	// First is the index of the entry's node, or of its name's first, among the nodes of
	// all entries in order.
	First int `json:"first"`
}

// Shards are the entries of a list of which the tenant's shard says which one is called,
// as a node asks. A list with one entry is called for every tenant.
type Shards struct {
	names    *Names
	resolver uint64
	entries  []shard
}

type shard struct {
	first int
	name  int // index into the names; negative of a node
}

// Shards gives the entries of a list, of which each Name is known, as the node of that
// name asks for them: from a cache of its own.
func (n *Names) Shards(entries []Entry, node string) Shards {
	s := Shards{names: n, resolver: ResolverOf(node), entries: make([]shard, len(entries))}
	for i, e := range entries {
		s.entries[i] = shard{first: e.First, name: n.Index(e.Name)}
	}
	return s
}

// Resolve gives which node a tenant's request goes to, as an index into the nodes of all
// entries in order.
func (s Shards) Resolve(tenant uint32, now time.Duration) int {
	its := s.entries[tenant%uint32(len(s.entries))] //nolint:gosec // a few shards
	if its.name < 0 {
		return its.first
	}
	return its.first + s.names.Resolve(its.name, Asker{Tenant: tenant, Resolver: s.resolver}, now).Node
}

// Lead says whether the entries are those of a list that leads to those nodes.
func (n *Names) Lead(entries []Entry, nodes []string) bool {
	next := 0
	for _, e := range entries {
		if e.First != next {
			return false
		}
		next++
		if e.Name == "" {
			continue
		}
		k := n.Index(e.Name)
		if k < 0 {
			return false
		}
		next = e.First + len(n.Nodes(k))
		if next > len(nodes) || !slices.Equal(n.Nodes(k), nodes[e.First:next]) {
			return false
		}
	}
	return next == len(nodes)
}
