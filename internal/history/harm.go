package history

import (
	"cmp"
	"slices"
	"time"
)

// Harm is what becomes of a tenant by something that a terminal of it notes.
type Harm uint8

// A tenant is hurt from a sale that is not completed in time, or goes offline, until
// the same terminal completes one in time and online. It is hurt while any of its
// terminals is.
const (
	Unharmed Harm = iota // nothing changes
	Hurts
	Heals
)

// Harm says what the note does to the terminal's tenant.
func (n Note) Harm() Harm {
	switch n.What {
	case GivenUp, Parked, TurnedAway:
		return Hurts
	case CameLate:
		if !n.Settled {
			return Hurts
		}
	case Completed:
		if !n.Settled {
			return Heals
		}
	}
	return Unharmed
}

// HarmWatch follows which tenants of a fleet are hurt in the course of time.
type HarmWatch struct {
	hurt    []uint64 // a bit for each terminal
	tenants []int32  // terminals that are hurt, by tenant; nil where each terminal is one
	count   int64    // tenants that are hurt
}

// NewHarmWatch prepares to follow so many terminals, of so many tenants.
func NewHarmWatch(terminals, tenants int) *HarmWatch {
	w := &HarmWatch{hurt: make([]uint64, (terminals+63)/64)}
	if tenants != terminals {
		w.tenants = make([]int32, tenants)
	}
	return w
}

// Note takes in what is done to a terminal of a tenant.
func (w *HarmWatch) Note(terminal, tenant uint32, h Harm) {
	word, bit := &w.hurt[terminal/64], uint64(1)<<(terminal%64)
	if h == Unharmed || (*word&bit != 0) == (h == Hurts) {
		return
	}
	*word ^= bit
	change := int32(1)
	if h == Heals {
		change = -1
	}
	if w.tenants == nil {
		w.count += int64(change)
		return
	}
	n := &w.tenants[tenant]
	was := *n > 0
	*n += change
	if is := *n > 0; is != was {
		w.count += int64(change)
	}
}

// Count is how many tenants are hurt now.
func (w *HarmWatch) Count() int64 { return w.count }

// Spell is a time for which something was so with a terminal of a tenant.
type Spell struct {
	Tenant uint32
	Span
}

// apart gives the spells of each tenant, in order, without overlaps. It sorts its
// argument.
func apart(spells []Spell) []Spell {
	slices.SortFunc(spells, func(a, b Spell) int {
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	var out []Spell
	for _, s := range spells {
		if n := len(out); n > 0 && out[n-1].Tenant == s.Tenant && s.From <= out[n-1].To {
			out[n-1].To = max(out[n-1].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}

// CountHurt notes in each bucket how many tenants were hurt at its end, by the spells
// of their terminals, in any order. It sorts them.
func CountHurt(buckets []Bucket, bucket time.Duration, spells []Spell) {
	change := make([]int64, len(buckets)+1)
	at := func(t time.Duration) int { return int(min(t/bucket, time.Duration(len(buckets)))) }
	for _, s := range apart(spells) {
		change[at(s.From)]++
		change[at(s.To)]--
	}
	var hurt int64
	for i := range buckets {
		hurt += change[i]
		buckets[i].Hurt = hurt
	}
}
