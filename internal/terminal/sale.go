package terminal

import (
	"slices"
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// A sale goes through these states:
//
//	being tried | a copy is acknowledged       | completed
//	            | the policy wants a retry     | being tried, after the delay
//	            | the policy gives up          | parked offline, or failed
//	            | its deadline passes          | parked offline, or failed
//	            | the breaker lets nothing out | parked offline, or a failed try
//	parked      | a sync is acknowledged       | completed (late after its deadline)

// sell lets the next customer come, at the moment that was meant for it.
func (t *Terminal) sell(now time.Duration, out []Effect) []Effect {
	t.sales++
	s := sale{id: t.sales, soldAt: t.nextSale, next: t.nextSale}
	t.nextSale = t.arrival(t.nextSale, false)
	out = append(out, record(s.id, s.soldAt, history.Note{What: history.Sold, At: s.soldAt}))
	t.cohort.policy.First(now, t.client)
	if t.trying == nil {
		t.trying = t.cohort.room.sales.lend()
	}
	t.trying = append(t.trying, s)
	out = t.try(now, &t.trying[len(t.trying)-1], out)
	return t.settle(out)
}

// try sends all copies of one try of a sale.
func (t *Terminal) try(now time.Duration, s *sale, out []Effect) []Effect {
	due := s.next
	s.next = never
	if ok, wait := t.cohort.policy.Admit(now, t.client); !ok {
		return t.refused(now, s, wait, out)
	}
	wait := min(t.cohort.cfg.Timeout, t.deadline(s)-due)
	for range t.cohort.policy.Parallel() {
		s.open++
		out = t.send(now, flight{sale: s.id, sentAt: due, expires: due + wait}, s.soldAt, out)
	}
	return out
}

// refused handles a try that the terminal's own breaker does not let out: the
// sale goes offline, or counts a failed try that never reached the wire.
func (t *Terminal) refused(now time.Duration, s *sale, wait time.Duration, out []Effect) []Effect {
	if t.store != nil {
		return t.park(now, s, out)
	}
	s.last = retry.Outcome{Cause: retry.Rejected}
	out = t.decide(now, s, out)
	if s.next != never {
		s.next = max(s.next, now+wait)
	}
	return out
}

// send puts one attempt on the wire.
func (t *Terminal) send(now time.Duration, f flight, soldAt time.Duration, out []Effect) []Effect {
	t.attempts++
	f.id = t.attempts
	if t.flights == nil {
		t.flights = t.cohort.room.flights.lend()
	}
	t.flights = append(t.flights, f)
	out = append(out, record(f.sale, soldAt, history.Note{What: history.Sent, At: now}))
	return append(out, Effect{
		Kind: Send, Attempt: f.id, Sale: f.sale,
		At: f.sentAt, SoldAt: soldAt, Timeout: f.expires - f.sentAt,
	})
}

// expire ends the attempts whose timeout has passed.
func (t *Terminal) expire(now time.Duration, out []Effect) []Effect {
	for i := 0; i < len(t.flights); {
		f := t.flights[i]
		if f.expires > now {
			i++
			continue
		}
		if t.cohort.cfg.Cancel == RunOn {
			t.flights[i].expires = never
			i++
		} else {
			t.flights = slices.Delete(t.flights, i, i+1)
			out = append(out, Effect{Kind: Cancel, Attempt: f.id})
			out = append(out, t.ended(f, now, retry.Timeout))
		}
		t.cohort.policy.Observe(now, t.client, retry.Timeout)
		out = t.missed(now, f, retry.Outcome{Cause: retry.Timeout}, out)
	}
	return out
}

// reply takes the end of an attempt off the wire.
func (t *Terminal) reply(now time.Duration, ev Event, out []Effect) []Effect {
	i := slices.IndexFunc(t.flights, func(f flight) bool { return f.id == ev.Attempt })
	if i < 0 {
		return out
	}
	f := t.flights[i]
	t.flights = slices.Delete(t.flights, i, i+1)
	out = append(out, t.ended(f, now, ev.Outcome.Cause))
	overdue := f.expires == never
	if !overdue {
		t.cohort.policy.Observe(now, t.client, ev.Outcome.Cause)
	}
	switch {
	case ev.Outcome.Cause == retry.OK:
		out = t.acknowledged(now, f, out)
	case !overdue:
		out = t.missed(now, f, ev.Outcome, out)
	}
	return t.settle(out)
}

// missed counts a copy that failed; when it was the last one of its try, the
// policy decides.
func (t *Terminal) missed(now time.Duration, f flight, o retry.Outcome, out []Effect) []Effect {
	if f.sync {
		return t.syncMissed(now, o, out)
	}
	s := t.find(f.sale)
	if s == nil {
		return out
	}
	s.open--
	s.last = o
	if s.open > 0 {
		return out
	}
	return t.decide(now, s, out)
}

// decide asks the policy what follows a try that failed. After the deadline
// there is nothing to ask.
func (t *Terminal) decide(now time.Duration, s *sale, out []Effect) []Effect {
	if now >= t.deadline(s) {
		return t.park(now, s, out)
	}
	d := t.cohort.policy.Next(now, t.client, &s.session, s.last, &t.rng)
	if d.Retry {
		s.next = now + d.Delay
		return out
	}
	return t.park(now, s, out)
}

// acknowledged completes a sale wherever it is: being tried or parked.
func (t *Terminal) acknowledged(now time.Duration, f flight, out []Effect) []Effect {
	if f.sync {
		return t.synced(now, f, out)
	}
	if s := t.find(f.sale); s != nil {
		out = append(out, t.completed(s.id, s.soldAt, now, false))
		return t.close(now, s, out)
	}
	return t.foundParked(now, f.sale, out)
}

// giveUp ends the sales whose deadline has passed.
func (t *Terminal) giveUp(now time.Duration, out []Effect) []Effect {
	for i := range t.trying {
		if s := &t.trying[i]; s.id != gone && t.deadline(s) <= now {
			out = t.park(now, s, out)
		}
	}
	return t.settle(out)
}

// park moves a sale that is given up to the offline queue, or fails it where
// there is none or it is full.
func (t *Terminal) park(now time.Duration, s *sale, out []Effect) []Effect {
	what := history.GivenUp
	if t.store != nil && t.store.put(now, s.id, s.soldAt, t) {
		what = history.Parked
	}
	out = append(out, record(s.id, s.soldAt, history.Note{What: what, At: now}))
	return t.close(now, s, out)
}

// close ends the trying of a sale: nobody waits for its copies any more.
func (t *Terminal) close(now time.Duration, s *sale, out []Effect) []Effect {
	for i := 0; i < len(t.flights); {
		f := t.flights[i]
		if f.sale != s.id || f.sync || f.expires == never {
			i++
			continue
		}
		t.cohort.policy.Observe(now, t.client, retry.Cancelled)
		if t.cohort.cfg.Cancel == RunOn {
			t.flights[i].expires = never
			i++
			continue
		}
		t.flights = slices.Delete(t.flights, i, i+1)
		out = append(out, Effect{Kind: Cancel, Attempt: f.id}, t.ended(f, now, retry.Cancelled))
	}
	s.id, s.next = gone, never
	return out
}

// gone marks a sale that is no longer being tried until settle takes it out,
// so that a loop over the sales is never pulled from under its own feet.
const gone = 0

func (t *Terminal) settle(out []Effect) []Effect {
	t.trying = slices.DeleteFunc(t.trying, func(s sale) bool { return s.id == gone })
	return out
}

func (t *Terminal) find(id uint32) *sale {
	for i := range t.trying {
		if t.trying[i].id == id {
			return &t.trying[i]
		}
	}
	return nil
}

func (t *Terminal) ended(f flight, now time.Duration, cause retry.Cause) Effect {
	return record(f.sale, 0, history.Note{What: history.Ended, Cause: cause, At: now, Took: now - f.sentAt})
}

func (t *Terminal) completed(id uint32, soldAt, now time.Duration, settled bool) Effect {
	what := history.Completed
	if now-soldAt > t.cohort.cfg.Sale.Deadline {
		what = history.CameLate
	}
	return record(id, soldAt, history.Note{What: what, At: now, Took: now - soldAt, Settled: settled})
}

func record(id uint32, soldAt time.Duration, n history.Note) Effect {
	return Effect{Kind: Record, Sale: id, SoldAt: soldAt, Note: n}
}
