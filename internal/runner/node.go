package runner

import (
	"context"
	"time"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/topology"
)

// Statistics is what a node's Control may have: it gives the counts so far and how
// the node stands. A run on nodes without it is judged by what the clients saw.
type Statistics interface {
	Stats(ctx context.Context) (fakes.Stats, error)
}

// nodeWatch is what one node has shown. A node's counts begin anew when it restarts,
// so what happened is kept as differences.
type nodeWatch struct {
	harness.Node
	stats    Statistics // nil of a node that gives none
	seen     []sample
	last     fakes.Stats
	answered time.Time // when last had come
	failure  string    // why its ledger writes no more
	// portProbe is that of an entry; nil of a node to which no terminal sends.
	portProbe *portProbe
}

// sample is what a node showed at the end of one bucket.
type sample struct {
	asked bool
	history.NodeBucket
	links map[string]caller.Stats // what it sent, by the node called
}

// inOrder gives a node for each of the graph's, in its order. Those that the backend
// has not named can be asked nothing.
func inOrder(g *topology.Graph, nodes []harness.Node) []harness.Node {
	all := make([]harness.Node, len(g.Nodes))
	for i := range all {
		all[i].Name = g.Name(i)
	}
	copy(all, nodes)
	return all
}

// note keeps what the node answered at the end of bucket i, when it was asked asked
// and its answer came at answered.
func (n *nodeWatch) note(i int, asked, answered time.Time, now fakes.Stats, err error) {
	s := &n.seen[i]
	s.asked = true
	if err != nil {
		s.Blind = true
		return
	}
	before := n.last
	if n.restarted(asked, now) {
		before = fakes.Stats{}
	}
	s.NodeBucket = history.NodeBucket{
		Arrived:  now.Arrived - before.Arrived,
		Served:   now.Served - before.Served,
		Rejected: now.Rejected - before.Rejected,
		Queue:    int64(now.Queue),
		InFlight: int64(now.Queue + now.Busy),
		Worked:   now.Worked - before.Worked,
		Wasted:   now.InVain - before.InVain,
	}
	s.links = since(before.Links, now.Links)
	if now.Failure != "" {
		n.failure = now.Failure
	}
	n.last, n.answered = now, answered
}

// restarted says whether the node is another process than at the last look: it is
// not older by the time since then, or it counts from zero again. That time is from
// the last answer to this question, since both may come late on a busy machine.
func (n *nodeWatch) restarted(asked time.Time, now fakes.Stats) bool {
	least := max(asked.Sub(n.answered), 0)
	return now.Uptime-n.last.Uptime < least || now.Served < n.last.Served || now.InVain < n.last.InVain
}

// since gives what was sent to each node after before.
func since(before, now []fakes.LinkStats) map[string]caller.Stats {
	sum := map[string]caller.Stats{}
	for _, l := range now {
		s := sum[l.To]
		s.Add(l.Stats)
		sum[l.To] = s
	}
	for _, l := range before {
		sum[l.To] = sum[l.To].Since(l.Stats)
	}
	return sum
}

// buckets gives the first so many buckets of the node.
func (n *nodeWatch) buckets(count int) []history.NodeBucket {
	all := make([]history.NodeBucket, count)
	for i := range min(count, len(n.seen)) {
		all[i] = n.seen[i].NodeBucket
	}
	return all
}

// sent gives the first so many buckets of what the node sent to another.
func (n *nodeWatch) sent(to string, count int) []history.LinkBucket {
	all := make([]history.LinkBucket, count)
	for i := range min(count, len(n.seen)) {
		s := n.seen[i].links[to]
		all[i] = history.LinkBucket{Calls: s.Calls, Attempts: s.Attempts, Outcomes: s.Outcomes}
	}
	return all
}
