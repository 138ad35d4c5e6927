package probe

import (
	"context"
	"math"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Trial is one run to be made, of which only an Answer is asked for.
type Trial struct {
	// Key names the plan among all plans of one search: the same key is the same plan.
	// With the seed it names the run.
	Key  string
	Plan *experiment.Plan // valid, with defaults filled in; not to be changed
	Seed uint64
}

// Answer is what a search looks at of a run.
type Answer struct {
	Kind    verdict.Kind `json:"kind"`
	Problem string       `json:"problem,omitzero"` // why a run that is invalid proves nothing

	// Counts of sales over the whole run, up to the horizon.
	Sales  int64 `json:"sales,omitzero"`  // that customers brought
	Good   int64 `json:"good,omitzero"`   // completed within their deadline
	Late   int64 `json:"late,omitzero"`   // completed after it
	Failed int64 `json:"failed,omitzero"` // given up for good, or turned away
	Parked int64 `json:"parked,omitzero"` // moved to an offline queue

	Attempts int64 `json:"attempts,omitzero"` // of all terminals
	// P99 is the 99th percentile of the time, in seconds, that a sale took that was
	// completed without going offline; zero where there was none.
	P99 float64 `json:"p99_s,omitzero"`
	// Recover is the time to recover in seconds; zero of any but a recovered run.
	Recover float64 `json:"recover_s,omitzero"`
}

// Of gives the answer of a run: out of its record up to the horizon, and its verdict.
func Of(h *history.History, v *verdict.Verdict) Answer {
	sum := history.Sum(h.Buckets, 0, len(h.Buckets))
	a := Answer{
		Kind: v.Kind, Sales: sum.Demand, Good: sum.Good, Late: sum.Late,
		Failed: sum.Failed + sum.TurnedAway, Parked: sum.Parked, Attempts: sum.Attempts,
	}
	if v.Kind == verdict.Invalid {
		a.Problem = v.Reason
	}
	if sum.Latency.Count() > 0 {
		a.P99 = sum.Latency.Quantile(0.99).Seconds()
	}
	if v.Kind == verdict.Recovered {
		a.Recover = v.TimeToRecover.Seconds()
	}
	return a
}

// FailedPerThousand is how many of a thousand sales failed or were turned away.
func (a *Answer) FailedPerThousand() float64 { return share(a.Failed, a.Sales) * 1000 }

// GoodputShare is the share of the sales that were completed within their deadline.
func (a *Answer) GoodputShare() float64 { return share(a.Good, a.Sales) }

// share divides two counts; NaN if there is nothing to divide by.
func share(n, of int64) float64 {
	if of == 0 {
		return math.NaN()
	}
	return float64(n) / float64(of)
}

// Prober makes runs.
type Prober interface {
	// Probe makes the run of each trial and gives the answers in the order of the
	// trials. Trials are made beside each other where that changes nothing. The error is
	// that of ctx, and there are no answers then.
	Probe(ctx context.Context, trials []Trial) ([]Answer, error)
}
