package k6x

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/metrics"

	"github.com/retrystorm/retrystorm/internal/campaign"
	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/live"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// The metrics that the experiment's thresholds stand on.
const (
	asExpected = "retrystorm_as_expected"
	gateHeld   = "retrystorm_gate"
)

// meters are the custom metrics, tagged by variant, cohort, phase and outcome.
type meters struct {
	demand     *metrics.Metric // sales that customers brought
	sales      *metrics.Metric // sales that ended or went offline, by outcome
	goodput    *metrics.Metric // sales completed within their deadline
	attempts   *metrics.Metric // attempts that ended, by outcome
	duration   *metrics.Metric // time to complete a sale
	unsynced   *metrics.Metric // sales in offline queues
	recover    *metrics.Metric // time to recover
	runs       *metrics.Metric // runs, by verdict
	asExpected *metrics.Metric // 1 for each variant that came out as expected, 0 for one that did not
	gate       *metrics.Metric // 1 for each gate of a variant that held, 0 for one that did not
	graph      graphMeters
}

func newMeters(r *metrics.Registry) (*meters, error) {
	var errs []error
	metric := func(name string, typ metrics.MetricType, val ...metrics.ValueType) *metrics.Metric {
		m, err := r.NewMetric(name, typ, val...)
		errs = append(errs, err)
		return m
	}
	return &meters{
		demand:     metric("retrystorm_demand", metrics.Counter),
		sales:      metric("retrystorm_sales", metrics.Counter),
		goodput:    metric("retrystorm_goodput", metrics.Counter),
		attempts:   metric("retrystorm_attempts", metrics.Counter),
		duration:   metric("retrystorm_sale_duration", metrics.Trend, metrics.Time),
		unsynced:   metric("retrystorm_unsynced", metrics.Gauge),
		recover:    metric("retrystorm_time_to_recover", metrics.Gauge, metrics.Time),
		runs:       metric("retrystorm_runs", metrics.Counter),
		asExpected: metric(asExpected, metrics.Rate),
		gate:       metric(gateHeld, metrics.Rate),
		graph: graphMeters{
			attempts: metric("retrystorm_link_attempts", metrics.Counter),
			goodput:  metric("retrystorm_link_goodput", metrics.Counter),
			queue:    metric("retrystorm_node_queue", metrics.Gauge),
			wasted:   metric("retrystorm_node_wasted", metrics.Counter, metrics.Time),
		},
	}, errors.Join(errs...)
}

// emitter hands samples to k6, from one VU.
type emitter struct {
	ctx    context.Context
	state  *lib.State
	meters *meters
}

// tick emits one bucket of one shard. What is in offline queues it gives for all
// shards, for of a gauge only the last value counts.
func (e *emitter) tick(job *campaign.Job, unsynced *queues, shard int, k live.Tick) {
	var trigger history.Span
	trigger.From, trigger.To = job.Plan.Trigger()
	var out metrics.Samples
	for i := range k.Cohorts {
		tags := e.tags(job.Variant).
			With("cohort", job.Plan.Fleet[i].Cohort).
			With("phase", trigger.Phase(k.Index, job.Bucket))
		b := k.Cohorts[i]
		b.Unsynced = unsynced.hold(shard, i, b.Unsynced)
		out = e.meters.bucket(out, tags, &b)
	}
	metrics.PushIfNotDone(e.ctx, e.state.Samples, out)
}

// queues are the sales in offline queues, by shard and cohort, as each shard
// last told of them.
type queues struct {
	mu  sync.Mutex
	now map[[2]int]int64
}

// hold notes one shard's figure and gives that of all shards together.
func (q *queues) hold(shard, cohort int, n int64) (all int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.now == nil {
		q.now = map[[2]int]int64{}
	}
	q.now[[2]int{shard, cohort}] = n
	for at, held := range q.now {
		if at[1] == cohort {
			all += held
		}
	}
	return all
}

// history emits a run in virtual time once it is over, by phase. Its moments
// are none of k6's, and single sales may be millions, so their durations stay
// out.
func (e *emitter) history(job *campaign.Job, h *history.History) {
	sums := map[string]*history.Bucket{}
	for i := range h.Buckets {
		phase := h.Trigger.Phase(i, h.Bucket)
		if sums[phase] == nil {
			sums[phase] = &history.Bucket{}
		}
		sums[phase].Add(&h.Buckets[i])
		sums[phase].Unsynced = h.Buckets[i].Unsynced
	}
	var out metrics.Samples
	for phase, sum := range sums {
		sum.Latency = history.Histogram{}
		out = e.meters.bucket(out, e.tags(job.Variant).With("phase", phase), sum)
	}
	metrics.PushIfNotDone(e.ctx, e.state.Samples, out)
}

// expectation emits whether a variant came out as expected, and which of its
// gates held; what proves nothing says nothing either way.
func (e *emitter) expectation(variant string, d *decision.Decision) {
	var out metrics.Samples
	say := func(m *metrics.Metric, tags *metrics.TagSet, o decision.Outcome) {
		switch o {
		case decision.Passed:
			out = append(out, sample(m, tags, 1))
		case decision.Failed:
			out = append(out, sample(m, tags, 0))
		}
	}
	say(e.meters.asExpected, e.tags(variant), d.Outcome())
	for i := range d.Gates {
		g := &d.Gates[i]
		say(e.meters.gate, e.tags(variant).With("gate", g.Name), g.Outcome(d.Expect.AtLeast))
	}
	metrics.PushIfNotDone(e.ctx, e.state.Samples, out)
}

// verdict emits how a run came out.
func (e *emitter) verdict(job *campaign.Job, v verdict.Verdict) {
	tags := e.tags(job.Variant).With("verdict", v.Kind.String())
	out := metrics.Samples{sample(e.meters.runs, tags, 1)}
	if v.Kind == verdict.Recovered {
		out = append(out, sample(e.meters.recover, tags, metrics.D(v.TimeToRecover)))
	}
	metrics.PushIfNotDone(e.ctx, e.state.Samples, out)
}

func (e *emitter) tags(variant string) *metrics.TagSet {
	return e.state.Tags.GetCurrentValues().Tags.With("variant", variant)
}

func (m *meters) bucket(out metrics.Samples, tags *metrics.TagSet, b *history.Bucket) metrics.Samples {
	count := func(metric *metrics.Metric, n int64, tags *metrics.TagSet) {
		if n > 0 {
			out = append(out, sample(metric, tags, float64(n)))
		}
	}
	count(m.demand, b.Demand, tags)
	count(m.goodput, b.Good, tags)
	count(m.sales, b.Good, tags.With("outcome", "completed"))
	count(m.sales, b.Late, tags.With("outcome", "late"))
	count(m.sales, b.Failed, tags.With("outcome", "failed"))
	count(m.sales, b.Parked, tags.With("outcome", "parked"))
	count(m.sales, b.TurnedAway, tags.With("outcome", "turned_away"))
	for c := range b.Outcomes {
		cause := retry.Cause(c)
		count(m.attempts, b.Outcomes[c], tags.With("outcome", cause.String()))
	}
	out = append(out, sample(m.unsynced, tags, float64(b.Unsynced)))
	b.Latency.Each(func(d time.Duration, n int64) {
		for range n {
			out = append(out, sample(m.duration, tags, metrics.D(d)))
		}
	})
	return out
}

func sample(m *metrics.Metric, tags *metrics.TagSet, value float64) metrics.Sample {
	return metrics.Sample{
		TimeSeries: metrics.TimeSeries{Metric: m, Tags: tags},
		Time:       time.Now(), Value: value,
	}
}
