package store_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/store"
)

// A commit is acknowledged exactly once, in order, and no sooner than an fsync that began
// after it came; and with each commit synced a power loss takes nothing that was
// acknowledged.
func TestNothingIsAcknowledgedBeforeItsFsync(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg := store.Config{
			Write: time.Duration(rapid.IntRange(0, 20).Draw(t, "write")) * time.Millisecond,
			Read:  time.Duration(rapid.IntRange(0, 3).Draw(t, "read")) * time.Millisecond,
			Group: field.Limit(rapid.IntRange(0, 3).Draw(t, "group")),
		}
		d := store.NewDisk(cfg, rand.New(rand.NewPCG(1, 1)))
		now, came, told, failing := time.Duration(0), map[uint64]time.Duration{}, uint64(0), false
		acknowledged := uint64(0)
		for i := range uint64(rapid.IntRange(1, 40).Draw(t, "commits")) {
			now += time.Duration(rapid.IntRange(0, 15).Draw(t, "later")) * time.Millisecond
			for due := d.Due(); due <= now; due = d.Due() {
				told, acknowledged = heard(t, d, due, came, told, acknowledged, &cfg)
			}
			if rapid.IntRange(0, 9).Draw(t, "fault") == 0 {
				failing = !failing
				d.Strike(store.Fault{Kind: store.Full}, failing)
			}
			came[i+1] = now
			d.Submit(now, i+1)
			told, acknowledged = heard(t, d, now, came, told, acknowledged, &cfg)
		}
		if _, synced := d.Counts(); synced < acknowledged {
			t.Fatalf("%d acknowledged, %d on disk", acknowledged, synced)
		}
		if stand := d.Crash(false, nil); len(stand) > 0 {
			t.Fatalf("a power loss left %v, which were never synced", stand)
		}
		if written, _ := d.Counts(); written != acknowledged {
			t.Fatalf("%d stand after a power loss, %d were acknowledged", written, acknowledged)
		}
	})
}

// heard steps the disk and checks what it says.
func heard(t *rapid.T, d *store.Disk, now time.Duration, came map[uint64]time.Duration, told, acknowledged uint64, cfg *store.Config) (uint64, uint64) {
	for _, done := range d.Step(now, nil) {
		if told++; done.ID != told {
			t.Fatalf("%d ended, want %d", done.ID, told)
		}
		if done.Failure != store.None {
			continue
		}
		acknowledged++
		if now < came[done.ID]+cfg.Write+cfg.Read {
			t.Fatalf("%d came at %v and was acknowledged at %v", done.ID, came[done.ID], now)
		}
	}
	return told, acknowledged
}

func TestWrongDisksAreReported(t *testing.T) {
	for want, c := range map[string]store.Config{
		"write: must be a time of at most 1m0s, such as '5ms'":                                            {Write: time.Hour},
		"read: must be a time of at most 1m0s, such as '1ms'":                                             {Read: -1},
		"syncEvery: must be a time of at most 1h0m0s, such as '1s'":                                       {SyncEvery: 2 * time.Hour},
		"group: must be a whole number from 1, or 'unbounded', the commits that share an fsync":           {Group: field.None},
		"group: has no meaning with syncEvery, where no commit waits for an fsync; leave one of them out": {Group: 3, SyncEvery: time.Second},
	} {
		if err := c.Validate(); err == nil || err.Error() != want {
			t.Errorf("%+v: %v, want %s", c, err, want)
		}
	}
	if err := (store.Config{}).Validate(); err != nil {
		t.Error(err)
	}
}
