package conductor

import (
	"context"
	"sync"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/history"
)

// faults carries out all of the timeline that is not demand, each event on its
// own, and says in the timeline's order how it went.
func (r *Run) faults(ctx context.Context, be harness.Backend) []history.Fault {
	var events []fault.Event
	for _, e := range r.cfg.Plan.Timeline {
		if e.Kind != fault.Spike {
			events = append(events, e)
		}
	}
	done := make([]history.Fault, len(events))
	var crew sync.WaitGroup
	for i, e := range events {
		crew.Go(func() { done[i] = r.carryOut(ctx, be, e) })
	}
	crew.Wait()
	return done
}

// carryOut brings one fault on at its time and lifts it at its end.
func (r *Run) carryOut(ctx context.Context, be harness.Backend, e fault.Event) history.Fault {
	f := history.Fault{Kind: e.Kind.String(), Node: e.Node, Span: history.Span{From: e.At, To: e.End()}}
	if !sleepUntil(ctx, r.epoch.Add(e.At)) {
		f.Evidence = "the run ended before"
		return f
	}
	f.Span.From = time.Since(r.epoch)
	r.outage.begin(e)
	seen, err := be.Inject(ctx, e)
	f.Applied, f.Evidence = err == nil, words(seen, err)
	if !sleepUntil(ctx, r.epoch.Add(e.End())) {
		return f
	}
	seen, err = be.Lift(ctx, e)
	if f.Removed = err == nil; f.Removed {
		r.outage.end(e)
	}
	f.Evidence += "; " + words(seen, err)
	f.Span.To = time.Since(r.epoch)
	return f
}

func words(seen string, err error) string {
	if err != nil {
		return err.Error()
	}
	return seen
}
