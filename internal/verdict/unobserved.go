package verdict

import (
	"slices"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// A backend that gives no statistics is judged by what its clients saw. What they
// do not see is the requests whose answer they no longer wait for: these may still
// be in the backend, and become fewer there while nothing changes for the clients.
// So a return counts only while the fleet owes no more than usual, and a collapse
// only where those requests cannot become fewer, or there are none.

// hidden says whether requests that clients have given up may be in the backend and
// may become fewer there, so that it cannot be told whether the balance will tip.
// Where windows in between are healthy, they do.
func (f *flow) hidden() bool {
	t := f.t
	if !t.h.Unobserved || float64(unanswered(t.h, t.from, t.end)) <= t.usual() {
		return false
	}
	return !f.overrun() || f.interrupted()
}

// interrupted says whether a window of the stretch was inside the band.
func (f *flow) interrupted() bool {
	return slices.ContainsFunc(f.t.ws, func(w cut) bool { return w.lo >= f.all.lo && w.demand > 0 && w.healthy })
}

// overrun says whether clearly more attempts come into the backend than it can
// serve, without those that do not get in, so that what waits there cannot become
// fewer.
func (f *flow) overrun() bool {
	away := ended(f.t.h, f.all.lo, f.all.hi, retry.Rejected, retry.Refused)
	return f.capacity > 0 && f.all.perSec(f.all.attempts-away) > f.capacity+noise(f.capacity, f.all)
}

// unanswered is the attempts of a stretch that the backend has not answered, as far
// as the clients know.
func unanswered(h *history.History, lo, hi int) int64 {
	var sent int64
	for i := lo; i < hi; i++ {
		sent += h.Buckets[i].Attempts
	}
	return sent - ended(h, lo, hi, retry.OK, retry.Rejected, retry.Failed, retry.ReadOnly, retry.Refused)
}

// ended is the attempts of a stretch that ended by one of some causes.
func ended(h *history.History, lo, hi int, causes ...retry.Cause) int64 {
	var n int64
	for i := lo; i < hi; i++ {
		for _, c := range causes {
			n += h.Buckets[i].Outcomes[c]
		}
	}
	return n
}

// owes says whether the fleet has more to hand in at the end of the record than
// usually waits. It is asked only where the backend cannot say what waits in it.
func (t *trial) owes() bool {
	return t.h.Unobserved && float64(t.h.Owed.Retries+t.h.Owed.Unsynced) > t.usual()
}

// told says what the backend did not tell of itself; empty if it told all.
func (t *trial) told() string {
	switch none := t.h.Ledger.None; {
	case t.h.Unobserved && none:
		return " The backend told nothing of itself: this rests on what its clients saw."
	case t.h.Unobserved:
		return " The backend gave no statistics: this rests on what its clients saw."
	case none:
		return " The backend has no ledger to read: whether sales were lost or recorded twice is not known."
	}
	return ""
}

// waiters words a number of what waits: where the backend tells nothing, only sales
// are known of.
func (t *trial) waiters(n int64, one, many string) string {
	if t.h.Unobserved {
		return plural(n, "sale"+one, "sales"+many)
	}
	return plural(n, "sale or request"+one, "sales and requests"+many)
}
