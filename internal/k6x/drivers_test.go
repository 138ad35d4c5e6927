package k6x

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/campaign"
	"github.com/retrystorm/retrystorm/internal/live"
)

func TestEachVUDrivesItsShardInEveryRun(t *testing.T) {
	const shards, runs = 2, 3
	d := newDrivers(shards, runs)
	var mu sync.Mutex
	told := map[string]int{}
	var vus sync.WaitGroup
	for shard := range shards + 1 { // one more VU than there are shards
		vus.Go(func() {
			d.serve(t.Context(), shard, func(job *campaign.Job, k live.Tick) {
				mu.Lock()
				defer mu.Unlock()
				told[fmt.Sprintf("run %d, shard %d, bucket %d", job.Index, shard, k.Index)]++
			})
		})
	}
	want := map[string]int{}
	for i := range runs {
		d.Drive(&campaign.Job{Index: i}, func(_ context.Context, shard int, tick func(live.Tick)) { tick(live.Tick{Index: 10 * shard}) })
		want[fmt.Sprintf("run %d, shard 0, bucket 0", i)] = 1
		want[fmt.Sprintf("run %d, shard 1, bucket 10", i)] = 1
	}
	d.end()
	vus.Wait()
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
}

func TestVUThatNeverComesIsNotWaitedFor(t *testing.T) {
	const runs = 2
	d := newDrivers(1, runs)
	for range runs {
		d.Drive(&campaign.Job{}, func(context.Context, int, func(live.Tick)) { t.Error("driven by nobody") })
	}
	d.end()
}

func TestVUThatIsInterruptedLetsGo(t *testing.T) {
	d := newDrivers(1, 2)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	driven := 0
	for range 2 {
		d.Drive(&campaign.Job{}, func(context.Context, int, func(live.Tick)) { driven++; stop() })
	}
	d.serve(ctx, 0, nil)
	if driven != 1 {
		t.Errorf("it drove %d runs", driven)
	}
	d.serve(ctx, 0, nil) // which would wait for ever otherwise
}

func TestNobodyDrivesInVirtualTime(t *testing.T) {
	var d *drivers
	d.serve(t.Context(), 0, nil)
	d.end()
}
