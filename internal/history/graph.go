package history

import "time"

// Node is what one node of the backend showed, bucket by bucket.
type Node struct {
	Name     string       `json:"name,omitzero"`
	Capacity float64      `json:"capacity,omitzero"` // requests per second that it can serve, as declared; zero if not known
	Buckets  []NodeBucket `json:"buckets,omitzero"`
}

// NodeBucket is what a node did in one stretch of time, and how it stood at its
// end. The counts go on over a restart.
type NodeBucket struct {
	Arrived  int64         `json:"arrived,omitzero"`   // requests that came in
	Served   int64         `json:"served,omitzero"`    // services that ended
	Rejected int64         `json:"rejected,omitzero"`  // requests turned away
	Queue    int64         `json:"queue,omitzero"`     // requests waiting, at the end
	InFlight int64         `json:"in_flight,omitzero"` // requests waiting or being served, at the end
	Worked   time.Duration `json:"worked,omitzero"`    // time spent in its own service
	Wasted   time.Duration `json:"wasted,omitzero"`    // of that, on requests whose client had left
	Blind    bool          `json:"blind,omitzero"`     // the node could not be asked
}

// Link is what went from one node to another, bucket by bucket. The fleet is a
// caller, too, of the entry.
type Link struct {
	From    string       `json:"from,omitzero"`
	To      string       `json:"to,omitzero"` // From is Fleet for what the terminals send
	Buckets []LinkBucket `json:"buckets,omitzero"`
}

// Add counts o into b; the gauges become those of o.
func (b *NodeBucket) Add(o *NodeBucket) {
	b.Arrived += o.Arrived
	b.Served += o.Served
	b.Rejected += o.Rejected
	b.Queue, b.InFlight = o.Queue, o.InFlight
	b.Worked += o.Worked
	b.Wasted += o.Wasted
	b.Blind = b.Blind || o.Blind
}

// FleetLink is the link from the fleet to the entry of that name, as the buckets of
// the whole have it: each sale is one call.
func (h *History) FleetLink(entry string) Link {
	l := Link{From: Fleet, To: entry, Buckets: make([]LinkBucket, len(h.Buckets))}
	for i := range h.Buckets {
		b := &h.Buckets[i]
		l.Buckets[i] = LinkBucket{Calls: b.Demand, Attempts: b.Attempts, Outcomes: b.Outcomes}
	}
	return l
}

// Fleet stands for the terminals as the caller of the entry.
const Fleet = "fleet"

// LinkBucket counts what went over a link in one stretch of time.
type LinkBucket struct {
	Calls    int64    `json:"calls,omitzero"`    // first attempts, of a sale or of a request
	Attempts int64    `json:"attempts,omitzero"` // all that were sent
	Outcomes Outcomes `json:"outcomes,omitzero"` // attempts ended, by cause; OK ones are the goodput
}

// Add counts o into b.
func (b *LinkBucket) Add(o *LinkBucket) {
	b.Calls += o.Calls
	b.Attempts += o.Attempts
	b.Outcomes.Add(&o.Outcomes)
}

// SumLink adds up the buckets from index lo up to, not including, hi.
func SumLink(buckets []LinkBucket, lo, hi int) LinkBucket {
	var sum LinkBucket
	for i := max(lo, 0); i < min(hi, len(buckets)); i++ {
		sum.Add(&buckets[i])
	}
	return sum
}
