package history

import "time"

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

// LogosOf sums up the spells for which the logos of terminals were red, in any order.
// It sorts its argument.
func LogosOf(reds []Spell) Logos {
	var l Logos
	for _, r := range apart(reds) {
		l.Add(Logos{RedUntil: r.To, LongestRed: r.To - r.From})
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
