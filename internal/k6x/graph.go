package k6x

import (
	"time"

	"go.k6.io/k6/v2/metrics"

	"github.com/retrystorm/retrystorm/internal/campaign"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// graphMeters are the metrics of single nodes, tagged by node, and of single
// links, tagged by link.
type graphMeters struct {
	attempts *metrics.Metric // attempts sent over a link
	goodput  *metrics.Metric // attempts over a link that were acknowledged
	queue    *metrics.Metric // requests waiting in a node, at the end of a phase
	wasted   *metrics.Metric // time that a node worked for clients that had left
}

// graph emits, by phase, what went over each link of a run that is over, and how
// each node did.
func (e *emitter) graph(job *campaign.Job, h *history.History) {
	var out metrics.Samples
	for i := range h.Links {
		l := &h.Links[i]
		tags := e.tags(job.Variant).With("link", l.From+"→"+l.To)
		for _, p := range h.Phases(min(len(l.Buckets), len(h.Buckets))) {
			var sum history.LinkBucket
			for k := p.Lo; k < p.Hi; k++ {
				sum.Add(&l.Buckets[k])
			}
			phase := tags.With("phase", p.Name)
			out = append(out, sample(e.meters.graph.attempts, phase, float64(sum.Attempts)),
				sample(e.meters.graph.goodput, phase, float64(sum.Outcomes[retry.OK])))
		}
	}
	for i := range h.Nodes {
		n := &h.Nodes[i]
		tags := e.tags(job.Variant).With("node", n.Name)
		for _, p := range h.Phases(min(len(n.Buckets), len(h.Buckets))) {
			out = append(out, e.meters.node(tags.With("phase", p.Name), n.Buckets[p.Lo:p.Hi])...)
		}
	}
	metrics.PushIfNotDone(e.ctx, e.state.Samples, out)
}

// node gives the samples of a node in some buckets; none of a queue that could
// not be asked for.
func (m *meters) node(tags *metrics.TagSet, buckets []history.NodeBucket) metrics.Samples {
	var wasted time.Duration
	queue := int64(-1)
	for i := range buckets {
		wasted += buckets[i].Wasted
		if !buckets[i].Blind {
			queue = buckets[i].Queue
		}
	}
	out := metrics.Samples{sample(m.graph.wasted, tags, metrics.D(wasted))}
	if queue >= 0 {
		out = append(out, sample(m.graph.queue, tags, float64(queue)))
	}
	return out
}
