package replica

import "time"

// Side is one of the two ledgers of a pair.
type Side uint8

// The sides: the ledger that is copied, and its copy.
const (
	Original Side = iota
	Copy
)

// Sale is a sale by its terminal and its number there.
type Sale struct{ Terminal, Number uint32 }

// Record is what a sale writes, such as a booking slot of a tenant.
type Record struct{ Tenant, Number uint32 }

// RecordOf gives the number of the record that a sale writes, of so many that each
// tenant has: the mixed bits of terminal and sale, so that each is as likely.
func RecordOf(s Sale, records int) uint32 {
	x := (uint64(s.Terminal)<<32 | uint64(s.Number)) + 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9 // SplitMix64, S. Vigna, 2015
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return uint32((x ^ x>>31) % uint64(records)) //nolint:gosec // below records
}

// Pair is a ledger and its copy, which is Lag behind. It is not safe for concurrent use.
//
// The states, and what becomes of a sale that is written:
//
//	together  | at the original | the copy has it after the lag, or once the original is up again
//	          | at the copy     | the copy alone has it: they are apart
//	promoted  | at either       | that one alone has it
//	merged    |                 | together again, and each has all
type Pair struct {
	lag       time.Duration
	waiting   []written         // at the original, not copied yet, in the order of time
	pending   map[Sale]struct{} // that the original alone has
	own       map[Sale]struct{} // that the copy alone has
	down      bool              // the original cannot be copied from, since:
	since     time.Duration
	promoted  bool
	conflicts conflicts
}

// written is a sale and when it was.
type written struct {
	at   time.Duration
	sale Sale
}

// NewPair makes a pair of empty ledgers.
func NewPair(lag time.Duration) *Pair {
	p := &Pair{lag: lag, pending: map[Sale]struct{}{}, own: map[Sale]struct{}{}}
	p.conflicts.together()
	return p
}

// Write records a sale that one side has taken for the first time. record is nil where
// sales write none in common.
func (p *Pair) Write(now time.Duration, side Side, s Sale, record *Record) {
	p.copied(now)
	_, waits := p.pending[s]
	_, alone := p.own[s]
	switch {
	case side == Copy && waits:
		delete(p.pending, s) // both have it, each by itself
	case side == Original && alone:
		delete(p.own, s)
	case side == Copy:
		p.own[s] = struct{}{}
	default:
		p.pending[s] = struct{}{}
		if !p.promoted {
			p.waiting = append(p.waiting, written{now, s})
		}
	}
	p.conflicts.write(side, s, record)
}

// Has says whether one side has a sale, of which it is known that any of the two does.
func (p *Pair) Has(now time.Duration, side Side, s Sale) bool {
	p.copied(now)
	lacks := p.own
	if side == Copy {
		lacks = p.pending
	}
	_, missing := lacks[s]
	return !missing
}

// copied takes up what the copy has got by now.
func (p *Pair) copied(now time.Duration) {
	if p.promoted {
		return
	}
	if p.down {
		now = min(now, p.since)
	}
	k := 0
	for ; k < len(p.waiting) && p.waiting[k].at <= now-p.lag; k++ {
		delete(p.pending, p.waiting[k].sale)
	}
	p.waiting = p.waiting[k:]
}

// Reach says that the original can, or can no longer, be copied from.
func (p *Pair) Reach(now time.Duration, can bool) {
	p.copied(now)
	p.down, p.since = !can, now
}

// Promote makes the copy a ledger of its own: it takes writes, and nothing is copied
// any more.
func (p *Pair) Promote(now time.Duration) {
	p.copied(now)
	p.promoted, p.conflicts.apart = true, true
	p.waiting = nil
}

// Promoted says whether it is.
func (p *Pair) Promoted() bool { return p.promoted }

// Merge gives each side all that the other has, and makes the copy one again.
func (p *Pair) Merge() {
	p.waiting = nil
	clear(p.pending)
	clear(p.own)
	p.promoted = false
	p.conflicts.together()
}

// Behind is how many sales the copy lacks.
func (p *Pair) Behind(now time.Duration) int64 {
	p.copied(now)
	return int64(len(p.pending))
}

// Conflicts is how many records both sides wrote while they were apart, by different
// sales: somebody has to reconcile each of them.
func (p *Pair) Conflicts() int64 { return p.conflicts.count }
