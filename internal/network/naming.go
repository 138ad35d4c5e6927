package network

import "github.com/retrystorm/retrystorm/internal/fault"

// Naming is what the names of a run are made of but for its seed, as data that can be
// sent to another process.
type Naming struct {
	Names  []Name        `json:"names"`
	Orders []fault.Event `json:"orders"` // that change a name, in the order of the timeline
}

// NamingOf gives the names of a valid plan with the orders that change them.
func NamingOf(names []Name, timeline []fault.Event) Naming {
	n := Naming{Names: names}
	for _, e := range timeline {
		if e.Kind.ChangesName() {
			n.Orders = append(n.Orders, e)
		}
	}
	return n
}

// In gives what the names stand for in the run with that seed. The Order of an answer
// is an index into Orders.
func (n Naming) In(seed uint64) *Names { return NewNames(seed, n.Names, n.Orders) }
