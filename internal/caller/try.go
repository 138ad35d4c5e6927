package caller

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/timer"
)

// try makes one try of a call, which is due.
func (c *Caller) try(now time.Duration, number uint32, out []Effect) []Effect {
	k := c.calls.at(number)
	due := k.due
	k.due = Never
	if ok, wait := c.rules.Policy.Admit(now, c.client); !ok {
		return c.refused(now, number, wait, out)
	}
	expires := c.rules.Expires(due, k.deadline)
	first := k.session.Tries() == 0
	for range c.rules.Policy.Parallel() {
		out = c.attempt(now, number, expires, first, out)
		first = false
	}
	return out
}

// refused handles a try that the breaker does not let out: it counts as a failed
// one, and the next is due no sooner than the breaker may let it pass.
func (c *Caller) refused(now time.Duration, number uint32, wait time.Duration, out []Effect) []Effect {
	out = c.decide(now, number, retry.Outcome{Cause: retry.Rejected}, out)
	if k := c.calls.at(number); k != nil && k.due != Never && k.due < now+wait {
		k.due = now + wait
		c.sleep(number, k)
	}
	return out
}

// attempt sends one copy of a try, or lets it wait for a connection.
func (c *Caller) attempt(now time.Duration, of uint32, expires time.Duration, first bool, out []Effect) []Effect {
	k := c.calls.at(of)
	target := c.choice.choose(now, k.tenant)
	number, a := c.attempts.add()
	a.call, a.turn, a.next, a.target, a.expires = of, c.calls.turn(of), k.first, target, expires
	k.first = number
	k.open++
	if first {
		c.stats[target].Calls++
	}
	c.timers.Push(timer.Timer[due]{At: expires, What: due{number: number, turn: c.attempts.turn(number)}})
	if c.pool != nil && !c.pool.Acquire(number) {
		a.queued = true
		return out
	}
	return c.send(now, number, a, out)
}

// send puts an attempt on the wire.
func (c *Caller) send(now time.Duration, number uint32, a *attempt, out []Effect) []Effect {
	a.queued = false
	c.stats[a.target].Attempts++
	c.choice.sent(a.target)
	return append(out, Effect{
		Kind: Send, Number: number, Target: a.target, Request: c.calls.at(a.call).request, Timeout: a.expires - now,
	})
}

// expire ends the wait for an attempt.
func (c *Caller) expire(now time.Duration, number uint32, out []Effect) []Effect {
	a := c.attempts.at(number)
	of := a.call
	c.unlink(of, number)
	out = c.drop(now, number, a, retry.Timeout, out)
	c.rules.Policy.Observe(now, c.client, retry.Timeout)
	return c.missed(now, of, retry.Outcome{Cause: retry.Timeout}, out)
}

// drop gives up an attempt that nobody waits for any more: it leaves the queue for a
// connection, has its connection closed, or runs on.
func (c *Caller) drop(now time.Duration, number uint32, a *attempt, cause retry.Cause, out []Effect) []Effect {
	switch {
	case a.queued:
		c.pool.Abandon(number)
		c.attempts.remove(number)
	case c.cfg.Cancel == RunOn:
		a.overdue = true
	default:
		c.count(a, cause)
		out = append(out, Effect{Kind: Cancel, Number: number})
		out = c.free(now, number, out)
	}
	return out
}

// free takes an attempt that was sent off the wire and lets the next one that waits
// have its connection.
func (c *Caller) free(now time.Duration, number uint32, out []Effect) []Effect {
	c.choice.ended(c.attempts.at(number).target)
	c.attempts.remove(number)
	if c.pool == nil {
		return out
	}
	if next, ok := c.pool.Release(); ok {
		return c.send(now, next, c.attempts.at(next), out)
	}
	return out
}

// missed takes the failure of one copy of a try; when it was the last one, the
// policy decides.
func (c *Caller) missed(now time.Duration, number uint32, o retry.Outcome, out []Effect) []Effect {
	if c.calls.at(number).open > 0 {
		return out
	}
	return c.decide(now, number, o, out)
}

// decide asks the rules what follows a try that has failed.
func (c *Caller) decide(now time.Duration, number uint32, o retry.Outcome, out []Effect) []Effect {
	k := c.calls.at(number)
	k.last = o
	at, again := c.rules.Next(now, k.deadline, c.off, c.client, &k.session, o, c.rng)
	if !again {
		return c.end(now, number, o, out)
	}
	k.due = at
	c.sleep(number, k)
	return out
}

// sleep asks to be woken when the next try of a call is due, or its deadline.
func (c *Caller) sleep(number uint32, k *call) {
	c.timers.Push(timer.Timer[due]{At: k.wakes(), What: due{number: number, turn: c.calls.turn(number), isCall: true}})
}

// resume goes on with a call that has waited.
func (c *Caller) resume(now time.Duration, number uint32, out []Effect) []Effect {
	k := c.calls.at(number)
	if c.off || now >= k.deadline {
		return c.end(now, number, k.last, out)
	}
	return c.try(now, number, out)
}

// end ends a call and tells the node how.
func (c *Caller) end(now time.Duration, number uint32, o retry.Outcome, out []Effect) []Effect {
	k := c.calls.at(number)
	request := k.request
	out = c.release(now, k, out)
	c.calls.remove(number)
	return append(out, Effect{Kind: Done, Request: request, Outcome: o})
}

// release gives up all copies of a call that are still waited for.
func (c *Caller) release(now time.Duration, k *call, out []Effect) []Effect {
	number := k.first
	k.first, k.open = 0, 0
	for number != 0 {
		a := c.attempts.at(number)
		next := a.next
		c.rules.Policy.Observe(now, c.client, retry.Cancelled)
		out = c.drop(now, number, a, retry.Cancelled, out)
		number = next
	}
	return out
}

// unlink takes an attempt out of those that its call waits for.
func (c *Caller) unlink(of, number uint32) {
	k := c.calls.at(of)
	at := &k.first
	for *at != number {
		at = &c.attempts.at(*at).next
	}
	*at = c.attempts.at(number).next
	k.open--
}
