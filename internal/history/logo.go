package history

import (
	"cmp"
	"slices"
	"time"
)

// Logos is how long logos were red. A store is a tenant with all its terminals, and
// red while any of them is.
type Logos struct {
	// RedUntil is when the last red logo turned blue, or the end of the record where
	// one was still red. Zero if none ever was.
	RedUntil time.Duration `json:"red_until,omitzero"`
	// LongestRed is the longest time for which one store was red, up to the end of
	// the record where it still was.
	LongestRed time.Duration `json:"longest_red,omitzero"`
}

// Add takes in another part of the fleet. LongestRed is exact where each store lies in
// one of the parts, and otherwise the least that it can have been: the logos of its
// terminals may have been red one after the other.
func (l *Logos) Add(o Logos) {
	l.RedUntil = max(l.RedUntil, o.RedUntil)
	l.LongestRed = max(l.LongestRed, o.LongestRed)
}

// Red is a time for which a terminal's logo was red.
type Red struct {
	Store uint32
	Span
}

// LogosOf sums up when the logos of all terminals of some stores were red, in any
// order. It sorts its argument.
func LogosOf(reds []Red) Logos {
	slices.SortFunc(reds, func(a, b Red) int {
		return cmp.Or(cmp.Compare(a.Store, b.Store), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	var l Logos
	var open Red
	for i, r := range reds {
		if i == 0 || r.Store != open.Store || r.From > open.To {
			open = r
		}
		open.To = max(open.To, r.To)
		l.Add(Logos{RedUntil: open.To, LongestRed: open.To - open.From})
	}
	return l
}

// LogoWatch follows the logos of a fleet in the course of time.
type LogoWatch struct {
	stores []redStore // by number
	logos  Logos
}

// redStore is a store with some red logos.
type redStore struct {
	red          int32 // terminals
	since, until time.Duration
}

// NewLogoWatch prepares to follow that many stores.
func NewLogoWatch(stores int) *LogoWatch { return &LogoWatch{stores: make([]redStore, stores)} }

// Turn notes how the logo of a terminal of a store changed. Times never go back.
func (w *LogoWatch) Turn(store uint32, to Logo, at time.Duration) {
	s := &w.stores[store]
	switch to {
	case TurnedRed:
		if s.red == 0 && (s.until == 0 || at > s.until) {
			s.since = at
		}
		s.red++
	case TurnedBlue:
		s.red--
		s.until = at
		w.logos.Add(Logos{RedUntil: at, LongestRed: at - s.since})
	}
}

// Logos sums up what there was until the end of the record.
func (w *LogoWatch) Logos(end time.Duration) Logos {
	l := w.logos
	for i := range w.stores {
		if s := &w.stores[i]; s.red > 0 {
			l.Add(Logos{RedUntil: end, LongestRed: end - s.since})
		}
	}
	return l
}
