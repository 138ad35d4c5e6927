package history

import (
	"slices"
	"time"

	"github.com/retrystorm/retrystorm/internal/retry"
)

// FleetRecorder counts what terminals send to each of several nodes, and when each
// terminal was first seen to follow an order that changed where it sends. It has no
// lock: each part of a fleet has its own.
type FleetRecorder struct {
	bucket  time.Duration
	links   [][]LinkBucket
	flights map[attemptOf]int       // the link of each attempt under way
	orders  map[uint32]int          // the latest order that each terminal follows
	moved   map[int][]time.Duration // when each order was followed, in the order of time
	sold    attemptOf               // the latest sale, until its first attempt is sent
}

// attemptOf is an attempt, or a sale, of a terminal.
type attemptOf struct{ terminal, number uint32 }

// NewFleetRecorder prepares so many links, with buckets of that length.
func NewFleetRecorder(bucket time.Duration, links int) *FleetRecorder {
	return &FleetRecorder{
		bucket: bucket, links: make([][]LinkBucket, links), flights: map[attemptOf]int{},
		orders: map[uint32]int{}, moved: map[int][]time.Duration{},
	}
}

// Sold notes a sale that a customer has just brought.
func (r *FleetRecorder) Sold(terminal, sale uint32) { r.sold = attemptOf{terminal, sale} }

// Sent counts an attempt for a sale over one of the links. The terminal has followed
// the order of that index in the timeline; none where it is below zero.
func (r *FleetRecorder) Sent(now time.Duration, terminal, attempt, sale uint32, link, order int) {
	b := r.at(link, now)
	b.Attempts++
	if r.sold == (attemptOf{terminal, sale}) {
		b.Calls++
		r.sold = attemptOf{}
	}
	r.flights[attemptOf{terminal, attempt}] = link
	if order < 0 {
		return
	}
	if last, some := r.orders[terminal]; !some || last != order {
		r.orders[terminal] = order
		r.moved[order] = append(r.moved[order], now)
	}
}

// Ended counts the end of an attempt that was sent, and gives its link.
func (r *FleetRecorder) Ended(now time.Duration, terminal, attempt uint32, cause retry.Cause) int {
	key := attemptOf{terminal, attempt}
	link := r.flights[key]
	delete(r.flights, key)
	r.at(link, now).Outcomes[cause]++
	return link
}

func (r *FleetRecorder) at(link int, now time.Duration) *LinkBucket {
	i := max(int(now/r.bucket), 0)
	for len(r.links[link]) <= i {
		r.links[link] = append(r.links[link], LinkBucket{})
	}
	return &r.links[link][i]
}

// Link gives the first so many buckets of a link. What was counted after them is in
// the last one.
func (r *FleetRecorder) Link(link, count int) []LinkBucket {
	out := make([]LinkBucket, count)
	for i := range r.links[link] {
		if count > 0 {
			out[min(i, count-1)].Add(&r.links[link][i])
		}
	}
	return out
}

// Moved gives when each terminal was first seen to follow an order, in the order of
// time.
func (r *FleetRecorder) Moved(order int) []time.Duration { return r.moved[order] }

// Merge counts what another part of the fleet has sent.
func (r *FleetRecorder) Merge(o *FleetRecorder) {
	for link := range o.links {
		for i := range o.links[link] {
			r.at(link, time.Duration(i)*r.bucket).Add(&o.links[link][i])
		}
	}
	for order, times := range o.moved { // each is sorted, and none hangs on another
		r.moved[order] = append(r.moved[order], times...)
		slices.Sort(r.moved[order])
	}
}
