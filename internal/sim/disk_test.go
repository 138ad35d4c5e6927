package sim

import (
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/store"
)

// stored is small with a disk of which a commit takes 5 ms.
func stored(e fault.Event) experiment.Plan {
	e.At, e.For = 10*time.Second, 5*time.Second
	p := small(e)
	p.Backend.Nodes[0].Disk = &store.Config{Write: 5 * time.Millisecond}
	return p
}

func TestFaultOfADiskIsHowItsCommitsEnd(t *testing.T) {
	for name, tt := range map[string]struct {
		event fault.Event
		cause retry.Cause
		made  string
	}{
		"errors":    {fault.Event{Kind: fault.DiskErrors, Share: 1}, retry.Failed, history.InModel},
		"reads":     {fault.Event{Kind: fault.DiskErrors, Share: 1, Of: store.Reads}, retry.Failed, history.InModel},
		"full":      {fault.Event{Kind: fault.DiskFull}, retry.ReadOnly, history.InModel},
		"read-only": {fault.Event{Kind: fault.DiskReadOnly}, retry.ReadOnly, history.InModel},
	} {
		t.Run(name, func(t *testing.T) {
			h, all := sum(t, stored(tt.event))
			if n := all.Outcomes[tt.cause]; n != 5 || all.Failed != 5 {
				t.Errorf("%d ended with %v and %d failed, want the five of the 5 s", n, tt.cause, all.Failed)
			}
			if h.Ledger.Entries != all.Good || h.Ledger.Lost != 0 || h.Faults[0].Made != tt.made {
				t.Errorf("the ledger holds %+v of %d completed sales; made by %q", h.Ledger, all.Good, h.Faults[0].Made)
			}
		})
	}
}

// A worker that holds each request for 100 ms and for its commit serves about one a
// second while a commit takes 905 ms.
func TestSlowDiskCostsCapacity(t *testing.T) {
	p := stored(fault.Event{Kind: fault.DiskSlow, Latency: 900 * time.Millisecond})
	p.Backend.Nodes[0].Workers = 1
	p.Fleet[0].Sale.Every = 500 * time.Millisecond
	h, _ := sum(t, p)
	during := history.Sum(h.Buckets, int(11*time.Second/h.Bucket), int(15*time.Second/h.Bucket))
	if during.Served < 3 || during.Served > 4 {
		t.Errorf("%d served in 4 s, want one a second and a little", during.Served)
	}
	p.Backend.Nodes[0].Disk = nil
	p.Timeline = nil
	h, _ = sum(t, p)
	if during := history.Sum(h.Buckets, int(11*time.Second/h.Bucket), int(15*time.Second/h.Bucket)); during.Served != 8 {
		t.Errorf("without a disk %d served in 4 s, want 8", during.Served)
	}
}

func TestOnlyAPowerLossLosesWhatWasAcknowledged(t *testing.T) {
	for name, tt := range map[string]struct {
		unsynced fault.Unsynced
		every    time.Duration
		lost     int64
	}{
		"killed, each synced":      {fault.Kept, 0, 0},
		"powered off, each synced": {fault.Lost, 0, 0},
		"killed, seldom synced":    {fault.Kept, time.Hour, 0},
		"powered off, likewise":    {fault.Lost, time.Hour, 10},
		"synced every four":        {fault.Lost, 4 * time.Second, 2},
	} {
		t.Run(name, func(t *testing.T) {
			p := stored(fault.Event{Kind: fault.Crash, Unsynced: tt.unsynced})
			p.Backend.Nodes[0].Disk.SyncEvery = tt.every
			p.Fleet[0].Sale.Deadline = 30 * time.Second
			p.Fleet[0].Retry = retry.Config{Backoff: retry.Constant, Base: 100 * time.Millisecond, MaxAttempts: field.Unbounded}
			h, all := sum(t, p)
			if all.Failed > 0 || h.Ledger.Lost < tt.lost-1 || h.Ledger.Lost > tt.lost {
				t.Errorf("%d failed, and the ledger says %+v, want %d lost", all.Failed, h.Ledger, tt.lost)
			}
			if h.Ledger.Entries != all.Good+all.Late-h.Ledger.Lost {
				t.Errorf("%d entries for %d completed sales, %d of them lost", h.Ledger.Entries, all.Good+all.Late, h.Ledger.Lost)
			}
		})
	}
}
