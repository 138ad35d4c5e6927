package terminal

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// EventKind is what happens to a terminal.
type EventKind uint8

// The events.
const (
	Wake  EventKind = iota // the time that a WakeAt named has come; also the very first event
	Reply                  // an attempt ended: answered, refused or broken
)

// Event is something that happens to a terminal.
type Event struct {
	Kind    EventKind
	Attempt uint32        // Reply: which one
	Outcome retry.Outcome // Reply: how it ended
}

// EffectKind is what a driver is to do.
type EffectKind uint8

// The effects.
const (
	Send   EffectKind = iota // put an attempt on the wire
	WakeAt                   // step Wake at the time At, in place of any WakeAt before; one that comes all the same does no harm
	Cancel                   // close the connection of an attempt; no Reply is wanted
	Record                   // count a Note
)

// Effect is something a driver is to do, in order.
type Effect struct {
	Kind    EffectKind
	Attempt uint32        // Send, Cancel, Record of one that Ended: which attempt of this terminal, from 1
	Sale    uint32        // Send, Record: which sale of this terminal
	At      time.Duration // Send: when it was meant to go out; WakeAt: when to wake
	SoldAt  time.Duration // Send: the date that travels with the sale; Record: when the customer brought it
	Timeout time.Duration // Send: how long the terminal waits for the answer
	Note    history.Note  // Record
	// Misdated says, of a Send, that SoldAt is on another day of the shop than the sale.
	Misdated bool
}

// never is a time that does not come.
const never = time.Duration(math.MaxInt64)

// Terminal is one POS terminal. It is not safe for concurrent use. It fills a
// cache line of 64 bytes, for in a big fleet each step begins with a wait for
// memory; what only some terminals need, or only at times, lies elsewhere.
type Terminal struct {
	cohort *Cohort
	extras *extras
	active *inFlight
	pcg    rand.PCG

	nextSale time.Duration
	wakeAt   time.Duration // the earliest WakeAt that has not come yet
	sales    uint32        // brought so far; the number of the last one
	attempts uint32        // sent so far; the number of the last one
}

// extras are what the terminals of some cohorts have; those of the others share an
// empty one.
type extras struct {
	client *retry.Client // nil where the policy needs none
	store  *store        // the offline queue; nil without one
	place  *place        // where the shop is; nil where all are alike
	shift  *shift        // nil of a terminal that is always on, with one version
}

// sale is a sale being tried.
type sale struct {
	soldAt  time.Duration
	next    time.Duration // when the next try is due; never while one is on the wire
	session retry.Session
	id      uint32
	open    int32 // copies of the current try that are waited for
}

// flight is an attempt on the wire.
type flight struct {
	id      uint32
	sale    uint32
	sentAt  time.Duration // when it was meant to go out
	expires time.Duration // when it is waited for no longer; never once it runs on
	sync    bool          // carries a sale out of the offline queue
}

// New makes the terminal with the given number of the fleet. Its random stream
// depends on the run's seed and its number alone, so that adding terminals
// disturbs no other. Step it with a Wake at time zero to start it.
func New(c *Cohort, seed uint64, id uint32) *Terminal {
	t := &Terminal{}
	t.Init(c, seed, id)
	return t
}

// Init is New in place, for terminals that lie in a slice; an initialised
// terminal must not be copied.
func (t *Terminal) Init(c *Cohort, seed uint64, id uint32) {
	*t = Terminal{cohort: c, extras: c.newExtras(id), active: &c.free.none, wakeAt: never}
	// The multiplier spreads neighbouring numbers over the whole state space.
	t.pcg.Seed(seed, (uint64(id)+1)*0x9e3779b97f4a7c15)
	t.nextSale = t.arrival(0, true)
}

// Step takes an event at now, the time since the run began, and appends its
// effects to out. now never goes back. A Reply to an attempt that is over is
// ignored.
func (t *Terminal) Step(now time.Duration, ev Event, out []Effect) []Effect {
	if t.extras.shift != nil {
		out = t.turn(now, out)
	}
	switch ev.Kind {
	case Wake:
		if now >= t.wakeAt {
			t.wakeAt = never
		}
		out = t.wake(now, out)
	case Reply:
		out = t.reply(now, ev, out)
	}
	t.giveBack()
	if at := t.due(); at < t.wakeAt {
		t.wakeAt = at
		var e *Effect
		out, e = add(out, WakeAt)
		e.At = at
	}
	return out
}

// Pending is how many sales are being tried; Unsynced how many wait offline.
func (t *Terminal) Pending() int { return len(t.active.trying) }

// Sent is how many attempts it has sent so far.
func (t *Terminal) Sent() uint32 { return t.attempts }

// Owed is what it has in hand and is yet to send again.
func (t *Terminal) Owed() history.Owed {
	var o history.Owed
	for i := range t.active.trying {
		if s := &t.active.trying[i]; s.next != never {
			o.Retries++
			o.Last = max(o.Last, s.next)
		}
	}
	if s := t.extras.store; s != nil {
		o.Unsynced = int64(len(s.queue))
		at := s.due()
		if t.closed() && len(s.queue) > 0 {
			at = t.extras.shift.turns // a sync follows
		}
		if at != never {
			o.Last = max(o.Last, at)
		}
	}
	return o
}

// Unsynced is how many sales wait in the offline queue.
func (t *Terminal) Unsynced() int {
	if t.extras.store == nil {
		return 0
	}
	return len(t.extras.store.queue)
}

// wake does everything that is due, in an order that does not matter to the
// terminal but is always the same.
func (t *Terminal) wake(now time.Duration, out []Effect) []Effect {
	out = t.expire(now, out)
	out = t.giveUp(now, out)
	d := t.active
	for i := 0; i < len(d.trying); i++ {
		if s := &d.trying[i]; s.next <= now {
			out = t.try(now, s, out)
		}
	}
	d.settle()
	for t.nextSale <= now {
		out = t.sell(now, out)
	}
	if t.extras.store == nil {
		return out
	}
	return t.syncNext(now, out)
}

// due is when the terminal next has something to do.
func (t *Terminal) due() time.Duration {
	at := t.nextSale
	if x := t.extras.shift; x != nil {
		at = min(at, x.due())
		if x.closed {
			return at
		}
	}
	d := t.active
	for i := range d.flights {
		at = min(at, d.flights[i].expires)
	}
	for i := range d.trying {
		s := &d.trying[i]
		at = min(at, s.next, t.deadline(s))
	}
	if s := t.extras.store; s != nil {
		at = min(at, s.due())
	}
	return at
}

// arrival draws when the next sale comes after now; the first of a regular
// arrival has a random phase.
func (t *Terminal) arrival(now time.Duration, first bool) time.Duration {
	work := 1.0
	switch {
	case t.cohort.cfg.Sale.Arrival == Poisson:
		work = t.rng().ExpFloat64()
	case first:
		work = t.rng().Float64()
	}
	return t.demand().After(now, t.cohort.cfg.Sale.Every, work)
}

// rng gives the terminal's random numbers. It is made anew for each use, since
// it is no more than a view of the generator.
func (t *Terminal) rng() *rand.Rand { return rand.New(&t.pcg) }

func (t *Terminal) deadline(s *sale) time.Duration {
	return s.soldAt + t.cohort.cfg.Sale.Deadline
}
