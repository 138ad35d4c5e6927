package terminal

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/retry"
)

// shift is whether a terminal is on. It goes through these states:
//
//	open   | the shop closes | closed: attempts are cancelled, sales being tried are parked or given up
//	closed | the shop opens  | open: started anew, with its queue and without what it had in memory
//
// and gets another version of the client while it is open.
type shift struct {
	closed  bool
	turns   time.Duration // when the shop opens or closes next
	updates time.Duration // when the terminal gets another version
	to      *Cohort       // which one
}

// newShift gives the terminal with a number of the fleet its shift; nil if it is
// always on, with one version.
func (c *Cohort) newShift(id uint32, p *place) *shift {
	x := &shift{turns: never}
	if x.updates, x.to = c.updateOf(id); x.to == nil && (p == nil || p.hours == nil) {
		return nil
	}
	if p != nil {
		var open bool
		open, x.turns = p.open(0)
		x.closed = !open
	}
	return x
}

// due is when something changes next.
func (x *shift) due() time.Duration {
	if x.closed {
		return x.turns
	}
	return min(x.turns, x.updates)
}

// closed says whether the terminal is off.
func (t *Terminal) closed() bool { return t.extras.shift != nil && t.extras.shift.closed }

// turn opens and closes the shop, and updates the terminal, as it is time.
func (t *Terminal) turn(now time.Duration, out []Effect) []Effect {
	for x := t.extras.shift; x.due() <= now; {
		at := x.due()
		if !x.closed && at == x.updates {
			out = t.update(now, out)
			continue
		}
		_, x.turns = t.extras.place.open(at)
		if x.closed = !x.closed; x.closed {
			out = t.shut(now, out)
		} else {
			t.start(at)
		}
	}
	return out
}

// shut ends what is under way.
func (t *Terminal) shut(now time.Duration, out []Effect) []Effect {
	out = t.hangUp(now, out)
	for i := range t.active.trying {
		out = t.park(now, &t.active.trying[i], out)
	}
	t.active.settle()
	if s := t.extras.store; s != nil {
		s.stop()
	}
	return out
}

// start lets a terminal that was off begin with nothing but its offline queue.
func (t *Terminal) start(now time.Duration) {
	t.extras.client = t.cohort.policy.NewClient()
	if s := t.extras.store; s != nil {
		s.restart(now, t)
	}
}

// hangUp closes the connections of all attempts, also of those nobody waits for.
func (t *Terminal) hangUp(now time.Duration, out []Effect) []Effect {
	d := t.active
	for i := range d.flights {
		out = cancelled(out, &d.flights[i], now, retry.Cancelled)
	}
	d.flights = d.flights[:0]
	return out
}
