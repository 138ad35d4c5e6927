package sim

import (
	"context"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// finished is a run of a plan from its start to its end.
func finished(r *run) *history.History {
	r.start()
	r.loop(context.Background())
	return r.history()
}

func TestRunIsTheSameWhetherItsSalesAreIndexedOrNot(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPlan(rt)
		if err := p.Validate(); err != nil {
			rt.Skip(err)
		}
		p = valid(t, p)
		cfg := Config{Plan: p, Seed: rapid.Uint64().Draw(rt, "seed"), Bucket: p.Bucket(0), Limits: Limits{Events: 100_000 / underRace}}
		plain, indexed := newRun(&cfg), newRun(&cfg)
		indexed.index = newIndex(&indexed.entries)
		want, got := finished(plain), finished(indexed)
		if !reflect.DeepEqual(want, got) {
			rt.Fatalf("the record differs, in all:\n%+v, want\n%+v",
				history.Sum(got.Buckets, 0, len(got.Buckets)), history.Sum(want.Buckets, 0, len(want.Buckets)))
		}
		checkIndex(rt, indexed)
	})
}

// checkIndex compares the index with all entries that are in use.
func checkIndex(t rapid.TB, r *run) {
	t.Helper()
	if want := newIndex(&r.entries); !reflect.DeepEqual(want, r.index) {
		t.Fatalf("the index has %d sales, the entries have %d, or they differ", len(r.index), len(want))
	}
}

// A backend that answers too late leaves a copy of each sale that a terminal has kept
// in its offline queue.
func TestSalesAreIndexedOnceATerminalHasManyCopiesInTheBackend(t *testing.T) {
	for sales, indexed := range map[int]bool{fewEntries / 2: false, 4 * fewEntries: true} {
		p := evening()
		p.Fleet[0].Terminals, p.Fleet[0].Tenants, p.Fleet[0].Hours = 4, 4, nil
		p.Fleet[0].Offline.Parallel, p.Fleet[0].Offline.Order = 8, terminal.AnyOrder
		p.Backend.Nodes[0].Queue.Limit = field.Unbounded
		p.Backend.Nodes[0].Service.Mean = 5 * time.Minute
		p.Timeline = nil
		p.Horizon = time.Duration(sales) * time.Minute
		r := runOf(t, p)
		finished(r)
		if (r.index != nil) != indexed {
			t.Errorf("after about %d sales of each terminal, indexed: %t, want %t", sales, r.index != nil, indexed)
		}
		if indexed {
			checkIndex(t, r)
		}
	}
}

func runOf(t *testing.T, p experiment.Plan) *run {
	t.Helper()
	return newRun(&Config{Plan: valid(t, p), Seed: 1, Bucket: time.Minute, Limits: Limits{Events: defaultEvents}})
}
