package terminal

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/history"
)

// state is where a sale stands, as its notes tell.
type state string

const (
	trying    state = "being tried"
	waiting   state = "parked"
	completed state = "completed"
	failed    state = "failed"
	away      state = "turned away"
)

// books is what an auditor writes down of a terminal's notes and effects.
type books struct {
	t        *rapid.T
	cfg      Config
	term     *Terminal
	sales    []state // of sale n at n-1
	sold     []time.Duration
	wire     map[uint32]uint32 // attempts on the wire: attempt → sale
	ended    int
	answered uint32                         // the attempt whose reply is being stepped
	last     map[history.What]time.Duration // the last note's time by kind
	now      time.Duration
	steps    int // wakes at this now
	punctual bool
	red      bool          // the logo
	updated  time.Duration // when it gets the same client once more
}

func newBooks(t *rapid.T, cfg Config, term *Terminal) *books {
	return &books{
		t: t, cfg: cfg.WithDefaults(), term: term, punctual: true, updated: never,
		wire: map[uint32]uint32{}, last: map[history.What]time.Duration{},
	}
}

func (b *books) see(now time.Duration, ev Event, effects []Effect) {
	turned := b.turns(b.now, now)
	if now > b.now {
		b.now, b.steps = now, 0
	}
	if ev.Kind == Wake {
		b.steps++
	}
	if b.steps > 20 {
		b.t.Fatalf("it wakes %d times at %v", b.steps, now)
	}
	b.answered = 0
	if ev.Kind == Reply {
		if _, known := b.wire[ev.Attempt]; !known && !turned && len(effects) > 0 {
			b.t.Fatalf("at %v the answer to attempt %d, which is over, gives %v", now, ev.Attempt, effects)
		}
		b.answered = ev.Attempt
	}
	over := b.ended
	for _, e := range effects {
		b.effect(now, e)
	}
	b.gone(over)
	if !b.open(now) && len(b.wire) > 0 {
		b.t.Fatalf("at %v %d attempts are on the wire, and the shop is closed", now, len(b.wire))
	}
	b.balance()
}

// gone takes the answered attempt off the wire and checks that every end was
// noted once: over is how many had ended before.
func (b *books) gone(over int) {
	if _, known := b.wire[b.answered]; known {
		delete(b.wire, b.answered)
		over++
	}
	if b.ended != over+b.cancelled() {
		b.t.Fatalf("at %v %d attempts have ended, want %d", b.now, b.ended, over+b.cancelled())
	}
}

// cancelled counts and forgets the attempts that were cancelled in this step.
func (b *books) cancelled() int {
	n := 0
	for a, sale := range b.wire {
		if sale == cut {
			n++
			defer delete(b.wire, a)
		}
	}
	return n
}

// cut marks an attempt on the wire that has been cancelled.
const cut = 0

func (b *books) effect(now time.Duration, e Effect) {
	switch e.Kind {
	case WakeAt:
		if b.punctual && e.At < now {
			b.t.Fatalf("at %v it wants to wake at %v", now, e.At)
		}
	case Cancel:
		if b.wire[e.Attempt] == cut || b.cfg.Cancel == RunOn && !b.restarts(now) {
			b.t.Fatalf("at %v it cancels attempt %d", now, e.Attempt)
		}
		b.wire[e.Attempt] = cut
	case Send:
		b.send(now, e)
	case Record:
		b.note(now, e)
	}
}

func (b *books) send(now time.Duration, e Effect) {
	if _, again := b.wire[e.Attempt]; again || e.Attempt == 0 {
		b.t.Fatalf("attempt %d goes out again", e.Attempt)
	}
	b.wire[e.Attempt] = e.Sale
	if !b.open(now) {
		b.t.Fatalf("at %v it sends sale %d, and the shop is closed", now, e.Sale)
	}
	st, sold := b.sales[e.Sale-1], b.sold[e.Sale-1]
	switch {
	case st != trying && st != waiting:
		b.t.Fatalf("at %v it sends sale %d, which is %s", now, e.Sale, st)
	case e.SoldAt != b.date(now, st, sold) || e.At > now || e.Timeout <= 0 || e.Timeout > b.cfg.Timeout:
		b.t.Fatalf("at %v it sends %+v", now, e)
	case st == trying && e.At+e.Timeout > sold+b.cfg.Sale.Deadline:
		b.t.Fatalf("attempt %d waits beyond the deadline", e.Attempt)
	}
}

func (b *books) note(now time.Duration, e Effect) {
	n := e.Note
	if n.At < b.last[n.What] || n.At > now || n.Took < 0 {
		b.t.Fatalf("at %v it notes %+v after %v", now, n, b.last[n.What])
	}
	b.last[n.What] = n.At
	if n.What == history.Sold {
		if int(e.Sale) != len(b.sales)+1 || n.At != e.SoldAt {
			b.t.Fatalf("sale %d comes at %v after %d", e.Sale, n.At, len(b.sales))
		}
		if !b.open(n.At) {
			b.t.Fatalf("sale %d comes at %v, and the shop is closed", e.Sale, n.At)
		}
		b.sales, b.sold = append(b.sales, trying), append(b.sold, n.At)
		return
	}
	b.move(e)
}

// move checks a note against where its sale stands.
func (b *books) move(e Effect) {
	n, st := e.Note, &b.sales[e.Sale-1]
	from, to := trying, *st
	switch n.What {
	case history.Ended:
		b.ended++
		return
	case history.Sent:
		return
	case history.Completed, history.CameLate:
		to = completed
		if n.Settled {
			from = waiting
		}
		late := n.Took > b.cfg.Sale.Deadline
		if late != (n.What == history.CameLate) || n.Took != n.At-b.sold[e.Sale-1] {
			b.t.Fatalf("sale %d, sold at %v, is noted %+v", e.Sale, b.sold[e.Sale-1], n)
		}
	case history.GivenUp:
		to = failed
	case history.Parked:
		to = waiting
	case history.TurnedAway:
		to = away
	}
	if *st != from {
		b.t.Fatalf("sale %d was %s when it was noted %+v", e.Sale, *st, n)
	}
	*st = to
	b.logo(n.Logo)
}

// logo checks that the logo changes with the first sale that waits and with the last.
func (b *books) logo(got history.Logo) {
	red := slices.Contains(b.sales, waiting)
	want := history.SameLogo
	switch {
	case red && !b.red:
		want = history.TurnedRed
	case b.red && !red:
		want = history.TurnedBlue
	}
	if got != want {
		b.t.Fatalf("at %v the logo changes by %d, want %d", b.now, got, want)
	}
	b.red = red
}

// open says whether the shop is open.
func (b *books) open(now time.Duration) bool {
	of := (now + b.cfg.Starts) % day
	return b.cfg.Hours == nil || of >= b.cfg.Hours.Open && of < b.cfg.Hours.Close
}

// turns says whether the shop opens or closes, or the client is updated, after one
// step and by the next, which carries that out, whatever it is a step of.
func (b *books) turns(from, to time.Duration) bool {
	return b.open(from) != b.open(to) || from < b.updated && b.updated <= to
}

// restarts says whether the terminal has just been switched off or started anew.
func (b *books) restarts(now time.Duration) bool {
	return !b.open(now) || b.updated <= now && !b.punctual || b.updated == now
}

// date is the date that must travel with a sale.
func (b *books) date(now time.Duration, st state, sold time.Duration) time.Duration {
	if st == waiting && b.cfg.Offline.BusinessDate == BySync {
		return now
	}
	return sold
}

// balance compares the books with what the terminal says of itself.
func (b *books) balance() {
	var pending, unsynced int
	for _, s := range b.sales {
		switch s {
		case trying:
			pending++
		case waiting:
			unsynced++
		}
	}
	if b.term.Pending() != pending || b.term.Unsynced() != unsynced {
		b.t.Fatalf("%d pending and %d unsynced, by the notes %d and %d",
			b.term.Pending(), b.term.Unsynced(), pending, unsynced)
	}
	if b.cfg.Offline != nil && unsynced > int(b.cfg.Offline.Capacity) {
		b.t.Fatalf("%d unsynced in a queue for %d", unsynced, b.cfg.Offline.Capacity)
	}
	if b.cfg.Offline == nil && unsynced > 0 {
		b.t.Fatal("a sale is parked where there is no queue")
	}
}
