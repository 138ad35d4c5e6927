package verdict

import (
	"slices"
	"testing"

	"github.com/retrystorm/retrystorm/internal/history"
)

// hide takes out of a bucket what only the backend tells.
func hide(b *history.Bucket) {
	b.Queue, b.InFlight, b.Served, b.Worked, b.Wasted, b.Blind = 0, 0, 0, 0, 0, false
}

// inQueue names the histories whose queue holds clients that wait, or that leave it
// together with their requests: they see it as sales being tried, which these
// histories do not say.
var inQueue = []string{"degraded-queue-of-the-impatient", "degraded-oscillating-backlog", "overloaded-not-left-yet"}

// unobserved is a history as it would be, had the backend given no statistics; waited
// says that clients wait for all that is in the queue.
func unobserved(h *history.History, waited bool) *history.History {
	out := *h
	out.Unobserved, out.Wasted, out.Nodes, out.Links = true, 0, nil, nil
	out.Buckets = make([]history.Bucket, len(h.Buckets))
	for i := range h.Buckets {
		b := h.Buckets[i].Clone()
		if waited {
			b.Pending = max(b.Pending, b.Queue)
		}
		hide(&b)
		out.Buckets[i] = b
	}
	return &out
}

func TestWithoutStatisticsNoVerdictClaimsMoreThanWithThem(t *testing.T) {
	same := 0
	for _, s := range stories(t) {
		with, without := Judge(&s.history, s.judge), Judge(unobserved(&s.history, slices.Contains(inQueue, s.name)), s.judge)
		switch {
		case with.Kind == without.Kind:
			same++
		case s.name == "invalid-blind": // nobody was asked, so that nobody was blind
		case without.Kind == Invalid || without.Kind == Degraded && with.Kind != Invalid && !without.Final:
		default:
			t.Errorf("%s: %v (final: %t) without statistics, %v with them\n%s", s.name, without.Kind, without.Final, with.Kind, without.Reason)
		}
		if without.Kind == Invalid && with.Kind != Invalid {
			t.Errorf("%s: proves nothing without statistics: %s", s.name, without.Reason)
		}
		if e := without.Evidence; e.WastedShare != 0 || e.Sustained == slowService || e.Sustained == wastedWork {
			t.Errorf("%s: claims %q, and that %v was wasted", s.name, e.Sustained, e.WastedShare)
		}
	}
	if all := len(stories(t)); same < all/2 {
		t.Errorf("%d of %d verdicts are the same; want half or more", same, all)
	}
}
