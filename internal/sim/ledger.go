package sim

import (
	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/history"
)

// ledger is the audit of the ledgers in the making. Only a crash loses something in
// the model, of what a disk had not synced.
type ledger struct {
	history.AuditCount
	fresh uint32 // the sale just brought, of the terminal being stepped
	hint  uint32 // the entry that was of use last; a guess
}

// audit compares the ledger with what the terminals believe.
func (r *run) audit() history.Audit {
	a := r.ledger.Audit()
	for k := range r.pairs {
		a.Conflicts += r.pairs[k].Conflicts()
		a.Behind += r.pairs[k].Behind(r.now)
	}
	return a
}

// entry is a sale about which something must be remembered: there are copies
// of it in the backend, or it is recorded and its terminal does not know.
type entry struct {
	term, sale   uint32
	newer, older uint32 // of the same terminal; older is the next free one
	copies       uint32 // requests for it
	ledgers      uint32 // that have it, a bit each; and closed
}

// closed is the bit of an entry whose sale is over for its terminal. There are fewer
// ledgers than nodes, and no more nodes than bits.
const closed = 1 << 31

// entries are all such sales, by number. A number is used again.
type entries struct {
	all   pages[entry]
	spare uint32
}

// reset takes all entries out.
func (es *entries) reset() {
	es.spare = nobody
	es.all.reset()
}

func (es *entries) at(x uint32) *entry { return es.all.at(x) }

// addCopy counts another request for a sale and gives its entry. A sale that
// has just been brought has none yet.
func (r *run) addCopy(term, sale uint32) uint32 {
	x := uint32(nobody)
	if sale != r.ledger.fresh {
		x = r.entry(term, sale)
	}
	r.ledger.fresh = 0
	if x == nobody {
		x = r.open(term, sale)
	}
	r.entries.at(x).copies++
	return x
}

// entry finds a sale of a terminal, most often the one whose last attempt has
// just ended.
func (r *run) entry(term, sale uint32) uint32 {
	if e := r.entries.at(r.ledger.hint); e.sale == sale && e.term == term {
		return r.ledger.hint
	}
	if r.index != nil {
		return r.look(term, sale)
	}
	x := r.states[term].sales
	for n := 0; x != nobody && r.entries.at(x).sale != sale; n++ {
		if n == fewEntries {
			return r.look(term, sale)
		}
		x = r.entries.at(x).older
	}
	return x
}

func (r *run) open(term, sale uint32) uint32 {
	es := &r.entries
	x := es.spare
	if x == nobody {
		x = es.all.add()
	}
	e := es.at(x)
	es.spare = e.older
	first := &r.states[term].sales
	*e = entry{term: term, sale: sale, older: *first}
	if *first != nobody {
		es.at(*first).newer = x
	}
	*first = x
	if r.index != nil {
		r.index[keyOf(term, sale)] = x
	}
	return x
}

// misdate notes that a request carries the date of another day than that of its sale.
func (r *run) misdate(p uint32) {
	if r.misdated == nil {
		r.misdated = map[uint32]bool{}
	}
	r.misdated[p] = true
}

// inLedger records the sale, of that entry, of a request whose service has ended.
// A ledger knows its own entries only.
func (r *run) inLedger(in *instance, p, x uint32) {
	if in.ledger == 0 {
		return
	}
	e := r.entries.at(x)
	if r.pairs != nil && e.ledgers&in.ledger == 0 {
		if r.knows(in.index, e) {
			e.ledgers |= in.ledger
		} else {
			r.write(in.index, e)
		}
	}
	switch {
	case e.ledgers&^closed == 0:
		r.ledger.Record(1, true)
		if r.misdated != nil && r.misdated[p] {
			r.ledger.Misdated++
		}
	case e.ledgers&in.ledger == 0 || in.cfg.Idempotency == backend.NoKey:
		r.ledger.Record(1, false)
	}
	e.ledgers |= in.ledger
}

// removeCopy counts a request for a sale as ended.
func (r *run) removeCopy(x uint32) {
	e := r.entries.at(x)
	if e.copies--; e.copies == 0 {
		r.settle(x, e)
	}
}

// over closes a sale: its terminal sends it no more.
func (r *run) over(term, sale uint32) {
	if x := r.entry(term, sale); x != nobody {
		e := r.entries.at(x)
		e.ledgers |= closed
		r.settle(x, e)
	}
}

// settle forgets a sale about which nothing need be remembered any more.
func (r *run) settle(x uint32, e *entry) {
	es := &r.entries
	if e.copies > 0 || e.ledgers != 0 && e.ledgers&closed == 0 {
		return
	}
	if e.newer == nobody {
		r.states[e.term].sales = e.older
	} else {
		es.at(e.newer).older = e.older
	}
	if e.older != nobody {
		es.at(e.older).newer = e.newer
	}
	if r.index != nil {
		delete(r.index, keyOf(e.term, e.sale))
	}
	*e = entry{older: es.spare}
	es.spare = x
	if r.told != nil {
		delete(r.told, x)
	}
}
