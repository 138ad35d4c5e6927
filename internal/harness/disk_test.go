package harness

import (
	"net/http"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/store"
)

// durable is a node with a disk.
func durable() backend.Config {
	cfg := api()
	cfg.Disk = &store.Config{Write: time.Millisecond}
	return cfg
}

// teller sells one sale after the other at a node.
type teller struct {
	t        *testing.T
	n        *node
	next     int
	accepted []int
}

// expect sells until it gets the answer that is to come: the last block of a full disk
// takes a few sales still, and a ledger that is opened anew takes a moment.
func (s *teller) expect(status int) {
	s.t.Helper()
	for range 1000 {
		s.next++
		code, err := sell(s.t.Context(), http.DefaultClient, s.n, s.next)
		if err != nil {
			s.t.Fatal(err)
		}
		if code/100 == 2 {
			s.accepted = append(s.accepted, s.next)
		}
		switch {
		case code == status:
			return
		case status/100 != 2 && code/100 != 2:
			s.t.Fatalf("sale %d was answered with %d, want %d", s.next, code, status)
		}
	}
	s.t.Fatalf("no sale was answered with %d", status)
}

// audit looks for all accepted sales in the ledger.
func (s *teller) audit() {
	s.t.Helper()
	found := map[int]bool{}
	if err := s.n.control.Ledger(s.t.Context(), func(e fakes.Entry) { found[int(e.Sale)] = true }); err != nil {
		s.t.Fatal(err)
	}
	for _, sale := range s.accepted {
		if !found[sale] {
			s.t.Errorf("sale %d was accepted and is not in the ledger", sale)
		}
	}
}

func TestAcceptedSalesOutliveADiskThatTakesNone(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e Engine) {
		full, readOnly := fault.Event{Kind: fault.DiskFull}, fault.Event{Kind: fault.DiskReadOnly}
		crash := fault.Event{Kind: fault.Crash}
		n := start(t, e, durable())
		s := teller{t: t, n: n}
		s.expect(201)
		expect(t, n.Inject, full, "a write fails with ENOSPC")
		s.expect(507)
		expect(t, n.Lift, full, "an fsync takes")
		s.expect(201)
		expect(t, n.Inject, readOnly, "a write fails with EROFS")
		s.expect(503)
		expect(t, n.Inject, full, "fails with E")
		expect(t, n.Lift, readOnly, "a write fails with ENOSPC")
		s.expect(507)
		expect(t, n.Lift, full, "an fsync takes")
		s.expect(201)
		// The disk stays as it is over a crash.
		expect(t, n.Inject, readOnly, "a write fails with EROFS")
		expect(t, n.Inject, crash, "does not answer")
		expect(t, n.Lift, crash, "answers")
		s.expect(503)
		expect(t, n.Lift, readOnly, "an fsync takes")
		s.expect(201)
		s.audit()
		undisturbed(t, n)
		if err := n.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		gone(t, n)
	})
}

func TestPowerLossLosesWhatIsNotSynced(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e Engine) {
		cfg := durable()
		cfg.Disk.SyncEvery = time.Hour
		n := start(t, e, cfg)
		s := teller{t: t, n: n}
		s.expect(201)
		kill, loss := fault.Event{Kind: fault.Crash}, fault.Event{Kind: fault.Crash, Unsynced: fault.Lost}
		expect(t, n.Inject, kill, "does not answer")
		expect(t, n.Lift, kill, "answers")
		s.audit()
		s.expect(201)
		expect(t, n.Inject, loss, "with what was not synced")
		expect(t, n.Lift, loss, "answers")
		found := 0
		if err := n.control.Ledger(t.Context(), func(fakes.Entry) { found++ }); err != nil || found != 1 {
			t.Errorf("%d sales outlived the power loss, %v; want the one from before the kill", found, err)
		}
	})
}
