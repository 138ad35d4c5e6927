package replica

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// twins are two ledgers in which a copy takes no time, so that what a Pair without a lag
// says of them can be compared with what they show afterwards.
type twins struct {
	pair    *Pair
	ledgers Ledgers
	has     [2]map[Sale]bool
	now     time.Duration
	apart   bool // promoted: nothing is copied
}

// write has a side take a sale, unless it has it.
func (w *twins) write(side Side, s Sale) {
	if w.has[side][s] {
		return
	}
	r := record(s)
	w.pair.Write(w.now, side, s, &r)
	w.add(side, s, false)
	if side == Original && !w.apart && !w.has[Copy][s] {
		w.add(Copy, s, true)
	}
}

func (w *twins) add(side Side, s Sale, copied bool) {
	w.has[side][s] = true
	e := Entry{Sale: s, At: w.now, Copied: copied}
	if side == Original {
		w.ledgers.Original = append(w.ledgers.Original, e)
	} else {
		w.ledgers.Copy = append(w.ledgers.Copy, e)
	}
}

func (w *twins) merge() {
	w.pair.Merge()
	w.apart = false
	w.ledgers.Orders = append(w.ledgers.Orders, Order{At: w.now, Merges: true})
	for _, side := range []Side{Original, Copy} {
		for s := range w.has[1-side] {
			if !w.has[side][s] {
				w.add(side, s, true)
			}
		}
	}
}

func record(s Sale) Record { return Record{Tenant: s.Terminal % 2, Number: RecordOf(s, 3)} }

func TestLedgersThatWereReadSayWhatAPairThatSawItAllDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &twins{pair: NewPair(0), has: [2]map[Sale]bool{{}, {}}, ledgers: Ledgers{RecordOf: record}}
		for range rapid.IntRange(0, 60).Draw(t, "events") {
			w.now += time.Second
			switch rapid.IntRange(0, 9).Draw(t, "event") {
			case 0:
				w.pair.Promote(w.now)
				w.apart = true
				w.ledgers.Orders = append(w.ledgers.Orders, Order{At: w.now})
			case 1:
				w.merge()
			default:
				side := Side(rapid.IntRange(0, 1).Draw(t, "side"))
				w.write(side, Sale{rapid.Uint32Range(0, 3).Draw(t, "terminal"), rapid.Uint32Range(1, 9).Draw(t, "sale")})
			}
		}
		w.ledgers.Until = w.now
		behind, clashes := w.ledgers.Audit()
		if behind != w.pair.Behind(w.now) || clashes != w.pair.Conflicts() {
			t.Fatalf("%d behind and %d in conflict, want %d and %d", behind, clashes, w.pair.Behind(w.now), w.pair.Conflicts())
		}
	})
}

func TestWhatComesAfterTheEndDoesNotCount(t *testing.T) {
	a, b := Entry{Sale: Sale{1, 1}, At: 10}, Entry{Sale: Sale{1, 2}, At: 30}
	late := Entry{Sale: a.Sale, At: 25, Copied: true}
	l := Ledgers{Original: []Entry{a, b}, Copy: []Entry{late}, Until: 20}
	if behind, clashes := l.Audit(); behind != 1 || clashes != 0 {
		t.Errorf("%d behind, %d in conflict; want the one that came in time and was copied late", behind, clashes)
	}
}
