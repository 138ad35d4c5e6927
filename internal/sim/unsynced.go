package sim

import "github.com/retrystorm/retrystorm/internal/backend"

// unsynced is the commits of a node that a crash can still lose, first to last.
type unsynced struct {
	commits []commit
	before  uint64 // how many there were before the first of them
}

// commit is a sale that a node has written down.
type commit struct {
	entry    uint32
	first    bool // the node's ledger had it not yet
	added    bool // it has one entry more in the ledgers for it
	misdated bool // that entry has the date of another day
}

// losing says whether a node acknowledges what it has not synced yet.
func (in *instance) losing() bool { return in.cfg.Disk != nil && in.cfg.Disk.SyncEvery > 0 }

// commit records a sale in a node's ledger, and remembers it until it is synced.
func (r *run) commit(in *instance, p, x uint32) {
	if !in.losing() {
		r.inLedger(in, p, x)
		return
	}
	e := r.entries.at(x)
	first := e.ledgers&in.ledger == 0
	added := first || in.cfg.Idempotency == backend.NoKey
	dated := r.ledger.Misdated
	r.inLedger(in, p, x)
	e.copies++ // so that it is not forgotten
	in.unsafe.commits = append(in.unsafe.commits, commit{entry: x, first: first, added: added, misdated: r.ledger.Misdated > dated})
}

// synced forgets the commits that are on disk: the first n of all.
func (r *run) synced(in *instance, n uint64) {
	u := &in.unsafe
	k := n - u.before
	for _, c := range u.commits[:k] {
		r.removeCopy(c.entry)
	}
	u.commits = u.commits[:copy(u.commits, u.commits[k:])]
	u.before = n
}

// lose takes all commits but the first n out of the ledger again.
func (r *run) lose(in *instance, n uint64) {
	u := &in.unsafe
	for i := len(u.commits) - 1; i >= 0; i-- {
		c := u.commits[i]
		if u.before+uint64(i) >= n {
			r.unrecord(in, c)
		}
		r.removeCopy(c.entry)
	}
	u.commits, u.before = u.commits[:0], n
}

// unrecord takes a commit back, as if it had never been.
func (r *run) unrecord(in *instance, c commit) {
	e := r.entries.at(c.entry)
	if c.first {
		e.ledgers &^= in.ledger
	}
	if c.misdated {
		r.ledger.Misdated--
	}
	if c.added {
		r.ledger.Remove(e.ledgers&^closed == 0, r.told[c.entry])
	}
}

// acknowledge counts a sale of which its terminal has been told that it is recorded.
func (r *run) acknowledge(term, sale uint32) {
	r.ledger.Acknowledge(true)
	if r.told == nil {
		return
	}
	if x := r.entry(term, sale); x != nobody {
		r.told[x] = true
	}
}
