package fault

import (
	"math"
	"time"
)

// Repairs says whether the event is an operator's order that ends faults which have no
// end of their own. Whoever carries out a timeline finds these ended; the order itself
// is done by nobody.
func (k Kind) Repairs() bool { return k.known() && k.Target() == OnFault }

// Mends says whether an order ends faults of a kind: a remount those after which a
// kernel takes no writes, a replacement and an image everything that hardware does.
func (k Kind) Mends(of Kind) bool {
	switch k {
	case Remount:
		return of == DiskReadOnly
	case Replace:
		return of.TakesDown() || of == Freeze || of.StrikesDisk()
	case Restore:
		return of == Crash
	}
	return false
}

// Done is when an order that ends faults has ended them: at once, or for an image once
// all of it has been copied.
func (e Event) Done() time.Duration {
	if e.Kind != Restore || e.Rate <= 0 {
		return e.At
	}
	took := float64(e.Data) / float64(e.Rate) * float64(time.Second)
	if took >= float64(math.MaxInt64-e.At) {
		return math.MaxInt64
	}
	return e.At + time.Duration(took)
}
