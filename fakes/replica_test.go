package fakes

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/retrystorm/retrystorm/internal/backend"
)

// kept is a ledger that others copy.
func kept(t *testing.T) *Ledger {
	t.Helper()
	l := ledgerIn(t, t.TempDir(), backend.ByKey)
	if err := l.keepJournal(); err != nil {
		t.Fatal(err)
	}
	return l
}

// sells records the first sales of terminal 1.
func sells(t *testing.T, l *Ledger, from, to uint32) {
	t.Helper()
	for n := from; n <= to; n++ {
		if _, err := l.Record(Entry{Terminal: 1, Sale: n}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAJournalGivesWhatWasRecordedInItsOrder(t *testing.T) {
	dir := t.TempDir()
	l := ledgerIn(t, dir, backend.ByKey)
	if err := l.keepJournal(); err != nil {
		t.Fatal(err)
	}
	for _, n := range []uint32{7, 3, 5} {
		sells(t, l, n, n)
	}
	if err := l.adopt([]Entry{{Terminal: 1, Sale: 3}, {Terminal: 1, Sale: 4}}); err != nil {
		t.Fatal(err)
	}
	sells(t, l, 4, 4) // which it knows from elsewhere
	numbers := func(all []Entry) (n []uint32) {
		for _, e := range all {
			n = append(n, e.Sale)
		}
		return n
	}
	const ever = time.Duration(1<<63 - 1)
	first := l.journal.between(0, ever-1, 2)
	if diff := cmp.Diff([]uint32{7, 3}, numbers(first)); diff != "" {
		t.Errorf("the first page: %s", diff)
	}
	if diff := cmp.Diff([]uint32{5}, numbers(l.journal.between(first[1].Recorded, ever-1, 9))); diff != "" {
		t.Errorf("the next one: %s", diff)
	}
	if early := l.journal.between(0, first[0].Recorded, 9); len(early) != 1 {
		t.Errorf("until the first was recorded there are %v", early)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	again := ledgerIn(t, dir, backend.ByKey)
	if err := again.keepJournal(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]uint32{7, 3, 5}, numbers(again.journal.between(0, ever-1, 9))); diff != "" {
		t.Errorf("after it was opened again: %s", diff)
	}
}

func TestACopyHasWhatTheOtherLedgerHasUntilItIsToldOtherwise(t *testing.T) {
	original, copied := kept(t), kept(t)
	r := serving(t, slow(), original)
	r.server.journal = original.journal
	f := newFollower(copied, &backend.Replica{})
	t.Cleanup(func() { f.follow("") })
	sells(t, original, 1, 3)
	sells(t, copied, 3, 3)
	f.follow(r.addr)
	eventually(t, "all is copied", func() bool { return len(all(t, copied)) == 3 })
	want := []Entry{{Terminal: 1, Sale: 1}, {Terminal: 1, Sale: 2}, {Terminal: 1, Sale: 3, Copies: 1}}
	if diff := cmp.Diff(want, all(t, copied), cmpopts.IgnoreFields(Entry{}, "Recorded")); diff != "" {
		t.Errorf("only what it recorded itself counts as a copy of its own: %s", diff)
	}
	if duplicate, err := copied.Record(Entry{Terminal: 1, Sale: 2}); !duplicate || err != nil {
		t.Errorf("a sale that it has got is recorded again: %v", err)
	}
	f.follow("")
	sells(t, original, 4, 4)
	if n, err := f.pull(t.Context(), r.addr); n != 1 || err != nil {
		t.Errorf("there are %d more to be copied, %v", n, err)
	}
	f.lag = time.Hour
	sells(t, original, 5, 5)
	if n, err := f.pull(t.Context(), r.addr); n != 0 || err != nil {
		t.Errorf("with a lag of an hour %d are copied, %v", n, err)
	}
}

func TestALedgerThatNobodyCopiesGivesNothing(t *testing.T) {
	r := serving(t, slow(), memory{})
	if _, err := newFollower(kept(t), nil).pull(t.Context(), r.addr); err == nil {
		t.Error("it was copied all the same")
	}
}
