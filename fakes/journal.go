package fakes

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// journal is what a ledger has recorded by itself, in the order in which it did, so that
// another node can copy it. A nil journal keeps nothing.
type journal struct {
	last  time.Duration // the latest time given; only of the writer
	fresh []Entry       // of the batch being written; likewise

	mu      sync.Mutex
	entries []Entry // on disk, by Recorded
}

// keepJournal has the ledger note from now on when it records each sale; what it has
// already is read. Nothing may have been submitted yet.
func (l *Ledger) keepJournal() error {
	j := &journal{}
	l.use.Lock()
	defer l.use.Unlock()
	if l.db != nil { // else the disk takes nothing, and there was none before
		err := l.Each(func(e Entry) error {
			if e.Copies > 0 {
				j.entries = append(j.entries, e)
			}
			j.last = max(j.last, e.Recorded)
			return nil
		})
		if err != nil {
			return err
		}
	}
	slices.SortFunc(j.entries, func(a, b Entry) int { return cmp.Compare(a.Recorded, b.Recorded) })
	l.journal = j
	return nil
}

// now gives the time, always later than before, so that no two sales have the same.
func (j *journal) now() time.Duration {
	j.last = max(j.last+1, time.Duration(time.Now().UnixNano()))
	return j.last
}

// begin starts a batch.
func (j *journal) begin() {
	if j != nil {
		j.fresh = j.fresh[:0]
	}
}

// enter notes a sale of the batch, and when it was recorded.
func (j *journal) enter(e *Entry) {
	if j != nil {
		e.Recorded = j.now()
		j.fresh = append(j.fresh, *e)
	}
}

// commit shows what is on disk now to who copies.
func (j *journal) commit() {
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = append(j.entries, j.fresh...)
}

// between gives what was recorded later than after, and until then, first to last, and
// at most so many.
func (j *journal) between(after, until time.Duration, most int) []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	later := func(t time.Duration) int {
		k, _ := slices.BinarySearchFunc(j.entries, t+1, func(e Entry, t time.Duration) int { return cmp.Compare(e.Recorded, t) })
		return k
	}
	from := later(after)
	to := max(min(later(until), from+most), from)
	return slices.Clone(j.entries[from:to])
}
