package sim

import (
	"context"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
)

func TestRunLosesNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPlan(rt)
		if err := p.Validate(); err != nil {
			rt.Skip(err)
		}
		p = valid(t, p)
		cfg := Config{Plan: p, Seed: rapid.Uint64().Draw(rt, "seed"), Bucket: p.Bucket(0), Limits: Limits{Events: 20_000_000}}
		r := newRun(&cfg)
		line := watchLines(rt, r)
		r.start()
		r.loop(context.Background())
		h := r.history()
		if h.Problem != "" {
			if !strings.Contains(h.Problem, "'immediate' with unbounded attempts") {
				rt.Fatal(h.Problem)
			}
			return
		}
		sum := history.Sum(h.Buckets, 0, len(h.Buckets))
		conserved(rt, r, &sum, h.Buckets[len(h.Buckets)-1])
		spentWithinBudget(rt, &p, &sum)
		line.conserved(sum.Attempts, h.Links)
		line.littlesLaw()
	})
}

// conserved holds the counts of the record against what there really is.
func conserved(t *rapid.T, r *run, sum *history.Bucket, last history.Bucket) {
	var pending, unsynced, ended, waited, served int64
	for i := range r.units {
		pending += int64(r.units[i].Pending())
		unsynced += int64(r.units[i].Unsynced())
	}
	for _, n := range sum.Outcomes {
		ended += n
	}
	places := map[place]int{}
	for p := range r.requests.all.length {
		q := r.requests.at(p)
		places[q.place]++
		if q.place != free && q.from == terminals && !q.left {
			waited++
		}
	}
	for i := range r.nodes {
		if r.nodes[i].ledger != 0 {
			served += r.nodes[i].node.Stats().Served
		}
	}
	st := r.nodes[r.entryNode].node.Stats()
	for name, holds := range map[string]bool{
		"each sale is completed, failed, tried or offline": sum.Demand == sum.Good+sum.Late+sum.Failed+pending+unsynced,
		"the gauges are what the terminals have":           last.Pending == pending && last.Unsynced == unsynced,
		"each attempt has ended or is waited for":          sum.Attempts == ended+waited,
		"completed sales are acknowledged ones":            r.ledger.Acknowledged == sum.Good+sum.Late,
		"what is acknowledged is in the ledger":            r.ledger.Sales >= r.ledger.Acknowledged,
		"no sale is in the ledger that nobody brought":     r.ledger.Sales <= sum.Demand,
		"entries are what the nodes with a ledger served":  r.ledger.Entries <= served,
		"the node served what the buckets say":             sum.Served == st.Served,
		"a pool has no more connections than it may":       withinPools(r),
	} {
		if !holds {
			t.Fatalf("not so: %s: %+v, places %v, ledger %+v, node %+v, pending %d, unsynced %d",
				name, *sum, places, r.ledger, st, pending, unsynced)
		}
	}
}

func withinPools(r *run) bool {
	for c, pools := range r.pools {
		if pools == nil {
			continue
		}
		p := pools[r.entryNode]
		busy := 0
		for n := range r.requests.all.length {
			q := r.requests.at(n)
			if q.place != free && q.place != pooled && q.from == terminals && !q.left && r.cohort(q.term) == c {
				busy++
			}
		}
		if p.Held() != busy || busy > r.cfg.Plan.Fleet[c].Connections.Pool {
			return false
		}
	}
	return true
}

// spentWithinBudget: retries are no more than what the budgets held at first
// and earned since. What goes out of offline queues does not count as a retry.
func spentWithinBudget(t *rapid.T, p *experiment.Plan, sum *history.Bucket) {
	var most float64
	for i := range p.Fleet {
		c := &p.Fleet[i]
		b := c.Retry.Budget
		if b == nil || c.Offline != nil {
			return
		}
		each := b.Tokens + b.PerSec*p.Horizon.Seconds()
		most = max(most, float64(max(c.Retry.Parallel, 1))*(float64(sum.Demand)*(1+float64(b.Ratio))+2*each*float64(p.Terminals())))
	}
	if float64(sum.Attempts) > most {
		t.Fatalf("%d attempts for %d sales, the budgets allow %v", sum.Attempts, sum.Demand, most)
	}
}

func TestSameSeedGivesTheSameHistoryWhateverRunsBesideIt(t *testing.T) {
	p := valid(t, friday(500, 5*time.Second, 60*time.Second))
	p.Timeline = append(p.Timeline, fault.Event{Kind: fault.Crash, Node: "api", At: 40 * time.Second, For: 5 * time.Second})
	p.Fleet[0].Retry = retry.Config{Backoff: retry.Exponential, Base: time.Second, Jitter: retry.FullJitter, MaxAttempts: 4}
	want := Run(context.Background(), Config{Plan: p, Seed: 7})
	if other := Run(context.Background(), Config{Plan: p, Seed: 8}); reflect.DeepEqual(want, other) {
		t.Error("another seed gives the same history")
	}
	for _, procs := range []int{1, 4} {
		before := runtime.GOMAXPROCS(procs)
		got := make(chan *history.History, 4)
		for range cap(got) {
			go func() { got <- Run(context.Background(), Config{Plan: p, Seed: 7}) }()
		}
		for range cap(got) {
			if !reflect.DeepEqual(want, <-got) {
				t.Errorf("with %d processors the history differs", procs)
			}
		}
		runtime.GOMAXPROCS(before)
	}
}
