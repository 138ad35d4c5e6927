package fakes

import (
	"errors"
	"syscall"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/store"
)

// onDisk opens a ledger on a disk of that declaration, on real files.
func onDisk(t *testing.T, dir string, cfg store.Config) *Ledger {
	t.Helper()
	l, err := openLedger(vfs.Default, dir, backend.ByKey, newDisk(&cfg, 1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func TestEachFaultOfADiskIsFeltAndGoes(t *testing.T) {
	for name, tt := range map[string]struct {
		fault store.Fault
		want  error
	}{
		"full":      {store.Fault{Kind: store.Full}, syscall.ENOSPC},
		"read-only": {store.Fault{Kind: store.ReadOnly}, syscall.EROFS},
		"errors":    {store.Fault{Kind: store.Errors, Share: 1}, syscall.EIO},
		"unread":    {store.Fault{Kind: store.Errors, Share: 1, Of: store.Reads}, syscall.EIO},
	} {
		t.Run(name, func(t *testing.T) {
			l := onDisk(t, t.TempDir(), store.Config{})
			if _, err := l.Record(Entry{Sale: 1}); err != nil {
				t.Fatal(err)
			}
			l.disk.strike(tt.fault, true)
			for range 3 {
				if _, err := l.Record(Entry{Sale: 2}); !errors.Is(err, tt.want) {
					t.Errorf("Record gave %v, want %v", err, tt.want)
				}
			}
			if p := l.probe(10); p.Failure != failureOf(tt.want) && p.Writes+p.Reads != 10 {
				t.Errorf("the probe saw %+v", p)
			}
			l.disk.strike(tt.fault, false)
			if _, err := l.Record(Entry{Sale: 3}); err != nil {
				t.Errorf("afterwards Record gave %v", err)
			}
			if p := l.probe(10); p.Failure != store.None || p.Writes+p.Reads > 0 {
				t.Errorf("afterwards the probe saw %+v", p)
			}
			holds(t, l, Entry{Sale: 1, Copies: 1}, Entry{Sale: 3, Copies: 1})
		})
	}
}

func TestDiskTakesItsTime(t *testing.T) {
	l := onDisk(t, t.TempDir(), store.Config{Write: 5 * time.Millisecond, Read: time.Millisecond})
	if p := l.probe(0); p.Takes < 5*time.Millisecond {
		t.Errorf("an fsync took %v, want at least the 5 ms declared", p.Takes)
	}
	l.disk.strike(store.Fault{Kind: store.Slow, Latency: 30 * time.Millisecond}, true)
	l.disk.strike(store.Fault{Kind: store.Degraded, Times: 4}, true)
	if p := l.probe(0); p.Takes < 50*time.Millisecond {
		t.Errorf("an fsync took %v, want at least 4 × 5 ms and 30 ms", p.Takes)
	}
}

func TestPowerLossTakesWhatIsNotSynced(t *testing.T) {
	for name, tt := range map[string]struct {
		every time.Duration
		want  []Entry
	}{
		"each commit is synced": {0, []Entry{{Sale: 1, Copies: 1}, {Sale: 2, Copies: 1}}},
		"none is":               {time.Hour, nil},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			l := onDisk(t, dir, store.Config{SyncEvery: tt.every})
			for i := range uint32(2) {
				if _, err := l.Record(Entry{Sale: i + 1}); err != nil {
					t.Fatal(err)
				}
			}
			// The writer of Pebble's log may take a moment to hand it to the kernel.
			if err := l.layer.powerOff(); err != nil {
				t.Fatal(err)
			}
			if _, err := l.Record(Entry{Sale: 3}); !errors.Is(err, ErrDisk) {
				t.Errorf("without power Record gave %v", err)
			}
			if err := l.disk.unlock(); err != nil {
				t.Fatal(err)
			}
			holds(t, onDisk(t, dir, store.Config{}), tt.want...)
		})
	}
}
