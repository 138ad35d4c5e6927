package runner

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/topology"
)

// watch asks every node that can tell how it is, once a bucket and all at the same time.
type watch struct {
	graph   *topology.Graph
	nodes   []*nodeWatch           // in the order declared
	sent    *history.FleetRecorder // to each entry; nil where there is one
	every   time.Duration
	horizon time.Duration
}

// newWatch prepares to watch the nodes, and the load ports of the entries in their order.
func newWatch(g *topology.Graph, nodes []harness.Node, probes []portProbe, every, horizon time.Duration) *watch {
	w := &watch{graph: g, every: every, horizon: horizon}
	for _, n := range nodes {
		stats, _ := n.Control.(Statistics)
		w.nodes = append(w.nodes, &nodeWatch{Node: n, stats: stats, seen: make([]sample, int((horizon+every-1)/every))})
	}
	for k := range probes {
		w.nodes[g.Entries[k]].portProbe = &probes[k]
	}
	return w
}

// run looks at every node at the end of each bucket until ctx ends. None waits for
// the answer of another.
func (w *watch) run(ctx context.Context, epoch time.Time) {
	var all sync.WaitGroup
	for _, n := range w.nodes {
		if n.stats != nil {
			all.Go(func() { w.follow(ctx, epoch, n) })
		}
	}
	all.Wait()
}

// follow looks at one node. The last look comes a little early, before the terminals
// hang up at the horizon and empty the queue.
func (w *watch) follow(ctx context.Context, epoch time.Time, n *nodeWatch) {
	for i := range n.seen {
		if !sleepUntil(ctx, epoch.Add(min(time.Duration(i+1)*w.every, w.horizon-w.every/10))) {
			return
		}
		w.look(ctx, n, i)
	}
}

// look asks a node at the end of bucket i.
func (w *watch) look(run context.Context, n *nodeWatch, i int) {
	ctx, cancel := context.WithTimeout(run, w.every)
	defer cancel()
	calm := n.portProbe != nil && !n.portProbe.down.on()
	asked := time.Now()
	now, err := n.stats.Stats(ctx)
	answered := time.Now()
	if run.Err() != nil {
		return // it was cut short, which says nothing of the node
	}
	if n.portProbe != nil {
		n.portProbe.probe(ctx, calm && err == nil)
	}
	n.note(i, asked, answered, now, err)
}

// fill puts what was seen into the history. Where a node gives no statistics nothing
// is known of the whole: what the others show would pass for all there is.
func (w *watch) fill(h *history.History) {
	for i, n := range w.nodes {
		if n.stats == nil {
			h.Unobserved = true
			continue
		}
		h.Nodes = append(h.Nodes, history.Node{Name: w.graph.Name(i), Capacity: w.graph.Serves(i), Buckets: n.buckets(len(h.Buckets))})
	}
	h.Links = w.links(h)
	if h.Unobserved {
		return
	}
	for i := range h.Buckets {
		w.sum(i, &h.Buckets[i])
	}
	for _, n := range w.nodes {
		for _, s := range n.seen {
			h.Wasted += s.Wasted
		}
	}
}

// sum fills the bucket of the whole from those of the nodes, unless an entry was not
// asked. What the fleet is served is what the entries serve; the fleet sees them alone.
// It is not known where none of them could tell.
func (w *watch) sum(i int, b *history.Bucket) {
	served, blind := int64(0), true
	for _, k := range w.graph.Entries {
		n := w.nodes[k]
		if i >= len(n.seen) || !n.seen[i].asked {
			return
		}
		served += n.seen[i].Served
		blind = blind && n.seen[i].Blind
	}
	b.Served, b.Blind = served, blind
	b.Queue, b.InFlight, b.Worked, b.Wasted = 0, 0, 0, 0
	for _, n := range w.nodes {
		s := &n.seen[i]
		b.Queue += s.Queue
		b.InFlight += s.InFlight
		b.Worked += s.Worked
		b.Wasted += s.Wasted
	}
}

// links gives what went from node to node, and first what the fleet sent, which the
// terminals themselves have counted. What a node without statistics sent is not known.
func (w *watch) links(h *history.History) []history.Link {
	all := experiment.FleetLinks(w.graph, h, w.sent)
	type pair struct{ from, to int }
	had := map[pair]bool{}
	for _, e := range w.graph.Edges() {
		if p := (pair{e.From, e.To}); !had[p] && w.nodes[e.From].stats != nil {
			had[p] = true
			to := w.graph.Name(e.To)
			all = append(all, history.Link{From: w.graph.Name(e.From), To: to, Buckets: w.nodes[e.From].sent(to, len(h.Buckets))})
		}
	}
	return all
}

// problem says why a node recorded no more sales, or could not be reached; empty if
// all is well.
func (w *watch) problem() string {
	for i, n := range w.nodes {
		switch {
		case n.failure == "":
		case len(w.nodes) == 1:
			return "the backend could not record sales: " + n.failure
		default:
			return fmt.Sprintf("the node %s could not record sales: %s", w.graph.Name(i), n.failure)
		}
	}
	for _, i := range w.graph.Entries {
		if p := w.nodes[i].portProbe; p.problem != "" {
			return p.problem
		}
	}
	return ""
}

// sleepUntil waits for a moment and says whether it came before ctx ended.
func sleepUntil(ctx context.Context, t time.Time) bool {
	timer := time.NewTimer(time.Until(t))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
