package conformance

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/sim"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// layers is nodes in a row, each of which tries so many times to reach the next, as
// the terminals do to reach the first. The last one turns everything away from the
// fourth second to the tenth; no timeout cuts a call short.
type layers struct{ nodes, tries int }

func (l layers) String() string { return fmt.Sprintf("%d layers of %d", l.nodes, l.tries) }

func (l layers) plan() experiment.Plan {
	policy := retry.Config{Backoff: retry.Immediate, MaxAttempts: field.Limit(l.tries)}
	p := experiment.Plan{
		Fleet: []terminal.Config{terminal.Config{
			Cohort: "shop", Terminals: 8, Timeout: 30 * s, Retry: policy, Sale: terminal.Sale{Every: 6 * s, Arrival: terminal.Regular},
		}.WithDefaults()},
		Timeline: []fault.Event{{Kind: fault.Shed, Node: nodeName(l.nodes - 1), At: 4 * s, For: 6 * s, Share: 1}},
		Horizon:  11 * s,
		Judge:    verdict.Config{Lag: 400 * ms}, // less than the sales are from the edges
	}
	for i := range l.nodes {
		n := backend.Config{Name: nodeName(i), Workers: field.Unbounded, Service: backend.Service{Mean: ms}}
		if i+1 < l.nodes {
			n.Calls = []caller.Config{{To: caller.Names{nodeName(i + 1)}, Timeout: 20 * s, Retry: policy}}
		}
		p.Backend.Nodes = append(p.Backend.Nodes, n.WithDefaults())
	}
	return p
}

func nodeName(i int) string { return fmt.Sprintf("node-%d", i+1) }

// edges are the spans in which no sale may come, so that it does not matter how
// late an order is obeyed or an attempt is sent: around the fault's beginning, in
// what a chain of attempts may take before its end, and after it, and before the
// last look at the nodes.
var edges = []history.Span{{From: 3500 * ms, To: 4500 * ms}, {From: 8 * s, To: 10500 * ms}, {From: 10600 * ms, To: 11 * s}}

// unambiguous gives a seed with which every sale comes well inside the fault or well
// outside it, and the run in virtual time with it. Sales come at the same moments in
// all arms, since none is brought later for another's sake.
func (l layers) unambiguous(t *testing.T) (uint64, *history.History) {
	t.Helper()
	const first = 128 // which is one; about each hundredth is
	p := l.plan()
	for seed := uint64(first); seed < first+5000; seed++ {
		h := sim.Run(context.Background(), sim.Config{Plan: p, Seed: seed, Bucket: 100 * ms})
		if inside, outside, amid := l.sales(h); amid == 0 && inside >= 5 && outside >= 2 {
			return seed, h
		}
	}
	t.Fatal("with none of 5,000 seeds are all sales far from the fault's edges")
	return 0, nil
}

// sales counts those that come in the fault, those outside it, and of these those
// that come near its edges.
func (l layers) sales(h *history.History) (inside, outside, amid int64) {
	between := func(from, to int64) int64 {
		return history.Sum(h.Buckets, int(from/int64(h.Bucket)), int(to/int64(h.Bucket))).Demand
	}
	for _, span := range edges {
		amid += between(int64(span.From), int64(span.To))
	}
	e := l.plan().Timeline[0]
	inside = between(int64(e.At), int64(e.End()))
	return inside, between(0, int64(h.Horizon)) - inside, amid
}

// attempts are those on each link in the whole run, the fleet's first.
func attempts(h *history.History) []int64 {
	var all []int64
	for _, l := range h.Links {
		all = append(all, history.SumLink(l.Buckets, 0, len(l.Buckets)).Attempts)
	}
	return all
}

// multiplied are the attempts on each link if a sale in the fault is tried as often
// as all layers together allow, and any other once.
func (l layers) multiplied(h *history.History) []int64 {
	inside, outside, _ := l.sales(h)
	all, each := make([]int64, l.nodes), int64(1)
	for i := range all {
		each *= int64(l.tries)
		all[i] = outside + inside*each
	}
	return all
}

// exactly runs rows of nodes side by side in the simulator and in an arm, and wants
// the very number of attempts on every link that arithmetic gives.
func exactly(t *testing.T, engine harness.Engine, rows ...layers) {
	t.Helper()
	for _, l := range rows {
		t.Run(l.String(), func(t *testing.T) {
			t.Parallel() // they mostly wait
			chosen, model := l.unambiguous(t)
			want := l.multiplied(model)
			if diff := cmp.Diff(want, attempts(model)); diff != "" {
				t.Fatalf("sim, seed %d: attempts on each link (-want +got):\n%s", chosen, diff)
			}
			p := l.plan()
			actual := perform(t.Context(), engine, p, chosen)
			for range 2 {
				why := outOfStep(actual, p)
				if why == "" || cmp.Equal(want, attempts(actual)) {
					break
				}
				t.Logf("run again, because %s: %v attempts", why, attempts(actual))
				actual = perform(t.Context(), engine, p, chosen)
			}
			if why := outOfStep(actual, p); why != "" && !cmp.Equal(want, attempts(actual)) {
				t.Skipf("three times the run in real time says nothing: %s", why)
			}
			if actual.Problem != "" {
				t.Fatalf("%s: %s", engine.Name(), actual.Problem)
			}
			if diff := cmp.Diff(want, attempts(actual)); diff != "" {
				t.Errorf("%s, seed %d: attempts on each link (-want +got):\n%s%s%v", engine.Name(), chosen, diff, faults(actual), actual.Disturbed)
			}
			t.Logf("seed %d, %d sales in the fault: %v attempts", chosen, (want[0]-want[1])/int64(l.tries-l.tries*l.tries), attempts(actual))
		})
	}
}

// outOfStep says that the machine was so slow that sales which are far from the fault's
// edges may have come on their other side; empty if not.
func outOfStep(h *history.History, p experiment.Plan) string {
	for i, f := range h.Faults {
		e := p.Timeline[i]
		if from, to := f.Span.From-e.At, f.Span.To-e.End(); max(from, to) > p.Judge.Lag {
			return fmt.Sprintf("the fault came %v late and went %v late", from, to)
		}
	}
	return behind(h, p)
}

// Three layers of four tries make 64 attempts of one request (B. Beyer et al., "Site
// Reliability Engineering", 2016, chapter 21), five of three 243 (M. Brooker,
// "Timeouts, retries, and backoff with jitter", Amazon Builders' Library).
func TestRetriesOfLayersMultiplyInProcessesAsInTheModel(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 12 s")
	}
	t.Parallel()
	exactly(t, harness.Local(binary(t)), layers{3, 4}, layers{5, 3})
}

func TestRetriesOfLayersMultiplyInContainersAsInTheModel(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 20 s")
	}
	t.Parallel()
	engine, err := harness.Docker(t.Context(), binary(t))
	if err != nil {
		t.Skipf("THE CONTAINERS' ARM DID NOT RUN: %v", err)
	}
	rows := []layers{{3, 4}}
	if os.Getenv("RETRYSTORM_CONFORMANCE") != "" {
		rows = append(rows, layers{5, 3})
	}
	exactly(t, engine, rows...)
}
