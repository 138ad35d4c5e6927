package sim

import (
	"context"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/backend"
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
		cfg := Config{Plan: p, Seed: rapid.Uint64().Draw(rt, "seed"), Bucket: BucketFor(&p), Limits: Limits{Events: 20_000_000}}
		r := newRun(&cfg)
		line := watchLine(rt, r)
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
		line.littlesLaw(rt)
	})
}

// conserved holds the books of the record against what there really is.
func conserved(t *rapid.T, r *run, sum *history.Bucket, last history.Bucket) {
	var pending, unsynced, ended, waited, inPools int64
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
		if q.place != free && !q.left {
			waited++
		}
		if q.place == pooled && !q.left {
			inPools++
		}
	}
	st := r.node.Stats()
	for name, holds := range map[string]bool{
		"each sale is completed, failed, tried or offline": sum.Demand == sum.Good+sum.Late+sum.Failed+pending+unsynced,
		"the gauges are what the terminals have":           last.Pending == pending && last.Unsynced == unsynced,
		"each attempt has ended or is waited for":          sum.Attempts == ended+waited,
		"each request in the node is known":                places[inside] == st.Queue && places[served] == st.Busy,
		"what stands in sockets has been frozen there":     places[held] == 0 || r.frozen,
		"completed sales are acknowledged ones":            r.books.acknowledged == sum.Good+sum.Late,
		"what is acknowledged is in the ledger":            r.books.recorded >= r.books.acknowledged,
		"no sale is in the ledger that nobody brought":     r.books.recorded <= sum.Demand,
		"entries are what the node has served":             r.books.recorded+r.books.copies <= sum.Served,
		"the node served what the buckets say":             sum.Served == plus(r.before, st).Served,
		"a pool has no more connections than it may":       withinPools(r),
	} {
		if !holds {
			t.Fatalf("not so: %s: %+v, places %v, books %+v, node %+v, pending %d, unsynced %d",
				name, *sum, places, r.books, st, pending, unsynced)
		}
	}
}

func withinPools(r *run) bool {
	for c, p := range r.pools {
		if p == nil {
			continue
		}
		busy := 0
		for n := range r.requests.all.length {
			q := r.requests.at(n)
			if q.place != free && q.place != pooled && !q.left && r.cohort(q.term) == c {
				busy++
			}
		}
		if p.busy != busy || busy > p.size {
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

// line measures the node's queue in both ways that Little's law compares.
type line struct {
	run         *run
	now         time.Duration
	queue, busy int
	area        time.Duration // requests in the node over time
	stayed      time.Duration // time of each request in the node
	came        map[uint64]time.Duration
}

func watchLine(t *rapid.T, r *run) *line {
	l := &line{run: r, came: map[uint64]time.Duration{}}
	r.spy = func(now time.Duration, ev backend.Event, out []backend.Effect) {
		if now < l.now {
			t.Fatalf("time went back from %v to %v", l.now, now)
		}
		l.see(now, ev, out)
	}
	return l
}

func (l *line) see(now time.Duration, ev backend.Event, out []backend.Effect) {
	l.area += (now - l.now) * time.Duration(l.queue+l.busy)
	l.now = now
	st := l.run.node.Stats()
	l.queue, l.busy = st.Queue, st.Busy
	if ev.Kind == backend.Arrive {
		l.came[ev.ID] = now
	}
	for _, e := range out {
		if e.Kind != backend.Begin {
			l.ended(now, e.ID)
		}
	}
	if ev.Kind == backend.Leave && l.run.cfg.Plan.Backend.Nodes[0].Abandoned == backend.Stop {
		l.ended(now, ev.ID)
	}
}

func (l *line) ended(now time.Duration, id uint64) {
	if at, ok := l.came[id]; ok {
		l.stayed += now - at
		delete(l.came, id)
	}
}

// littlesLaw: over any stretch of time the area under the number in the system
// is the sum of their stays in it (J. D. C. Little, 1961; S. Stidham, 1974). A
// crash takes requests out that nobody sees leave.
func (l *line) littlesLaw(t *rapid.T) {
	for _, e := range l.run.cfg.Plan.Timeline {
		if e.Kind == fault.Crash {
			return
		}
	}
	for _, at := range l.came {
		l.stayed += l.now - at
	}
	if l.area != l.stayed {
		t.Fatalf("area %v, stays %v", l.area, l.stayed)
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
