package caller

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/timer"
)

// Caller makes the calls of one node over one link. It is not safe for concurrent
// use.
//
// A call goes through these states:
//
//	being tried | a copy is acknowledged          | ended OK
//	            | the policy wants a retry        | waiting, for the delay
//	            | the policy gives up             | ended
//	            | the breaker lets nothing out    | a failed try that was never sent
//	            | retries are switched off        | ended, once its first try has failed
//	waiting     | the delay is over               | being tried
//	any         | its deadline passes             | ended
//	any         | Abandon                         | ended, without a word
type Caller struct {
	cfg      Config
	rules    Rules
	client   *retry.Client // shared by all calls: the budget and the breaker
	rng      *rand.Rand
	off      bool // retries are switched off
	calls    table[call]
	attempts table[attempt]
	timers   timer.Heap[due]
	choice   choice
	pool     *Pool[uint32] // nil where connections are not bounded
	stats    []Stats       // by target
}

// call is a request's call over the link.
type call struct {
	request  uint64
	session  retry.Session
	last     retry.Outcome // of the last try that failed
	deadline time.Duration
	due      time.Duration // when the next try is due; Never while one is under way
	tenant   uint32
	first    uint32 // of its attempts that are waited for
	open     int32  // how many these are
}

// attempt is one copy of a try, waiting for a connection or sent.
type attempt struct {
	call    uint32
	turn    uint32 // of the call
	next    uint32 // the next one of the call that is waited for
	target  uint16
	queued  bool // waits for a connection
	overdue bool // runs on after its time; only an acknowledgement still counts
	expires time.Duration
}

// Never is a time that does not come.
const Never = time.Duration(math.MaxInt64)

// EffectKind is what the node is to do for its caller.
type EffectKind uint8

// The effects.
const (
	Send   EffectKind = iota // send an attempt to a target, and tell Ended when it ends by itself
	Cancel                   // close the connection of an attempt; no Ended is wanted
	Done                     // the call of a request has ended with Outcome
)

// Effect is something that the node is to do, in order.
type Effect struct {
	Kind    EffectKind
	Number  uint32        // Send, Cancel: of the attempt; used again once it has ended
	Target  uint16        // Send: by its index in To
	Request uint64        // Send, Done
	Timeout time.Duration // Send: how long the answer is waited for
	Outcome retry.Outcome // Done
}

// New makes the caller of a valid declaration; rng is its own.
func New(cfg Config, rng *rand.Rand) *Caller {
	c := &Caller{cfg: cfg, rules: Rules{Policy: retry.NewPolicy(cfg.Retry), Timeout: cfg.Timeout}, rng: rng}
	c.stats = make([]Stats, len(cfg.To))
	c.choice = newChoice(cfg)
	c.Reset(rng)
	return c
}

// Reset forgets everything under way, without a word, and begins anew as a process
// does that is started; what was counted stays.
func (c *Caller) Reset(rng *rand.Rand) {
	c.rng, c.off = rng, false
	c.client = c.rules.Policy.NewClient()
	c.calls.clear()
	c.attempts.clear()
	c.timers = c.timers[:0]
	named := c.choice.named
	c.choice = newChoice(c.cfg)
	c.choice.named = named
	c.pool = nil
	if c.cfg.Connections.Pool > 0 {
		c.pool = NewPool[uint32](c.cfg.Connections.Pool)
	}
}

// Find has a name say where each attempt goes, in place of the declared target.
func (c *Caller) Find(by Resolver) { c.choice.named = by }

// SwitchRetries switches retries off, or on again.
func (c *Caller) SwitchRetries(off bool) { c.off = off }

// Stats gives the counts of each target so far.
func (c *Caller) Stats() []Stats { return c.stats }

// Begin begins a call for a request, whose own deadline is Never where there is
// none, and gives its number. The call may have ended when Begin returns.
func (c *Caller) Begin(now time.Duration, request uint64, tenant uint32, deadline time.Duration, out []Effect) (uint32, []Effect) {
	number, k := c.calls.add()
	k.request, k.tenant, k.due, k.deadline = request, tenant, now, deadline
	if d := c.cfg.Deadline; d > 0 && d < deadline-now {
		k.deadline = now + d
	}
	c.rules.Policy.First(now, c.client)
	return number, c.try(now, number, out)
}

// Abandon ends a call whose request is no more.
func (c *Caller) Abandon(now time.Duration, number uint32, out []Effect) []Effect {
	if k := c.calls.at(number); k != nil {
		out = c.release(now, k, out)
		c.calls.remove(number)
	}
	return out
}

// CancelAll closes the connections of all attempts, as the end of a process does.
func (c *Caller) CancelAll(out []Effect) []Effect {
	c.attempts.each(func(number uint32, a *attempt) {
		if !a.queued {
			out = append(out, Effect{Kind: Cancel, Number: number})
		}
	})
	return out
}

// Ended takes the end of an attempt that was sent. One that is unknown is ignored.
func (c *Caller) Ended(now time.Duration, number uint32, o retry.Outcome, out []Effect) []Effect {
	a := c.attempts.at(number)
	if a == nil || a.queued {
		return out
	}
	of := a.call
	c.count(a, o.Cause)
	if a.overdue {
		alive := c.calls.is(of, a.turn)
		if out = c.free(now, number, out); alive && o.Cause == retry.OK {
			out = c.end(now, of, o, out)
		}
		return out
	}
	c.rules.Policy.Observe(now, c.client, o.Cause)
	c.unlink(of, number)
	out = c.free(now, number, out)
	if o.Cause == retry.OK {
		return c.end(now, of, o, out)
	}
	return c.missed(now, of, o, out)
}

// Due is when Wake is next to be told; Never if there is nothing to come.
func (c *Caller) Due() time.Duration {
	for len(c.timers) > 0 && !c.valid(c.timers[0]) {
		c.timers.Pop()
	}
	if len(c.timers) == 0 {
		return Never
	}
	return c.timers[0].At
}

// Wake does everything that is due.
func (c *Caller) Wake(now time.Duration, out []Effect) []Effect {
	for c.Due() <= now {
		d := c.timers.Pop().What
		if d.isCall {
			out = c.resume(now, d.number, out)
		} else {
			out = c.expire(now, d.number, out)
		}
	}
	return out
}

// valid says whether a timer still stands for something.
func (c *Caller) valid(t timer.Timer[due]) bool {
	d := &t.What
	if d.isCall {
		return c.calls.is(d.number, d.turn) && c.calls.at(d.number).wakes() == t.At
	}
	return c.attempts.is(d.number, d.turn) && !c.attempts.at(d.number).overdue
}

// wakes is when a call that waits goes on, or gives up.
func (k *call) wakes() time.Duration { return min(k.due, k.deadline) }

// count counts how an attempt ended that had been sent.
func (c *Caller) count(a *attempt, cause retry.Cause) { c.stats[a.target].Outcomes[cause]++ }
