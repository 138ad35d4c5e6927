package reports

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
)

// Node is what one node of the backend did.
type Node struct {
	Name   string     `json:"name"`
	Totals NodeTotals `json:"totals"`
	Series NodeSeries `json:"series"`
}

// NodeTotals counts the whole run.
type NodeTotals struct {
	Arrived     int64    `json:"arrived"`       // requests that came in
	Served      int64    `json:"served"`        // services that ended
	Rejected    int64    `json:"rejected"`      // requests turned away
	WorkedS     float64  `json:"worked_s"`      // a worker's time, that of waiting for other nodes included
	WastedWorkS float64  `json:"wasted_work_s"` // of that, on requests whose client had left
	WastedShare *float64 `json:"wasted_share"`  // of the time worked; nil where there was none
}

// NodeSeries is the run bucket by bucket, at the times of the run's series; nil
// where the node could not be asked.
type NodeSeries struct {
	Arrivals []*float64 `json:"arrivals"` // requests that came in per second
	Served   []*float64 `json:"served"`   // services that ended per second
	Rejected []*float64 `json:"rejected"` // requests turned away per second
	Wasted   []*float64 `json:"wasted"`   // time worked in vain per second
	Queue    []*int64   `json:"queue"`    // waiting at the bucket's end
	InFlight []*int64   `json:"in_flight"`
}

func nodesOf(h *history.History) []Node {
	var all []Node
	for i := range h.Nodes {
		all = append(all, nodeOf(h, &h.Nodes[i]))
	}
	return all
}

// nodeOf takes of a node's record what falls into that of the run.
func nodeOf(h *history.History, n *history.Node) Node {
	out := Node{Name: n.Name, Series: newNodeSeries(len(h.Buckets))}
	t := &out.Totals
	var worked, wasted time.Duration
	for i := range min(len(n.Buckets), len(h.Buckets)) {
		b := &n.Buckets[i]
		t.Arrived += b.Arrived
		t.Served += b.Served
		t.Rejected += b.Rejected
		worked += b.Worked
		wasted += b.Wasted
		if !b.Blind {
			out.Series.set(i, h, b)
		}
	}
	t.WorkedS, t.WastedWorkS = worked.Seconds(), wasted.Seconds()
	t.WastedShare = share(t.WastedWorkS, t.WorkedS)
	return out
}

func newNodeSeries(n int) NodeSeries {
	return NodeSeries{
		Arrivals: make([]*float64, n), Served: make([]*float64, n), Rejected: make([]*float64, n),
		Wasted: make([]*float64, n), Queue: make([]*int64, n), InFlight: make([]*int64, n),
	}
}

func (s *NodeSeries) set(i int, h *history.History, b *history.NodeBucket) {
	start, end := extent(h, i)
	s.Arrivals[i] = known(rate(b.Arrived, end-start))
	s.Served[i] = known(rate(b.Served, end-start))
	s.Rejected[i] = known(rate(b.Rejected, end-start))
	s.Wasted[i] = known(rate(int64(b.Wasted), end-start) / float64(time.Second))
	queue, inFlight := b.Queue, b.InFlight
	s.Queue[i], s.InFlight[i] = &queue, &inFlight
}

// long says whether each list has n figures.
func (s *NodeSeries) long(n int) bool {
	for _, l := range []int{len(s.Arrivals), len(s.Served), len(s.Rejected), len(s.Wasted), len(s.Queue), len(s.InFlight)} {
		if l != n {
			return false
		}
	}
	return true
}
