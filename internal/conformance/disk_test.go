package conformance

import (
	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/store"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// onDisk strikes the only node's disk, or its cache, when everything else is struck.
func onDisk(e fault.Event) []fault.Event {
	e.At, e.For, e.Node = 5*s, 2*s, "api"
	return []fault.Event{e}
}

// diskScenes are about a disk that workers wait for, and a cache.
func diskScenes() []scene {
	// disked gives the node a disk whose commits take longer than those of the
	// machine's own, which is under it, and workers enough to catch up. A sale takes as
	// long as it did with the common plan's service alone, which keeps it out of the
	// next window.
	disked := func(n *backend.Config) {
		n.Workers, n.Service.Mean, n.Disk = 20, 40*ms, &store.Config{Write: 40 * ms, Read: 5 * ms}
	}
	return []scene{
		stage("a slow disk whose commits go in groups", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, _ *terminal.Config, n *backend.Config) {
				disked(n)
				n.Disk.Group = 8
				p.Timeline = onDisk(fault.Event{Kind: fault.DiskSlow, Latency: 400 * ms})
			}),
		stage("a read-only disk, retries on that", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				disked(n)
				c.Retry = retry.Config{
					Backoff: retry.Constant, Base: 400 * ms, MaxAttempts: 3, On: []retry.Cause{retry.ReadOnly},
				}
				p.Timeline = onDisk(fault.Event{Kind: fault.DiskReadOnly})
			}),
		stage("a full disk", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, _ *terminal.Config, n *backend.Config) {
				disked(n)
				p.Timeline = onDisk(fault.Event{Kind: fault.DiskFull})
			}),
		stage("lookups that fail on a disk, by turns", verdict.Recovered, processes,
			func(p *experiment.Plan, c *terminal.Config, n *backend.Config) {
				disked(n)
				c.Retry = retry.Config{Backoff: retry.Constant, Base: 300 * ms, MaxAttempts: 2}
				p.Timeline = onDisk(fault.Event{
					Kind: fault.DiskErrors, Of: store.Reads, Share: 0.8,
					Flap: &fault.Flap{On: 500 * ms, Off: 250 * ms, Pattern: fault.Regular},
				})
			}),
		stage("an array that has lost a member", verdict.Recovered, processes,
			func(p *experiment.Plan, _ *terminal.Config, n *backend.Config) {
				disked(n)
				p.Timeline = onDisk(fault.Event{Kind: fault.DiskDegraded, Times: 12})
			}),
		stage("a power cut that loses what is not synced, and a cold start", verdict.Recovered, processes,
			func(p *experiment.Plan, _ *terminal.Config, n *backend.Config) {
				n.Workers, n.Disk = 20, &store.Config{SyncEvery: 200 * ms}
				n.Warmup = &backend.Warmup{For: 2 * s, Times: 3}
				p.Timeline = crash()
				p.Timeline[0].At, p.Timeline[0].Unsynced = 5150*ms, fault.Lost // between two fsyncs
			}),
		stage("a cache that is emptied", verdict.Recovered, processes|containers,
			func(p *experiment.Plan, _ *terminal.Config, n *backend.Config) {
				n.Workers, n.Warmup = 14, &backend.Warmup{For: 3 * s, Times: 8}
				p.Timeline = onDisk(fault.Event{Kind: fault.Cold})
			}),
	}
}
