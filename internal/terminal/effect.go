package terminal

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// Effects are most of what a step writes. They are filled in where they lie,
// field by field, and so are sales and attempts: a processor that copies a
// struct in wide pieces, right after it was put together from small ones, has
// to wait until all those are in memory. That, here and in internal/backend, makes
// BenchmarkFridayStorm of internal/sim 5 to 7 % faster.

// add puts an effect behind the others and gives it, to be filled in.
func add(out []Effect, kind EffectKind) ([]Effect, *Effect) {
	out = append(out, Effect{})
	e := &out[len(out)-1]
	e.Kind = kind
	return out, e
}

// note records something of a sale.
func note(out []Effect, what history.What, sale uint32, soldAt, at time.Duration) ([]Effect, *Effect) {
	out, e := add(out, Record)
	e.Sale, e.SoldAt = sale, soldAt
	e.Note.What, e.Note.At = what, at
	return out, e
}

// ended records how an attempt ended.
func ended(out []Effect, f *flight, now time.Duration, cause retry.Cause) []Effect {
	out, e := note(out, history.Ended, f.sale, 0, now)
	e.Attempt = f.id
	e.Note.Cause, e.Note.Took = cause, now-f.sentAt
	return out
}

// Traced is what a trace has of the attempt whose end the effect records: a Record
// of a note that is history.Ended. The terminal has that number in the fleet, and
// sends to the node of that name.
func (e *Effect) Traced(terminal uint32, to string) history.Attempt {
	return history.Attempt{
		At: e.Note.At - e.Note.Took, From: history.Fleet, To: to, Terminal: terminal, Sale: e.Sale,
		Number: e.Attempt, Took: e.Note.Took, Cause: e.Note.Cause,
	}
}

// cancelled closes the connection of an attempt and records how it ended.
func cancelled(out []Effect, f *flight, now time.Duration, cause retry.Cause) []Effect {
	out, e := add(out, Cancel)
	e.Attempt = f.id
	return ended(out, f, now, cause)
}

// completed records that a sale was acknowledged; settled if it was parked.
func (t *Terminal) completed(out []Effect, id uint32, soldAt, now time.Duration, settled bool) []Effect {
	what := history.Completed
	if now-soldAt > t.cohort.cfg.Sale.Deadline {
		what = history.CameLate
	}
	out, e := note(out, what, id, soldAt, now)
	e.Note.Took, e.Note.Settled = now-soldAt, settled
	return out
}
