package sim

// together is about how many events lie in one tick of the wheel.
const together = 12

// warm looks at what the events of a tick are about, before their turn comes:
// in a big fleet each look waits for memory, and looks that do not depend on
// each other wait together. It changes nothing.
func (r *run) warm(events []event) {
	if len(r.units) < coldFleet {
		return
	}
	var sink uint32
	for i := range events {
		switch e := &events[i]; e.turn & kindMask {
		case wakes:
			u := &r.units[e.id]
			sink += r.turns[e.id] + u.waited + uint32(u.Pending()) + u.latest //nolint:gosec // any number will do
		case dones:
			sink += r.requests.all[e.id].term
		}
	}
	for i := range events {
		if e := &events[i]; e.turn&kindMask == dones {
			q := &r.requests.all[e.id]
			sink += r.entries.all[q.entry].sale
			if !q.left {
				sink += r.units[q.term].waited
			}
		}
	}
	r.sink = sink
}

// coldFleet is how many terminals no longer fit the caches of a processor.
const coldFleet = 20_000
