package network

import (
	"cmp"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
)

// Names tells what the names of a run stand for. It is a function of what is
// declared, of the timeline and of the seed, and keeps nothing between two questions;
// it is safe for concurrent use. The zero Names has no names.
type Names struct {
	seed  uint64
	names []timed
}

// timed is a name with what becomes of it.
type timed struct {
	Name
	hash    uint64
	nodes   []string // that it ever stands for; first that of the beginning
	changes []change // in the order of time
}

// change is an order that changes what a name stands for.
type change struct {
	order  int // the event's index in the timeline
	at     time.Duration
	node   int // index into nodes
	stages []fault.Stage
}

// NewNames takes the names and the timeline of a valid plan.
func NewNames(seed uint64, names []Name, timeline []fault.Event) *Names {
	n := &Names{seed: seed}
	for _, declared := range names {
		h := fnv.New64a()
		_, _ = h.Write([]byte(declared.Name)) // never fails
		t := timed{Name: declared, hash: h.Sum64(), nodes: []string{declared.Node}}
		t.follow(timeline)
		n.names = append(n.names, t)
	}
	return n
}

// follow takes up the orders that change the name.
func (t *timed) follow(timeline []fault.Event) {
	for i, e := range timeline {
		if !e.Kind.ChangesName() || e.Name != t.Name.Name {
			continue
		}
		k := slices.Index(t.nodes, e.To)
		if k < 0 {
			k = len(t.nodes)
			t.nodes = append(t.nodes, e.To)
		}
		t.changes = append(t.changes, change{order: i, at: e.At, node: k, stages: e.Stages})
	}
	slices.SortStableFunc(t.changes, func(a, b change) int { return cmp.Compare(a.at, b.at) })
}

// Index gives the index of a name, or -1.
func (n *Names) Index(name string) int {
	return slices.IndexFunc(n.names, func(t timed) bool { return t.Name.Name == name })
}

// Nodes gives all nodes that name i ever stands for, that of the beginning first. An
// answer of Resolve is an index into them.
func (n *Names) Nodes(i int) []string { return n.names[i].nodes }

// Asker is who asks what a name stands for.
type Asker struct {
	Tenant uint32 // whose sale it is, by which a migration goes
	// Resolver is whose cache is asked, by which answers expire: the tenant's own,
	// or that of a node (see ResolverOf).
	Resolver uint64
}

// ResolverOf gives the number of a node's cache, which no terminal has.
func ResolverOf(node string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(node)) // never fails
	return h.Sum64() | 1<<63
}

// Answer is what a name stands for, to who asks.
type Answer struct {
	Node int // index into Nodes
	// Order is the index in the timeline of the order that made it so; -1 at the
	// beginning.
	Order int
}

// Resolve gives the answer to who asks what name i stands for at that time.
//
// An answer is kept in a cache. Once a change has made it wrong, it is used until it
// expires, which the name's law says how long after the change, by the seed, the
// name, the resolver and the number of the change. What holds then is the new answer,
// so that of two changes within that time only the second one is seen.
func (n *Names) Resolve(i int, who Asker, now time.Duration) Answer {
	t := &n.names[i]
	held := Answer{Order: -1}
	truth, expires, stale := held, time.Duration(0), false
	for k := range t.changes {
		c := &t.changes[k]
		at, comes := n.moment(t, k, who)
		if !comes {
			continue
		}
		if at > now {
			break
		}
		if stale && expires <= at {
			held, stale = truth, false
		}
		truth = Answer{Node: c.node, Order: c.order}
		if !stale {
			expires, stale = at+t.Cache.delay(n.draw(t, k, who.Resolver, expiry)), true
		}
	}
	if stale && expires <= now {
		held = truth
	}
	return held
}

// moment gives when change k becomes true for a tenant: at its time or, of a
// migration, at that of the stage with which the tenant moves, if it moves at all.
func (n *Names) moment(t *timed, k int, who Asker) (at time.Duration, comes bool) {
	c := &t.changes[k]
	if c.stages == nil {
		return c.at, true
	}
	place := n.draw(t, k, uint64(who.Tenant), order)
	for _, s := range c.stages {
		if place < float64(s.Share) {
			return s.At, true
		}
	}
	return 0, false
}

// What is drawn for a change: when an answer expires, and a tenant's place in the
// order in which they move.
const (
	expiry uint64 = iota
	order
)

// draw gives a number from [0, 1) that is always the same for the same run, name,
// change and asker. A generator of its own for each needs no state between two
// questions; the multipliers spread neighbouring numbers over the whole state space.
func (n *Names) draw(t *timed, change int, who, what uint64) float64 {
	var p rand.PCG
	p.Seed(n.seed+(2*uint64(change)+what)*0xd1342543de82ef95, t.hash^(who+1)*0x9e3779b97f4a7c15) //nolint:gosec // an index
	return float64(p.Uint64()>>11) / (1 << 53)
}
