package replica

import (
	"cmp"
	"slices"
	"time"
)

// Entry is a sale as one of two ledgers has it.
type Entry struct {
	Sale
	At     time.Duration // when it came into this ledger
	Copied bool          // it came from the other one; else this side took it by itself
}

// Order is one to promote the copy or, if Merges, to merge the two.
type Order struct {
	At     time.Duration // when it had been carried out, by the clock of the entries
	Merges bool
}

// Ledgers are a ledger and its copy as they were read after a run.
type Ledgers struct {
	Original, Copy []Entry
	Orders         []Order
	// Until is the end of the run: what came later does not count.
	Until time.Duration
	// RecordOf gives the record that a sale writes; nil where sales write none in common.
	RecordOf func(Sale) Record
}

// Audit gives what a Pair that had seen it all would: how many sales the copy lacks, and
// how many records are in conflict.
func (l *Ledgers) Audit() (behind, clashes int64) {
	has := make(map[Sale]bool, len(l.Copy))
	for _, e := range l.Copy {
		has[e.Sale] = has[e.Sale] || e.At <= l.Until
	}
	for _, e := range l.Original {
		if e.At <= l.Until && !has[e.Sale] {
			behind++
		}
	}
	var c conflicts
	c.together()
	for _, ev := range l.events() {
		switch {
		case ev.order != nil && ev.order.Merges:
			c.together()
		case ev.order != nil:
			c.apart = true
		case l.RecordOf == nil:
			c.write(ev.side, ev.sale, nil)
		default:
			r := l.RecordOf(ev.sale)
			c.write(ev.side, ev.sale, &r)
		}
	}
	return behind, c.count
}

// happened is an order, or a sale that one side took by itself.
type happened struct {
	at    time.Duration
	order *Order
	side  Side
	sale  Sale
}

// events gives what happened up to the end, in the order of time; of the same moment
// orders first.
func (l *Ledgers) events() []happened {
	var all []happened
	for i := range l.Orders {
		all = append(all, happened{at: l.Orders[i].At, order: &l.Orders[i]})
	}
	for side, entries := range [...][]Entry{Original: l.Original, Copy: l.Copy} {
		for _, e := range entries {
			if !e.Copied && e.At <= l.Until {
				all = append(all, happened{at: e.At, side: Side(side), sale: e.Sale})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b happened) int { return cmp.Compare(a.at, b.at) })
	return all
}
