package runner

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/topology"
)

// faults carries out all of the timeline that is not demand, each event on its
// own, and says in the timeline's order how it went.
func (r *Run) faults(ctx context.Context, be harness.Backend) []history.Fault {
	var events []fault.Event
	for _, e := range r.cfg.Plan.Struck() {
		if byNodes(r.graph, e) {
			events = append(events, e)
		}
	}
	done := make([]history.Fault, len(events))
	turns := inTurn(events)
	var tasks sync.WaitGroup
	for i, e := range events {
		tasks.Go(func() {
			defer close(turns[i].over)
			select {
			case <-turns[i].before:
			case <-ctx.Done():
			}
			done[i] = r.carryOut(ctx, be, e)
		})
	}
	tasks.Wait()
	return done
}

// turn is when an event may be carried out, and when it has been.
type turn struct{ before, over chan struct{} }

// inTurn lets each event that stops or slows a node wait for the one before it at the
// same node: a fault that comes and goes may come again while the node is still being
// started, and would strike what nobody has seen to be up.
func inTurn(events []fault.Event) []turn {
	turns := make([]turn, len(events))
	last := map[string]chan struct{}{}
	free := make(chan struct{})
	close(free)
	order := make([]int, len(events))
	for i := range order {
		order[i] = i
		turns[i] = turn{before: free, over: make(chan struct{})}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(events[a].At, events[b].At) })
	for _, i := range order {
		e := &events[i]
		if !e.Kind.StrikesNode() || e.Kind.StrikesDisk() || e.Kind == fault.Shed {
			continue
		}
		if before, some := last[e.Node]; some {
			turns[i].before = before
		}
		last[e.Node] = turns[i].over
	}
	return turns
}

// byNodes says whether an event is carried out on nodes. The terminals obey by
// themselves an order to switch retries off; nodes that call others must be told.
func byNodes(g *topology.Graph, e fault.Event) bool {
	return e.Kind.StrikesNode() || e.Kind.StrikesLink() || e.Kind == fault.RetriesOff && len(g.Edges()) > 0
}

// carryOut brings one fault on at its time and lifts it at its end.
func (r *Run) carryOut(ctx context.Context, be harness.Backend, e fault.Event) history.Fault {
	f := r.cfg.Plan.Planned(e)
	if !sleepUntil(ctx, r.epoch.Add(e.At)) {
		f.Evidence = "the run ended before"
		return f
	}
	f.Span.From = time.Since(r.epoch)
	f.Span.To = max(f.Span.To, f.Span.From)
	for _, o := range r.outages {
		o.begin(e)
	}
	seen, err := be.Inject(ctx, e)
	if m, ok := be.(harness.Maker); ok {
		f.Made = m.Made(e)
	}
	f.Applied, f.Evidence, f.Failure = err == nil, words(seen, err), failure(err)
	if d, ok := be.(harness.Dater); ok && f.Applied {
		f.Span.From = max(f.Span.From, d.TookHold(e).Sub(r.epoch))
		f.Span.To = max(f.Span.To, f.Span.From)
	}
	if f.Endless || !sleepUntil(ctx, r.epoch.Add(e.End())) {
		return f
	}
	seen, err = be.Lift(ctx, e)
	if f.Removed = err == nil; f.Removed {
		for _, o := range r.outages {
			o.end(e)
		}
	}
	f.Evidence += "; " + words(seen, err)
	if e.Kind == fault.RetriesOff {
		f.Evidence = theyObey + "; " + f.Evidence
	}
	if f.Applied {
		f.Failure = failure(err)
	}
	f.Span.To = time.Since(r.epoch)
	return f
}

// failure words an error for the reason of a verdict: in one line, and without
// all that a backend may have written before it ended.
func failure(err error) string {
	const most = 400
	if err == nil {
		return ""
	}
	text := strings.Join(strings.Fields(err.Error()), " ")
	if letters := []rune(text); len(letters) > most {
		text = string(letters[:most/2]) + " … " + string(letters[len(letters)-most/2:])
	}
	return text
}

func words(seen string, err error) string {
	if err != nil {
		return err.Error()
	}
	return seen
}
