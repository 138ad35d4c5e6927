package fault

import (
	"cmp"
	"slices"
)

// Wave is a roll-out of one client version to another: it moves the terminals of
// which the place in the order, from 0 to 1, is at least Since and below Share.
type Wave struct {
	Event
	Since float64
}

// Rollouts gives the waves that move a cohort's terminals, in the order in which they
// begin. Each moves up to its share of them, counting those that an earlier one has
// moved, which stay where they are.
func Rollouts(timeline []Event, cohort string) []Wave {
	var all []Wave
	for _, e := range timeline {
		if e.Kind == Rollout && e.From == cohort {
			e.Share = cmp.Or(e.Share, 1)
			all = append(all, Wave{Event: e})
		}
	}
	slices.SortStableFunc(all, func(a, b Wave) int { return cmp.Compare(a.At, b.At) })
	var moved float64
	for i := range all {
		all[i].Since = moved
		moved = max(moved, float64(all[i].Share))
	}
	return all
}
