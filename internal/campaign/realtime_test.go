package campaign

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/live"
	"github.com/retrystorm/retrystorm/internal/runner"
)

// calmShop is a plan whose backend has little to do.
const calmShop = `{
	"name": "calm", "horizon": "2s",
	"fleet": [{"cohort": "till", "terminals": 20, "sale": {"every": "1s"}, "timeout": "1s"}],
	"backend": {"nodes": [{"name": "api", "workers": 4, "service": {"mean": "1ms"}}]},
	"judge": {"window": "200ms", "hold": 2},
	"variants": {"first": {}, "second": {}}
}`

// That the runs are made and recorded counts, and not their verdicts, which
// depend on who else keeps the machine busy.
func TestCampaignInRealTimeNeedsNobodyToDriveItsFleet(t *testing.T) {
	t.Parallel() // its time is spent waiting
	var j journal
	o := j.observer()
	progress := map[string]int{}
	var mu sync.Mutex
	o.Progress = func(job *Job, proof bool, _ runner.Progress) {
		mu.Lock()
		defer mu.Unlock()
		if progress[job.Variant]++; proof {
			t.Error("told of a proof that nobody has asked for")
		}
	}
	c := campaignOf(t, Config{Variants: variants(t, calmShop), Seed: 1, Engine: &RealTime{Backends: harness.Local()}})
	if got, want := c.Longest(), 2*122*time.Second; got != want {
		t.Errorf("it takes %v at most, want %v", got, want)
	}
	if result := c.Run(t.Context(), o); !result.Complete || len(j.runs) != 2 {
		t.Fatalf("it comes to %+v after %v", result, j.lines)
	}
	for i, run := range j.runs {
		h := run.History
		sum := history.Sum(h.Buckets, 0, len(h.Buckets))
		if h.Problem != "" || sum.Demand == 0 || !h.Ledger.Done || h.Bucket != c.Jobs()[i].Bucket {
			t.Errorf("run %d: %q, %d sales brought, ledger read: %t", i, h.Problem, sum.Demand, h.Ledger.Done)
		}
	}
	if progress["first"] == 0 || progress["second"] == 0 {
		t.Errorf("progress was told %v times", progress)
	}
}

// drivers has goroutines drive a fleet, and counts what they are told.
type drivers struct {
	all   sync.WaitGroup
	ticks atomic.Int64
}

func (*drivers) Shards() int { return 2 }

func (d *drivers) Drive(_ *Job, drive func(context.Context, int, func(live.Tick))) {
	for shard := range d.Shards() {
		d.all.Go(func() { drive(context.Background(), shard, func(live.Tick) { d.ticks.Add(1) }) })
	}
}

func TestBucketsOfAProofAreNobodysMeasurements(t *testing.T) {
	t.Parallel()
	for _, proof := range []bool{false, true} {
		var d drivers
		e := &RealTime{Backends: harness.Local(), Fleet: &d, Prove: true}
		c := campaignOf(t, Config{Variants: variants(t, calmShop)[:1], Engine: e})
		if got, want := c.Longest(), 2*122*time.Second; got != want {
			t.Errorf("it takes %v at most, want %v", got, want)
		}
		job, told := &c.Jobs()[0], atomic.Int64{}
		o := Observer{Progress: func(_ *Job, p bool, _ runner.Progress) {
			if told.Add(1); p != proof {
				t.Errorf("told of a proof: %t, want %t", p, proof)
			}
		}}
		h := e.lead(t.Context(), job, &job.Plan, &o, proof)
		d.all.Wait()
		if buckets := int64(len(h.Buckets)); h.Problem != "" || buckets == 0 || told.Load() != buckets {
			t.Errorf("%d of %d buckets are progress; %s", told.Load(), buckets, h.Problem)
		}
		if measured := d.ticks.Load() > 0; measured == proof {
			t.Errorf("proof %t: %d buckets were told of", proof, d.ticks.Load())
		}
	}
}
