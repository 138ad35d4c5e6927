package verdict

import (
	"math"
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
)

// course is what the stays inside and outside the band come to.
//
// A stay inside the band is settled once the system owes no more than it may
// (see allowance): nothing of the outage is left that could come back. What
// happens after that is a new episode and no part of the first.
type course struct {
	inside   bool // inside the band at the end
	settled  bool // and owes no more than it may
	returned int  // the window in which the stay began that counts as the return; -1 if there is none
	since    int  // the window in which what is not settled began
	later    int  // windows outside after the return had settled
}

// follow walks through the stays. Windows before the trigger's end settle
// nothing.
func (t *trial) follow() course {
	c := course{returned: -1, since: t.post}
	stay := 0 // where the present stay began
	for _, a := range t.away {
		if t.settles(stay, a.from) {
			c.settle(stay)
			c.since = a.from
		}
		if c.returned >= 0 {
			c.later += a.back - a.from
		}
		stay = a.back
	}
	c.inside = stay < len(t.ws)
	if c.settled = t.settles(stay, len(t.ws)) && !t.owes(); c.settled {
		c.settle(stay)
	}
	return c
}

// settle notes a return that has settled; the first one counts.
func (c *course) settle(stay int) {
	if c.returned < 0 {
		c.returned = stay
	}
}

// leastStay is the part of the time since its return, one in so many, that a run
// may have been outside and yet have stayed.
const leastStay = 10

// stayed says whether the run was inside its band for most of the time since its
// return.
func (t *trial) stayed() bool { return leastStay*t.later <= len(t.ws)-t.returned }

// settles says whether a stay inside the band, from one window up to another, is
// settled at the end of any of its windows from the Hold-th on. Of a backend that
// does not tell what waits in it, only the last Hold windows count: the fleet must
// still owe no more than usual when the stay ends.
func (t *trial) settles(from, to int) bool {
	most := t.allowance()
	first := max(from+t.cfg.Hold-1, t.post)
	if t.h.Unobserved {
		first = max(first, to-t.cfg.Hold)
	}
	for k := first; k < to; k++ {
		i := t.ws[k].hi - 1
		if !t.h.Buckets[i].Blind && float64(t.backlog(i)) <= most {
			return true
		}
	}
	return false
}

// allowance is the most that may be waiting of a system that has settled: what
// the baseline itself has waiting, and as much beside it as could come back at
// once without leaving the band. The latter is told by what the backend can serve
// beside what waits in it, and is nothing where it does not say.
func (t *trial) allowance() float64 {
	if t.h.Unobserved {
		return t.usual()
	}
	return t.usual() + t.absorbed()
}

// absorbed is how many sales could come back at once and would not be seen: the
// last of them would be answered within half of the time that the band, and the
// clients' own timeout, leave beyond the usual; the backlog would be gone within
// a window; and they are less than a tenth of the demand of Hold windows.
func (t *trial) absorbed() float64 {
	rate, demand := t.serviceRate(), t.base.perSec(t.base.demand)
	window := t.cfg.Window.Seconds()
	bound := t.band.latency
	if most := t.h.Clients.Timeout; most > 0 {
		bound = min(bound, most)
	}
	slack := min(bound-t.base.latency.Quantile(0.99), time.Hour).Seconds()
	return math.Floor(max(min(rate*slack/2, (rate-demand)*window, 0.1*demand*window*float64(t.cfg.Hold)), 0))
}

// serviceRate is the requests per second that the backend can serve: as
// declared, or else what it has shown.
func (t *trial) serviceRate() float64 {
	if c := capacity(t.h); c > 0 {
		return c
	}
	var most float64
	for _, w := range t.ws {
		m := measure(t.h, w.lo, w.hi)
		most = max(most, m.perSec(m.served))
	}
	return most
}

// usual is the highest backlog of the baseline, and what chance adds to it.
func (t *trial) usual() float64 {
	var most int64
	for i := t.warm; i < t.from; i++ {
		most = max(most, t.backlog(i))
	}
	return float64(most) + 3*math.Sqrt(float64(most)+1)
}

// backlog is what is unfinished at the end of bucket i.
func (t *trial) backlog(i int) int64 { return unfinished(&t.h.Buckets[i]) }

// unfinished is the requests in the backend, the sales being tried and the sales
// in offline queues.
func unfinished(b *history.Bucket) int64 { return standing(b) + b.Pending + b.Unsynced }

// standing is the requests in the backend. Where as many are served at once as
// come, none of them waits.
func standing(b *history.Bucket) int64 { return max(b.Queue, b.InFlight) }
