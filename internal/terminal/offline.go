package terminal

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/retrystorm/retrystorm/internal/retry"
)

// store is the offline queue of a terminal: sales that the backend has not
// taken yet, oldest first, of which one at a time is synced.
type store struct {
	queue   []parked
	next    time.Duration // when the next sync is due; never while the queue is empty
	busy    bool          // a sync is on the wire
	session retry.Session // of the sale at the head
}

type parked struct {
	id     uint32
	soldAt time.Duration
}

// put takes a sale in and says whether there was room. An empty store's first
// sale starts the clock for syncing.
func (s *store) put(now time.Duration, id uint32, soldAt time.Duration, t *Terminal) bool {
	if len(s.queue) >= int(t.cohort.cfg.Offline.Capacity) {
		return false
	}
	if len(s.queue) == 0 {
		s.rest(now, t)
	}
	s.queue = append(s.queue, parked{id: id, soldAt: soldAt})
	return true
}

// rest makes the next sync wait for After, with a full jitter, so that a fleet
// which went offline together does not come back together.
func (s *store) rest(now time.Duration, t *Terminal) {
	s.session = retry.Session{}
	s.next = now + spread(t.rng(), t.cohort.cfg.Offline.After)
}

// syncNext sends the sale at the head of the queue when that is due.
func (t *Terminal) syncNext(now time.Duration, out []Effect) []Effect {
	s := t.extras.store
	if s == nil || s.busy || len(s.queue) == 0 || s.next > now {
		return out
	}
	if until, off := t.cohort.off.Until(now); off {
		s.rest(until, t)
		return out
	}
	if ok, wait := t.cohort.policy.Admit(now, t.extras.client); !ok {
		s.rest(now+wait, t)
		return out
	}
	head := s.queue[0]
	due := s.next
	s.busy, s.next = true, never
	return t.send(now, flight{sale: head.id, sentAt: due, expires: due + t.cohort.cfg.Timeout, sync: true}, head.soldAt, out)
}

// synced takes the acknowledged sale out of the queue and lets the next follow
// at the declared pace. A late copy of a sale that is out already says nothing
// about when the next is due.
func (t *Terminal) synced(now time.Duration, f flight, out []Effect) []Effect {
	overdue := f.expires == never
	s := t.extras.store
	before := len(s.queue)
	out = t.foundParked(now, f.sale, out)
	if overdue && len(s.queue) == before {
		return out
	}
	if !overdue {
		s.busy = false
	}
	s.next = now + t.cohort.cfg.Offline.Pace
	return t.syncNext(now, out)
}

// foundParked completes a parked sale that has been acknowledged after all.
func (t *Terminal) foundParked(now time.Duration, id uint32, out []Effect) []Effect {
	s := t.extras.store
	if s == nil {
		return out
	}
	i := slices.IndexFunc(s.queue, func(p parked) bool { return p.id == id })
	if i < 0 {
		return out
	}
	p := s.queue[i]
	s.queue = slices.Delete(s.queue, i, i+1)
	if i == 0 {
		s.session = retry.Session{}
	}
	return t.completed(out, p.id, p.soldAt, now, true)
}

// syncMissed asks the sync policy when to try again; one that gives up rests
// and starts anew, since an offline sale is never thrown away.
func (t *Terminal) syncMissed(now time.Duration, o retry.Outcome, out []Effect) []Effect {
	s := t.extras.store
	s.busy = false
	d := t.cohort.sync.Next(now, nil, &s.session, o, t.rng())
	if d.Retry {
		s.next = now + d.Delay
	} else {
		s.rest(now, t)
	}
	return out
}

// spread draws from [0, d].
func spread(rng *rand.Rand, d time.Duration) time.Duration {
	return time.Duration(rng.Int64N(int64(d) + 1))
}
