package sim

import (
	"slices"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/history"
)

// closeBucket ends the present bucket.
func (r *run) closeBucket() {
	r.fillBucket()
	r.ends += r.cfg.Bucket
}

// fillBucket notes what the backend shows in the present bucket so far.
func (r *run) fillBucket() {
	i := int(r.ends/r.cfg.Bucket) - 1
	r.recorder.Close(r.ends - 1)
	b := &r.recorder.Buckets()[i]
	b.Hurt = r.harm.Count()
	b.Queue, b.InFlight = 0, 0
	for k := range r.nodes {
		n := r.nodes[k].fill(i)
		b.Queue += n.Queue
		b.InFlight += n.InFlight
		b.Worked += n.Worked
		b.Wasted += n.Wasted
		if slices.Contains(r.graph.Entries, k) {
			b.Served += n.Served
		}
	}
}

// fill notes what a node and its links did since the last time, in the bucket i, and
// gives that, with the gauges as they are now.
func (in *instance) fill(i int) history.NodeBucket {
	s := in.node.Stats()
	did := history.NodeBucket{
		Arrived: s.Arrived - in.last.Arrived, Served: s.Served - in.last.Served, Rejected: s.Rejected - in.last.Rejected,
		Queue: int64(s.Queue), InFlight: int64(s.Queue + s.Busy),
		Worked: s.Worked - in.last.Worked, Wasted: s.InVain - in.last.InVain,
	}
	in.last = s
	for len(in.record) <= i {
		in.record = append(in.record, history.NodeBucket{})
	}
	in.record[i].Add(&did)
	if len(in.edges) > 0 {
		in.fillLinks(i)
	}
	return did
}

func (in *instance) fillLinks(i int) {
	now := in.node.Links()
	for k := range in.edges {
		for len(in.edges[k]) <= i {
			in.edges[k] = append(in.edges[k], history.LinkBucket{})
		}
		d := now[k].Since(in.links[k])
		in.edges[k][i].Add(&history.LinkBucket{Calls: d.Calls, Attempts: d.Attempts, Outcomes: d.Outcomes})
	}
	in.links = now
}

// parts gives the records of the nodes and of the links between them.
func (r *run) parts(h *history.History) {
	h.Links = experiment.FleetLinks(r.graph, h, r.toEntries)
	for i := range r.nodes {
		h.Nodes = append(h.Nodes, history.Node{Name: r.graph.Name(i), Capacity: r.graph.Serves(i), Buckets: r.nodes[i].record})
	}
	edges := r.graph.Edges()
	k := 0
	for i := range r.nodes {
		for _, buckets := range r.nodes[i].edges {
			addLink(h, r.graph.Name(i), r.graph.Name(edges[k].To), buckets)
			k++
		}
	}
}

// addLink adds what went from one node to another, to what went over another link
// between the two if there is one: a history has one for each pair.
func addLink(h *history.History, from, to string, buckets []history.LinkBucket) {
	i := slices.IndexFunc(h.Links, func(l history.Link) bool { return l.From == from && l.To == to })
	if i < 0 {
		h.Links = append(h.Links, history.Link{From: from, To: to, Buckets: buckets})
		return
	}
	sum := slices.Clone(h.Links[i].Buckets)
	for k := range sum {
		sum[k].Add(&buckets[k])
	}
	h.Links[i].Buckets = sum
}

// history gives the record of the run, as far as it got.
func (r *run) history() *history.History {
	h := r.cfg.Plan.Outline(r.cfg.Bucket)
	h.Seed = r.cfg.Seed
	h.Buckets = r.recorder.Buckets()
	for r.problem == "" && r.ends <= r.until {
		r.closeBucket()
	}
	if r.problem == "" && r.ends-r.cfg.Bucket < r.until {
		r.fillBucket()
	}
	for i := range r.units {
		h.Owed.Add(r.units[i].Owed())
	}
	if r.logos != nil {
		h.Logos = r.logos.Logos(r.until)
	}
	for i := range h.Buckets {
		h.Wasted += h.Buckets[i].Wasted
	}
	r.parts(h)
	h.Groups = r.cfg.Plan.Groups()
	for i, g := range r.groups {
		g.Close(r.until - 1)
		h.Groups[i].Buckets = g.Buckets()
	}
	h.Faults = r.faults()
	h.Ledger = r.audit()
	h.Problem = r.problem
	return h
}
