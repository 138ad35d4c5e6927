package sim

import (
	"cmp"
	"slices"
)

// few is how many events insertion still sorts fastest.
const few = 48

// sortByTime sorts events by their time and keeps the order of those of the
// same moment.
func sortByTime(events []event) {
	if len(events) > few {
		slices.SortStableFunc(events, func(a, b event) int { return cmp.Compare(a.at, b.at) })
		return
	}
	for i := 1; i < len(events); i++ {
		e := events[i]
		k := i
		for ; k > 0 && events[k-1].at > e.at; k-- {
			events[k] = events[k-1]
		}
		events[k] = e
	}
}
