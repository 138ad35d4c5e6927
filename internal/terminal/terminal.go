package terminal

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
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
	Attempt uint32        // Send, Cancel: which attempt of this terminal
	Sale    uint32        // Send, Record: which sale of this terminal
	At      time.Duration // Send: when it was meant to go out; WakeAt: when to wake
	SoldAt  time.Duration // Send, Record: when the customer brought the sale
	Timeout time.Duration // Send: how long the terminal waits for the answer
	Note    history.Note  // Record
}

// Cohort is what the terminals of a cohort share. It lends them room for their
// sales, so that terminals of one Cohort are not safe for concurrent use.
type Cohort struct {
	cfg    Config
	policy *retry.Policy
	sync   *retry.Policy // nil without an offline queue
	demand fault.Demand
	room   room
}

// NewCohort prepares a valid declaration and the demand that its timeline makes.
func NewCohort(cfg Config, timeline []fault.Event) *Cohort {
	c := &Cohort{cfg: cfg.WithDefaults(), demand: fault.DemandFor(timeline, cfg.Cohort)}
	c.policy = retry.NewPolicy(c.cfg.Retry)
	if c.cfg.Offline != nil {
		c.sync = retry.NewPolicy(c.cfg.Offline.Retry)
	}
	return c
}

// never is a time that does not come.
const never = time.Duration(math.MaxInt64)

// Terminal is one POS terminal. It is not safe for concurrent use.
type Terminal struct {
	cohort *Cohort
	client *retry.Client
	pcg    rand.PCG
	rng    rand.Rand

	nextSale time.Duration
	wakeAt   time.Duration // the earliest WakeAt that has not come yet
	sales    uint32        // brought so far; the number of the last one
	attempts uint32        // sent so far; the number of the last one
	trying   []sale        // sales being tried, oldest first
	flights  []flight      // attempts on the wire, oldest first
	store    *store        // the offline queue; nil without one
}

// sale is a sale being tried.
type sale struct {
	id      uint32
	soldAt  time.Duration
	next    time.Duration // when the next try is due; never while one is on the wire
	session retry.Session
	open    int           // copies of the current try that are waited for
	last    retry.Outcome // how the last copy of the current try ended
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
	*t = Terminal{cohort: c, client: c.policy.NewClient(), wakeAt: never}
	// The multiplier spreads neighbouring numbers over the whole state space.
	t.pcg.Seed(seed, (uint64(id)+1)*0x9e3779b97f4a7c15)
	t.rng = *rand.New(&t.pcg)
	if c.cfg.Offline != nil {
		t.store = &store{next: never}
	}
	t.nextSale = t.arrival(0, true)
}

// Step takes an event at now, the time since the run began, and appends its
// effects to out. now never goes back. A Reply to an attempt that is over is
// ignored.
func (t *Terminal) Step(now time.Duration, ev Event, out []Effect) []Effect {
	switch ev.Kind {
	case Wake:
		if now >= t.wakeAt {
			t.wakeAt = never
		}
		out = t.wake(now, out)
	case Reply:
		out = t.reply(now, ev, out)
	}
	t.rest()
	if at := t.due(); at < t.wakeAt {
		t.wakeAt = at
		out = append(out, Effect{Kind: WakeAt, At: at})
	}
	return out
}

// Pending is how many sales are being tried; Unsynced how many wait offline.
func (t *Terminal) Pending() int { return len(t.trying) }

// Unsynced is how many sales wait in the offline queue.
func (t *Terminal) Unsynced() int {
	if t.store == nil {
		return 0
	}
	return len(t.store.queue)
}

// wake does everything that is due, in an order that does not matter to the
// terminal but is always the same.
func (t *Terminal) wake(now time.Duration, out []Effect) []Effect {
	out = t.expire(now, out)
	out = t.giveUp(now, out)
	for i := 0; i < len(t.trying); i++ {
		if s := &t.trying[i]; s.next <= now {
			out = t.try(now, s, out)
		}
	}
	out = t.settle(out)
	for t.nextSale <= now {
		out = t.sell(now, out)
	}
	return t.syncNext(now, out)
}

// due is when the terminal next has something to do.
func (t *Terminal) due() time.Duration {
	at := t.nextSale
	for i := range t.flights {
		at = min(at, t.flights[i].expires)
	}
	for i := range t.trying {
		at = min(at, t.trying[i].next, t.deadline(&t.trying[i]))
	}
	if t.store != nil && !t.store.busy && len(t.store.queue) > 0 {
		at = min(at, t.store.next)
	}
	return at
}

// arrival draws when the next sale comes after now; the first of a regular
// arrival has a random phase.
func (t *Terminal) arrival(now time.Duration, first bool) time.Duration {
	work := 1.0
	switch {
	case t.cohort.cfg.Sale.Arrival == Poisson:
		work = t.rng.ExpFloat64()
	case first:
		work = t.rng.Float64()
	}
	return t.cohort.demand.After(now, t.cohort.cfg.Sale.Every, work)
}

func (t *Terminal) deadline(s *sale) time.Duration {
	return s.soldAt + t.cohort.cfg.Sale.Deadline
}
