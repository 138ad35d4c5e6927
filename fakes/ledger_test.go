package fakes

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/backend"
)

func ledgerIn(t testing.TB, dir string, idem backend.Idempotency) *Ledger {
	t.Helper()
	return ledgerOn(t, vfs.Default, dir, idem)
}

func ledgerOn(t testing.TB, fs vfs.FS, dir string, idem backend.Idempotency) *Ledger {
	t.Helper()
	l, err := openLedger(fs, dir, idem, newDisk(nil, 0))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// holds checks all that a ledger holds.
func holds(t *testing.T, l *Ledger, want ...Entry) {
	t.Helper()
	if diff := cmp.Diff(want, all(t, l)); diff != "" {
		t.Error(diff)
	}
}

func all(t *testing.T, l *Ledger) []Entry {
	t.Helper()
	var got []Entry
	if err := l.Each(func(e Entry) error { got = append(got, e); return nil }); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestLedgerIsInOrderOfTerminalAndSale(t *testing.T) {
	l := ledgerIn(t, t.TempDir(), backend.ByKey)
	for _, e := range []Entry{
		{Terminal: 1 << 31, Sale: 0}, {Terminal: 2, Sale: 300}, {Terminal: 2, Sale: 5}, {Terminal: 0, Sale: 9},
	} {
		if duplicate, err := l.Record(e); duplicate || err != nil {
			t.Fatal(duplicate, err)
		}
	}
	holds(t, l, Entry{Terminal: 0, Sale: 9, Copies: 1}, Entry{Terminal: 2, Sale: 5, Copies: 1},
		Entry{Terminal: 2, Sale: 300, Copies: 1}, Entry{Terminal: 1 << 31, Copies: 1})
}

func TestConcurrentRecordsOfOneSaleAllCount(t *testing.T) {
	const many = 200
	for _, tt := range []struct {
		idem               backend.Idempotency
		duplicates, copies int
	}{{backend.ByKey, many - 1, 1}, {backend.NoKey, 0, many}} {
		t.Run(tt.idem.String(), func(t *testing.T) {
			l := ledgerIn(t, t.TempDir(), tt.idem)
			var duplicates atomic.Int64
			var wg sync.WaitGroup
			for range many {
				wg.Go(func() {
					duplicate, err := l.Record(Entry{Terminal: 1, Sale: 2, SoldAt: 3})
					if err != nil {
						t.Error(err)
					}
					if duplicate {
						duplicates.Add(1)
					}
				})
			}
			wg.Wait()
			if got := int(duplicates.Load()); got != tt.duplicates {
				t.Errorf("%d duplicates, want %d", got, tt.duplicates)
			}
			if got := int(l.Recorded()); got != many-tt.duplicates {
				t.Errorf("%d recorded, want %d", got, many-tt.duplicates)
			}
			holds(t, l, Entry{Terminal: 1, Sale: 2, SoldAt: 3, Copies: tt.copies})
		})
	}
}

// syncing runs f before every sync of Pebble's log.
func syncing(fs vfs.FS, f func() error) vfs.FS {
	return errorfs.Wrap(fs, errorfs.InjectorFunc(func(op errorfs.Op) error {
		syncs := op.Kind == errorfs.OpFileSync || op.Kind == errorfs.OpFileSyncData
		if syncs && filepath.Ext(op.Path) == ".log" {
			return f()
		}
		return nil
	}))
}

func TestRecordsThatGatherShareOneSync(t *testing.T) {
	const many = 100
	var syncs atomic.Int64
	begun, release := make(chan struct{}), make(chan struct{})
	l := ledgerOn(t, syncing(vfs.NewMem(), func() error {
		if syncs.Add(1) == 1 {
			close(begun)
			<-release
		}
		return nil
	}), "ledger", backend.ByKey)
	var wg sync.WaitGroup
	record := func(sale uint32) {
		wg.Add(1)
		l.submit(Entry{Sale: sale}, func(bool, error) { wg.Done() })
	}
	record(0)
	<-begun
	for i := range uint32(many) {
		record(i + 1)
	}
	close(release)
	wg.Wait()
	if got := syncs.Load(); got != 2 {
		t.Errorf("%d syncs, want one for the first record and one for all others", got)
	}
}

func TestAcknowledgedSaleIsSynced(t *testing.T) {
	disk := vfs.NewCrashableMem()
	l := ledgerOn(t, disk, "ledger", backend.ByKey)
	var want []Entry
	for i := range uint32(50) {
		e := Entry{Terminal: i, Sale: 1, SoldAt: 2, Copies: 1}
		if _, err := l.Record(e); err != nil {
			t.Fatal(err)
		}
		want = append(want, e)
	}
	// What was not synced is gone.
	holds(t, ledgerOn(t, disk.CrashClone(vfs.CrashCloneCfg{}), "ledger", backend.ByKey), want...)
}

func TestFailingDiskIsReported(t *testing.T) {
	var failing atomic.Bool
	l := ledgerOn(t, syncing(vfs.NewMem(), func() error {
		if failing.Load() {
			return errors.New("no space left")
		}
		return nil
	}), "ledger", backend.ByKey)
	if _, err := l.Record(Entry{Sale: 1}); err != nil {
		t.Fatal(err)
	}
	failing.Store(true)
	for i := range uint32(3) {
		if _, err := l.Record(Entry{Sale: 2 + i}); !errors.Is(err, ErrDisk) {
			t.Errorf("Record gave %v, want ErrDisk", err)
		}
	}
	if got := l.Recorded(); got != 1 {
		t.Errorf("%d recorded, want 1", got)
	}
}

func TestFullDiskIsReportedAtOnce(t *testing.T) {
	var full atomic.Bool
	l := ledgerOn(t, syncing(vfs.NewMem(), func() error {
		if full.Load() {
			return syscall.ENOSPC
		}
		return nil
	}), "ledger", backend.ByKey)
	full.Store(true)
	if _, err := l.Record(Entry{Sale: 1}); !errors.Is(err, ErrDisk) {
		t.Errorf("Record gave %v, want ErrDisk", err)
	}
	if err := l.Failure(); err == nil || !strings.Contains(err.Error(), "no space") {
		t.Errorf("Failure gives %v, want what the disk said", err)
	}
}

// A ledger that failed to write goes on once its disk is well, with all that it has
// acknowledged.
func TestLedgerIsOpenedAnewWhenItsDiskIsWell(t *testing.T) {
	for _, errno := range []syscall.Errno{syscall.EIO, syscall.ENOSPC, syscall.EROFS} {
		t.Run(errno.Error(), func(t *testing.T) {
			var failing atomic.Bool
			mem := vfs.NewCrashableMem()
			l := ledgerOn(t, syncing(mem, func() error {
				if failing.Load() {
					return errno
				}
				return nil
			}), "ledger", backend.ByKey)
			var acknowledged []Entry
			record := func(sale uint32) error {
				e := Entry{Terminal: 1, Sale: sale, Copies: 1}
				_, err := l.Record(e)
				if err == nil {
					acknowledged = append(acknowledged, e)
				}
				return err
			}
			next := uint32(0)
			for range 3 {
				next++
				if err := record(next); err != nil {
					t.Fatal(err)
				}
				failing.Store(true)
				next++
				if err := record(next); failureOf(err) != failureOf(errno) {
					t.Fatalf("a disk that says %v: %v", errno, err)
				}
				failing.Store(false)
				eventually(t, "it records again", func() bool { next++; return record(next) == nil })
			}
			disk := mem.CrashClone(vfs.CrashCloneCfg{})
			got := map[uint32]bool{}
			for _, e := range all(t, ledgerOn(t, disk, "ledger", backend.ByKey)) {
				got[e.Sale] = true
			}
			for _, e := range acknowledged {
				if !got[e.Sale] {
					t.Errorf("sale %d was acknowledged and is not on disk", e.Sale)
				}
			}
		})
	}
}

func TestClosedLedgerSaysSo(t *testing.T) {
	l := ledgerIn(t, t.TempDir(), backend.ByKey)
	if err := errors.Join(l.Close(), l.Close()); err != nil {
		t.Error(err)
	}
	if _, err := l.Record(Entry{}); !errors.Is(err, ErrClosed) {
		t.Errorf("Record gave %v, want ErrClosed", err)
	}
}

// crashVar makes this test binary write to a ledger until it is killed.
const crashVar = "RETRYSTORM_TEST_CRASH"

// crashRole records sales in the ledger that crashVar names and prints each
// that was acknowledged.
func crashRole() {
	dir := os.Getenv(crashVar)
	if dir == "" {
		return
	}
	l, err := OpenLedger(dir, backend.ByKey)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for terminal := range uint32(8) {
		go func() {
			for sale := uint32(0); ; sale++ {
				if _, err := l.Record(Entry{Terminal: terminal, Sale: sale, SoldAt: 1}); err == nil {
					fmt.Printf("%d,%d,1,1\n", terminal, sale)
				}
			}
		}()
	}
	select {}
}

func TestNothingAcknowledgedIsLostToAKill(t *testing.T) {
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), crashVar+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acknowledged := map[Entry]bool{}
	in := bufio.NewScanner(out)
	for in.Scan() {
		e, err := parseEntry(in.Text())
		if err != nil {
			break // the line at which it was killed
		}
		acknowledged[e] = true
		if len(acknowledged) == 2000 {
			_ = cmd.Process.Kill()
		}
	}
	_ = cmd.Wait()
	if len(acknowledged) < 2000 {
		t.Fatalf("only %d sales were acknowledged before the end", len(acknowledged))
	}
	for _, e := range all(t, ledgerIn(t, dir, backend.ByKey)) {
		delete(acknowledged, e)
	}
	if len(acknowledged) > 0 {
		t.Errorf("%d acknowledged sales are not in the ledger", len(acknowledged))
	}
}
