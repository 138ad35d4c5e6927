package k6x

import (
	"context"

	"github.com/retrystorm/retrystorm/internal/campaign"
	"github.com/retrystorm/retrystorm/internal/live"
)

// drivers are the VUs that drive the fleet in real time, one for each shard. It is
// a campaign.Fleet. In virtual time there are none, and it is nil.
type drivers struct {
	runs []chan drive // by shard; closed when there is nothing more to drive
}

// drive is one run, to be driven by a VU for its shard.
type drive struct {
	job *campaign.Job
	run func(ctx context.Context, shard int, tick func(live.Tick))
}

// newDrivers gives the drivers of so many shards, for at most so many runs: none
// is waited for, for a VU may never come.
func newDrivers(shards, runs int) *drivers {
	d := &drivers{runs: make([]chan drive, shards)}
	for i := range d.runs {
		d.runs[i] = make(chan drive, runs)
	}
	return d
}

// Shards is how many VUs drive the fleet.
func (d *drivers) Shards() int { return len(d.runs) }

// Drive gives each VU a run to drive.
func (d *drivers) Drive(job *campaign.Job, run func(ctx context.Context, shard int, tick func(live.Tick))) {
	for _, runs := range d.runs {
		runs <- drive{job, run}
	}
}

// end lets the VUs go.
func (d *drivers) end() {
	if d == nil {
		return
	}
	for _, runs := range d.runs {
		close(runs)
	}
}

// serve drives a shard in each run until there is none any more, or ctx ends. tick
// is told of each bucket.
func (d *drivers) serve(ctx context.Context, shard int, tick func(*campaign.Job, live.Tick)) {
	if d == nil || shard >= len(d.runs) {
		return
	}
	for ctx.Err() == nil {
		select {
		case next, more := <-d.runs[shard]:
			if !more {
				return
			}
			next.run(ctx, shard, func(k live.Tick) { tick(next.job, k) })
		case <-ctx.Done():
		}
	}
}
