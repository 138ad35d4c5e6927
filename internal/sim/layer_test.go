package sim

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// inARow is nodes in a row, each of which tries so many times to reach the next, as
// the terminals do to reach the first.
func inARow(nodes, tries int) experiment.Plan {
	policy := retry.Config{Backoff: retry.Immediate, MaxAttempts: field.Limit(tries)}
	p := experiment.Plan{
		Fleet: []terminal.Config{{
			Cohort: "shop", Terminals: 20, Sale: terminal.Sale{Every: 10 * time.Second, Arrival: terminal.Regular}, Timeout: 30 * time.Second, Retry: policy,
		}},
		Horizon: time.Minute,
	}
	for i := range nodes {
		n := backend.Config{Name: fmt.Sprintf("node-%d", i+1), Workers: field.Unbounded, Service: backend.Service{Mean: time.Millisecond}}
		if i+1 < nodes {
			n.Calls = []caller.Config{{To: caller.Names{fmt.Sprintf("node-%d", i+2)}, Timeout: 20 * time.Second, Retry: policy}}
		}
		p.Backend.Nodes = append(p.Backend.Nodes, n)
	}
	return p
}

// Three layers of four tries make 64 attempts of one request (B. Beyer et al., "Site
// Reliability Engineering", 2016, chapter 21), five of three 243 (M. Brooker,
// "Timeouts, retries, and backoff with jitter", Amazon Builders' Library).
func TestRetriesOfLayersMultiply(t *testing.T) {
	for _, c := range []struct{ nodes, tries int }{{1, 4}, {2, 4}, {3, 4}, {5, 3}} {
		t.Run(fmt.Sprintf("%d layers of %d", c.nodes, c.tries), func(t *testing.T) {
			p := inARow(c.nodes, c.tries)
			last := p.Backend.Nodes[c.nodes-1].Name
			p.Timeline = []fault.Event{{Kind: fault.Shed, Node: last, At: 20 * time.Second, For: 10 * time.Second, Share: 1}}
			h := Run(context.Background(), Config{Plan: valid(t, p), Seed: 4, Bucket: 100 * time.Millisecond})
			if h.Problem != "" {
				t.Fatal(h.Problem)
			}
			// What a sale sends takes less than 400 ms; none comes so late in the span
			// that it would be tried after it.
			if n := history.Sum(h.Buckets, 296, 300).Demand; n != 0 {
				t.Fatalf("%d sales come in the last 400 ms of the fault; choose another seed", n)
			}
			during := history.Sum(h.Buckets, 200, 296).Demand
			outside := history.Sum(h.Buckets, 0, len(h.Buckets)).Demand - during
			for i, l := range h.Links {
				each := int64(math.Pow(float64(c.tries), float64(i+1)))
				if got, want := history.SumLink(l.Buckets, 0, len(l.Buckets)).Attempts, outside+during*each; got != want || during < 15 {
					t.Errorf("%s → %s: %d attempts for %d sales in the fault and %d outside, want %d", l.From, l.To, got, during, outside, want)
				}
			}
			if len(h.Links) != c.nodes || len(h.Nodes) != c.nodes {
				t.Errorf("%d links and %d nodes of %d", len(h.Links), len(h.Nodes), c.nodes)
			}
		})
	}
}

// A node that calls another over two links has one record of what went there.
func TestTwoLinksToOneNodeAreRecordedTogether(t *testing.T) {
	p := inARow(2, 1)
	calls := &p.Backend.Nodes[0].Calls
	*calls = append(*calls, (*calls)[0])
	records := false
	p.Backend.Nodes[0].Ledger, p.Backend.Nodes[1].Ledger = new(bool), &records
	*p.Backend.Nodes[0].Ledger = true
	h := Run(context.Background(), Config{Plan: valid(t, p), Seed: 1, Bucket: time.Second})
	if len(h.Links) != 2 {
		t.Fatalf("%d links", len(h.Links))
	}
	first, both := history.SumLink(h.Links[0].Buckets, 0, 50), history.SumLink(h.Links[1].Buckets, 0, 50)
	if first.Attempts == 0 || both.Attempts != 2*first.Attempts {
		t.Errorf("%d attempts of the fleet and %d behind, want twice as many", first.Attempts, both.Attempts)
	}
}
