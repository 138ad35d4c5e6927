package terminal

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/retry"
)

// shift is whether a terminal is on. It goes through these states:
//
//	open   | the shop closes | closed: attempts are cancelled, sales being tried are parked or given up
//	closed | the shop opens  | open: started anew, with its queue and without what it had in memory
type shift struct {
	closed bool
	turns  time.Duration // when the shop opens or closes next
}

// newShift gives a terminal of a place its shift; nil if it is always on.
func (c *Cohort) newShift(p *place) *shift {
	if p.hours == nil {
		return nil
	}
	open, until := p.open(0)
	return &shift{closed: !open, turns: until}
}

// due is when something changes next.
func (x *shift) due() time.Duration { return x.turns }

// closed says whether the terminal is off.
func (t *Terminal) closed() bool { return t.extras.shift != nil && t.extras.shift.closed }

// turn opens and closes the shop as it is time.
func (t *Terminal) turn(now time.Duration, out []Effect) []Effect {
	for x := t.extras.shift; x.turns <= now; {
		at := x.turns
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
