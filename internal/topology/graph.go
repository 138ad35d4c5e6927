package topology

import (
	"slices"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/network"
)

// Graph is a backend's nodes and the links between them, and where the fleet sends.
type Graph struct {
	Nodes []Node // in the order declared
	Names []Name // likewise
	// Fleet is where each cohort sends, in the order declared.
	Fleet []Destination
	// Entries are all nodes to which terminals may ever send, by their indexes in
	// ascending order.
	Entries []int
	// CalleesFirst are the nodes' indexes so that each stands behind all that it
	// calls, which is the order in which they can be started.
	CalleesFirst []int
	// Naming is what the names are made of; Names are in its order.
	Naming network.Naming
	// Faulty are the links that the timeline strikes, in its order.
	Faulty []Pair
}

// Pair is a link by the names of its ends.
type Pair struct{ From, To string }

// String is "from→to".
func (p Pair) String() string { return p.From + "→" + p.To }

// Node is a node in its place.
type Node struct {
	// Config is as declared, but that in its Calls each name is replaced by all the
	// nodes that it may ever stand for.
	Config backend.Config
	Links  []Link // in the order of Config.Calls
	// Visits is how many requests reach the node for each sale while nothing is
	// retried and no name has been changed. Nodes of one link share its visits
	// equally.
	Visits float64
}

// Name is a name, and all nodes that it may ever stand for: that of the beginning
// first. The last ones are indexes into Graph.Nodes.
type Name struct {
	Name  string
	Nodes []int
}

// Link is a link in its place.
type Link struct {
	Config caller.Config // whose To has names replaced by nodes
	To     []int         // these nodes, as indexes into Graph.Nodes
	// Entries are the entries of the list declared, of which the tenant decides which
	// one is called if they are several. It is nil unless one of them is a name.
	Entries []network.Entry
}

// share is the part of what is called that goes to the target of that index while no
// name has been changed.
func (l *Link) share(target int) float64 {
	if l.Entries == nil {
		return 1 / float64(len(l.To))
	}
	if slices.ContainsFunc(l.Entries, func(e network.Entry) bool { return e.First == target }) {
		return 1 / float64(len(l.Entries))
	}
	return 0
}

// Destination is where something is sent: to one of the nodes in To, which are indexes
// into Graph.Nodes. Where that is decided by a name, Name is its index, and To has
// the name's nodes in the name's order; without one it is Unnamed.
type Destination struct {
	Name int
	To   []int
}

// Unnamed is the Name of a destination that is no name.
const Unnamed = -1

// share is the part of what is sent that goes to the target of that index while no
// name has been changed.
func (d *Destination) share(target int) float64 {
	switch {
	case d.Name == Unnamed:
		return 1 / float64(len(d.To))
	case target == 0:
		return 1
	}
	return 0
}

// Edge is a pair of nodes of which one can call the other.
type Edge struct {
	From, To int // indexes into Graph.Nodes
	Link     int // of From
	Target   int // of the link
}

// Edges gives every pair of nodes of which one can call the other: by the caller in
// the order declared, then by its links, then by their targets.
func (g *Graph) Edges() []Edge {
	var all []Edge
	for from := range g.Nodes {
		for l, link := range g.Nodes[from].Links {
			for t, to := range link.To {
				all = append(all, Edge{From: from, To: to, Link: l, Target: t})
			}
		}
	}
	return all
}

// Pairs gives every link once: first those of the fleet, whose name is given, to the
// entries, then those between nodes in the order of [Graph.Edges].
func (g *Graph) Pairs(fleet string) []Pair {
	var all []Pair
	for _, i := range g.Entries {
		all = append(all, Pair{fleet, g.Name(i)})
	}
	for _, e := range g.Edges() {
		if p := (Pair{g.Name(e.From), g.Name(e.To)}); !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return all
}

// Name gives a node's name by its index.
func (g *Graph) Name(i int) string { return g.Nodes[i].Config.Name }

// Index gives the index of the node of that name, or -1.
func (g *Graph) Index(name string) int {
	for i := range g.Nodes {
		if g.Nodes[i].Config.Name == name {
			return i
		}
	}
	return -1
}

// Capacity is the sales per second that the whole can serve outside any fault
// while nothing is retried, not counting slowdowns or waiting in queues: what the
// node that is exhausted first allows. It is zero, for unknown, where no node bounds
// it.
func (g *Graph) Capacity() float64 {
	var least float64
	for i := range g.Nodes {
		c, visits := g.Serves(i), g.Nodes[i].Visits
		if c > 0 && visits > 0 && (least == 0 || c/visits < least) {
			least = c / visits
		}
	}
	return least
}

// Serves is the requests per second that a node can serve likewise. A worker is busy
// while its request's calls are served. It is zero, for unknown, where nothing bounds
// it.
func (g *Graph) Serves(i int) float64 {
	n := &g.Nodes[i]
	c := n.Config.Capacity()
	if len(n.Links) > 0 && n.Config.Workers != field.Unbounded {
		c = min(c, float64(n.Config.Workers)/g.held()[i])
	}
	return c
}

// held is how long each node's worker is busy with a request, in seconds: with its
// own service and with all that it calls one after the other.
func (g *Graph) held() []float64 {
	held := make([]float64, len(g.Nodes))
	for _, i := range g.CalleesFirst {
		held[i] = g.Nodes[i].Config.Service.Mean.Seconds()
		for _, l := range g.Nodes[i].Links {
			var sum float64
			for t, to := range l.To {
				sum += held[to] * l.share(t)
			}
			held[i] += sum
		}
	}
	return held
}
