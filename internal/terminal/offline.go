package terminal

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// store is the offline queue of a terminal: sales that the backend has not taken yet,
// oldest first. It survives a restart of the terminal.
type store struct {
	queue []parked
	held  int    // of them, how many are being synced
	syncs []sync // as many as may go on at once
	first [1]sync
}

type parked struct {
	id     uint32
	held   bool // it is being synced
	soldAt time.Duration
}

// sync is one of those that go on at once: it sends one sale after the other.
type sync struct {
	next    time.Duration // when the next is due; never where the queue had none for it
	session retry.Session
	sale    uint32 // the one sent last
	busy    bool   // it is on the wire
}

func newStore(parallel int) *store {
	s := &store{}
	s.resize(parallel)
	return s
}

// resize makes room for that many syncs, none of which goes on.
func (s *store) resize(parallel int) {
	s.syncs = s.first[:]
	if parallel > 1 {
		s.syncs = make([]sync, parallel)
	}
	s.stop()
}

// stop ends all syncs and starts none.
func (s *store) stop() {
	s.held = 0
	for i := range s.queue {
		s.queue[i].held = false
	}
	for i := range s.syncs {
		s.syncs[i] = sync{next: never}
	}
}

// put takes a sale in and says whether there was room. The first sale for which there
// is a sync that has nothing to do starts the clock for it.
func (s *store) put(now time.Duration, id uint32, soldAt time.Duration, t *Terminal) bool {
	if len(s.queue) >= int(t.cohort.cfg.Offline.Capacity) {
		return false
	}
	empty := len(s.queue) == 0
	if empty || s.held == len(s.queue) {
		for i := range s.syncs {
			if empty || !s.syncs[i].busy {
				s.syncs[i].rest(now, t)
			}
		}
	}
	s.queue = append(s.queue, parked{id: id, soldAt: soldAt})
	return true
}

// restart lets the syncs begin after the declared wait.
func (s *store) restart(now time.Duration, t *Terminal) {
	s.stop()
	for i := range s.syncs {
		if len(s.queue) > 0 {
			s.syncs[i].rest(now, t)
		}
	}
}

// rest makes the next sync wait for After, with the declared jitter: with a full one
// a fleet which went offline together does not come back together.
func (y *sync) rest(now time.Duration, t *Terminal) {
	o := t.cohort.cfg.Offline
	y.session = retry.Session{}
	if o.Jitter == NoSpread {
		y.next = now + o.After
		return
	}
	y.next = now + spread(t.rng(), o.After)
}

// due is when the next sync is; never where there is none.
func (s *store) due() time.Duration {
	at := never
	if s.held == len(s.queue) {
		return at
	}
	for i := range s.syncs {
		if y := &s.syncs[i]; !y.busy {
			at = min(at, y.next)
		}
	}
	return at
}

// hold gives the first sale that is not being synced; there must be one.
func (s *store) hold() *parked {
	i := 0
	for s.queue[i].held {
		i++
	}
	s.queue[i].held = true
	s.held++
	return &s.queue[i]
}

// release lets a sale be synced again whose sync has failed: at its place, or after
// all others.
func (s *store) release(id uint32, order Order) {
	i := s.indexOf(id)
	if i < 0 {
		return
	}
	if s.queue[i].held {
		s.queue[i].held = false
		s.held--
	}
	if order == AnyOrder {
		p := s.queue[i]
		s.queue = append(slices.Delete(s.queue, i, i+1), p)
	}
}

func (s *store) indexOf(id uint32) int {
	return slices.IndexFunc(s.queue, func(p parked) bool { return p.id == id })
}

// of gives the sync that sends a sale, or else one that did so last; the first one
// where none did.
func (s *store) of(id uint32) *sync {
	found := &s.syncs[0]
	for i := range s.syncs {
		switch y := &s.syncs[i]; {
		case y.sale == id && y.busy:
			return y
		case y.sale == id:
			found = y
		}
	}
	return found
}

// putOff lets those wait until then, too, that have nothing to do: a sale whose sync
// has failed is not for them to try at once.
func (s *store) putOff(now, until time.Duration) {
	for i := range s.syncs {
		if y := &s.syncs[i]; !y.busy && y.next <= now {
			y.next = until
		}
	}
}

// syncNext sends what is due of the queue.
func (t *Terminal) syncNext(now time.Duration, out []Effect) []Effect {
	if t.closed() {
		return out
	}
	s := t.extras.store
	for i := range s.syncs {
		if y := &s.syncs[i]; !y.busy && y.next <= now && s.held < len(s.queue) {
			out = t.sync(now, y, out)
		}
	}
	return out
}

// sync sends the next sale of the queue.
func (t *Terminal) sync(now time.Duration, y *sync, out []Effect) []Effect {
	if until, off := t.cohort.off.Until(now); off {
		y.rest(until, t)
		return out
	}
	if ok, wait := t.cohort.policy.Admit(now, t.extras.client); !ok {
		y.rest(now+wait, t)
		return out
	}
	p := t.extras.store.hold()
	due := y.next
	y.busy, y.next, y.sale = true, never, p.id
	f := t.launch(p.id, due, due+t.cohort.cfg.Timeout)
	f.sync = true
	return t.send(now, f, p.soldAt, out)
}

// synced takes the acknowledged sale out of the queue and lets the next follow
// at the declared pace. A late copy of a sale that is out already says nothing
// about when the next is due.
func (t *Terminal) synced(now time.Duration, f flight, out []Effect) []Effect {
	overdue := f.expires == never
	s := t.extras.store
	y := s.of(f.sale)
	before := len(s.queue)
	out = t.foundParked(now, f.sale, out)
	if overdue && len(s.queue) == before {
		return out
	}
	if !overdue {
		y.busy = false
	}
	y.next = now + t.cohort.cfg.Offline.Pace
	return t.syncNext(now, out)
}

// foundParked completes a parked sale that has been acknowledged after all.
func (t *Terminal) foundParked(now time.Duration, id uint32, out []Effect) []Effect {
	s := t.extras.store
	if s == nil {
		return out
	}
	i := s.indexOf(id)
	if i < 0 {
		return out
	}
	p := s.queue[i]
	s.queue = slices.Delete(s.queue, i, i+1)
	if p.held {
		s.held--
	}
	if y := s.of(id); y.sale == id {
		y.session = retry.Session{}
	}
	out = t.completed(out, p.id, p.soldAt, now, true)
	if len(s.queue) == 0 {
		out[len(out)-1].Note.Logo = history.TurnedBlue
	}
	return out
}

// syncMissed asks the sync policy when to try again; one that gives up rests
// and starts anew, since an offline sale is never thrown away.
func (t *Terminal) syncMissed(now time.Duration, id uint32, o retry.Outcome, out []Effect) []Effect {
	s := t.extras.store
	y := s.of(id)
	y.busy = false
	s.release(id, t.cohort.cfg.Offline.Order)
	d := t.cohort.sync.Next(now, nil, &y.session, o, t.rng())
	if d.Retry {
		y.next = now + d.Delay
	} else {
		y.rest(now, t)
	}
	s.putOff(now, y.next)
	return out
}

// spread draws from [0, d].
func spread(rng *rand.Rand, d time.Duration) time.Duration {
	return time.Duration(rng.Int64N(int64(d) + 1))
}
