package terminal

import (
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
//	            | retries are switched off     | parked offline, or failed; once its first try has failed
//	            | the shop closes              | parked offline, or failed
//	            | the client is updated        | being tried, anew
//	            | wherever it would be parked, | its customer is turned away
//	            | but nobody can pay offline   |
//	parked      | a sync is acknowledged       | completed (late after its deadline)

// sell lets the next customer come, at the moment that was meant for it.
func (t *Terminal) sell(now time.Duration, out []Effect) []Effect {
	soldAt := t.nextSale
	t.nextSale = t.arrival(soldAt, false)
	t.sales++
	out, _ = note(out, history.Sold, t.sales, soldAt, soldAt)
	t.cohort.policy.First(now, t.extras.client)
	d := t.borrow()
	d.trying = append(d.trying, sale{})
	s := &d.trying[len(d.trying)-1]
	s.id, s.soldAt, s.next = t.sales, soldAt, soldAt
	if t.closed() { // it is taken up late
		out = t.park(now, s, out)
	} else {
		out = t.try(now, s, out)
	}
	t.active.settle()
	return out
}

// try sends all copies of one try of a sale.
func (t *Terminal) try(now time.Duration, s *sale, out []Effect) []Effect {
	due := s.next
	s.next = never
	if _, off := t.cohort.off.Until(now); off && s.session.Tries() > 0 {
		return t.park(now, s, out)
	}
	if ok, wait := t.cohort.policy.Admit(now, t.extras.client); !ok {
		return t.refused(now, s, wait, out)
	}
	expires := t.cohort.rules.Expires(due, t.deadline(s))
	for range t.cohort.policy.Parallel() {
		s.open++
		f := t.launch(s.id, due, expires)
		out = t.send(now, f, s.soldAt, out)
	}
	return out
}

// refused handles a try that the terminal's own breaker does not let out: the
// sale goes offline, or counts a failed try that never reached the wire.
func (t *Terminal) refused(now time.Duration, s *sale, wait time.Duration, out []Effect) []Effect {
	if t.extras.store != nil {
		return t.park(now, s, out)
	}
	out = t.decide(now, s, retry.Outcome{Cause: retry.Rejected}, out)
	if s.next != never {
		s.next = max(s.next, now+wait)
	}
	return out
}

// launch gives a new attempt at a sale, among those on the wire.
func (t *Terminal) launch(sale uint32, sentAt, expires time.Duration) *flight {
	t.attempts++
	d := t.borrow()
	d.flights = append(d.flights, flight{})
	f := &d.flights[len(d.flights)-1]
	f.id, f.sale, f.sentAt, f.expires = t.attempts, sale, sentAt, expires
	return f
}

// send puts an attempt on the wire.
func (t *Terminal) send(now time.Duration, f *flight, soldAt time.Duration, out []Effect) []Effect {
	out, _ = note(out, history.Sent, f.sale, soldAt, now)
	out, e := add(out, Send)
	e.Attempt, e.Sale = f.id, f.sale
	e.At, e.SoldAt, e.Timeout = f.sentAt, soldAt, f.expires-f.sentAt
	if f.sync && t.cohort.bySync {
		e.SoldAt, e.Misdated = now, t.Dating().Misdated(soldAt, now)
	}
	return out
}

// expire ends the attempts whose timeout has passed.
func (t *Terminal) expire(now time.Duration, out []Effect) []Effect {
	d := t.active
	for i := 0; i < len(d.flights); {
		f := &d.flights[i]
		if f.expires > now {
			i++
			continue
		}
		of, sync := f.sale, f.sync
		if t.cohort.cfg.Cancel == RunOn {
			f.expires = never
			i++
		} else {
			out = cancelled(out, f, now, retry.Timeout)
			d.remove(i)
		}
		t.cohort.policy.Observe(now, t.extras.client, retry.Timeout)
		out = t.missed(now, of, sync, retry.Outcome{Cause: retry.Timeout}, out)
	}
	return out
}

// reply takes the end of an attempt off the wire.
func (t *Terminal) reply(now time.Duration, ev Event, out []Effect) []Effect {
	i := t.active.indexOf(ev.Attempt)
	if i < 0 {
		return out
	}
	f := t.active.flights[i]
	t.active.remove(i)
	out = ended(out, &f, now, ev.Outcome.Cause)
	overdue := f.expires == never
	if !overdue {
		t.cohort.policy.Observe(now, t.extras.client, ev.Outcome.Cause)
	}
	switch {
	case ev.Outcome.Cause == retry.OK:
		out = t.acknowledged(now, f, out)
	case !overdue:
		out = t.missed(now, f.sale, f.sync, ev.Outcome, out)
	}
	t.active.settle()
	return out
}

// missed counts a copy of a sale that failed; when it was the last one of its
// try, the policy decides.
func (t *Terminal) missed(now time.Duration, id uint32, sync bool, o retry.Outcome, out []Effect) []Effect {
	if sync {
		return t.syncMissed(now, id, o, out)
	}
	s := t.active.find(id)
	if s == nil {
		return out
	}
	s.open--
	if s.open > 0 {
		return out
	}
	return t.decide(now, s, o, out)
}

// decide asks the rules what follows a try whose last copy ended so.
func (t *Terminal) decide(now time.Duration, s *sale, last retry.Outcome, out []Effect) []Effect {
	_, off := t.cohort.off.Until(now)
	at, again := t.cohort.rules.Next(now, t.deadline(s), off, t.extras.client, &s.session, last, t.rng())
	if !again {
		return t.park(now, s, out)
	}
	s.next = at
	return out
}

// acknowledged completes a sale wherever it is: being tried or parked.
func (t *Terminal) acknowledged(now time.Duration, f flight, out []Effect) []Effect {
	if f.sync {
		return t.synced(now, f, out)
	}
	if s := t.active.find(f.sale); s != nil {
		out = t.completed(out, s.id, s.soldAt, now, false)
		return t.close(now, s, out)
	}
	return t.foundParked(now, f.sale, out)
}

// giveUp ends the sales whose deadline has passed; they are yet to be taken out.
func (t *Terminal) giveUp(now time.Duration, out []Effect) []Effect {
	for i := range t.active.trying {
		if s := &t.active.trying[i]; s.id != gone && t.deadline(s) <= now {
			out = t.park(now, s, out)
		}
	}
	return out
}

// park moves a sale that is given up to the offline queue, or fails it where
// there is none or it is full. Where nobody can pay offline, the customer goes.
func (t *Terminal) park(now time.Duration, s *sale, out []Effect) []Effect {
	what, logo, q := history.GivenUp, history.SameLogo, t.extras.store
	switch {
	case q == nil:
	case !t.cohort.cfg.Offline.paysOffline():
		what = history.TurnedAway
	case q.put(now, s.id, s.soldAt, t):
		what = history.Parked
		if len(q.queue) == 1 {
			logo = history.TurnedRed
		}
	}
	out, e := note(out, what, s.id, s.soldAt, now)
	e.Note.Logo = logo
	return t.close(now, s, out)
}

// close ends the trying of a sale: nobody waits for its copies any more.
func (t *Terminal) close(now time.Duration, s *sale, out []Effect) []Effect {
	d := t.active
	for i := 0; i < len(d.flights); {
		f := &d.flights[i]
		if f.sale != s.id || f.sync || f.expires == never {
			i++
			continue
		}
		t.cohort.policy.Observe(now, t.extras.client, retry.Cancelled)
		if t.cohort.cfg.Cancel == RunOn {
			f.expires = never
			i++
			continue
		}
		out = cancelled(out, f, now, retry.Cancelled)
		d.remove(i)
	}
	s.id, s.next = gone, never
	return out
}
