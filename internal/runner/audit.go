package runner

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/live"
	"github.com/retrystorm/retrystorm/internal/processor"
	"github.com/retrystorm/retrystorm/internal/protocol"
)

// Ledger is what a node's Control may have: it reads the record of the sales that the
// node accepted and calls each for every entry.
type Ledger interface {
	Ledger(ctx context.Context, each func(protocol.Entry)) error
}

// audit reads the ledger of every node that records sales and compares them with what
// the terminals believe. A ledger that cannot be read gives an audit that is not Done
// and says which one and why; where a node has none to be read, the audit says None.
func (r *Run) audit(run context.Context, nodes []harness.Node, outcomes []live.Outcome, reforms []reform) history.Audit {
	ctx, cancel := afterwards(run, time.Second)
	defer cancel()
	a, none := live.NewAuditor(outcomes...), false
	pairs := r.pairs(reforms)
	for i, n := range nodes {
		if !r.graph.Nodes[i].Config.Records() {
			continue
		}
		ledger, ok := n.Control.(Ledger)
		if !ok {
			none = true
			continue
		}
		if err := ledger.Ledger(ctx, func(e protocol.Entry) {
			a.Entry(e)
			for k := range pairs {
				pairs[k].entry(i, e)
			}
		}); err != nil {
			return history.Audit{Failure: ofNode(nodes, n, failure(err))}
		}
	}
	if none {
		return history.Audit{None: true}
	}
	sum := a.Finish()
	for k := range pairs {
		behind, conflicts := pairs[k].Audit()
		sum.Behind += behind
		sum.Conflicts += conflicts
	}
	return sum
}

// ofNode words what concerns one of the nodes.
func ofNode(nodes []harness.Node, n harness.Node, words string) string {
	if len(nodes) == 1 {
		return words
	}
	return "node " + n.Name + ": " + words
}

// afterwards bounds what is done when a run is over, generously, as the machine may be
// busy. An interrupted one, for whose end somebody waits, has brief left for it.
func afterwards(run context.Context, brief time.Duration) (context.Context, context.CancelFunc) {
	const atMost = 20 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(run), atMost)
	unhook := context.AfterFunc(run, func() {
		select {
		case <-time.After(brief):
			cancel()
		case <-ctx.Done():
		}
	})
	return ctx, func() { unhook(); cancel() }
}

// disturbances words what happened to the backend that nobody ordered.
func (r *Run) disturbances(run context.Context, be harness.Backend) []string {
	ctx, cancel := afterwards(run, time.Second)
	defer cancel()
	var all []string
	for _, d := range be.Disturbed(ctx) {
		when := "before the start"
		if at := d.At.Sub(r.epoch); !r.epoch.IsZero() && at >= 0 {
			when = fmt.Sprintf("at %.1f s", at.Seconds())
		}
		all = append(all, when+" "+d.What)
	}
	return all
}

// meter measures what the generator itself takes.
type meter struct {
	began time.Time
	cpu   time.Duration
}

func startMeter() meter { return meter{began: time.Now(), cpu: processor.Time()} }

func (m meter) stop(outcomes []live.Outcome) history.Generator {
	g := history.Generator{
		CPU: processor.Time() - m.cpu, Wall: time.Since(m.began), Cores: runtime.GOMAXPROCS(0),
	}
	for _, o := range outcomes {
		g.Lag.Merge(&o.Lag)
		g.Undelivered += o.Undelivered
	}
	g.LagP99 = g.Lag.Quantile(0.99)
	return g
}
