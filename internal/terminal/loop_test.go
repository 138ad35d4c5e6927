package terminal

import (
	"cmp"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// fate is what becomes of an attempt that goes out.
type fate struct {
	outcome retry.Outcome
	after   time.Duration
	lost    bool // no answer ever comes
	twice   bool // and then comes once more
}

// pending is an event that has not happened yet.
type pending struct {
	at  time.Duration
	seq int
	ev  Event
}

// loop drives one terminal in virtual time, as simply as can be.
type loop struct {
	term  *Terminal
	fates []fate
	lag   time.Duration // how late every wake comes
	queue []pending
	seq   int
	sent  int
	wake  int  // the number of the only wake that still counts
	eager bool // every wake counts
	// rank orders the events of one moment by their kind, the lowest first; those
	// of the same rank come as they were pushed.
	rank [Reply + 1]int
	see  func(now time.Duration, ev Event, effects []Effect)
}

func (l *loop) push(at time.Duration, ev Event) {
	l.seq++
	l.queue = append(l.queue, pending{at: at, seq: l.seq, ev: ev})
}

// pop takes the earliest event, of several the one of the lowest rank, of several
// of these the one that was pushed first.
func (l *loop) pop() pending {
	least := 0
	for i := range l.queue {
		if l.before(&l.queue[i], &l.queue[least]) {
			least = i
		}
	}
	p := l.queue[least]
	l.queue = slices.Delete(l.queue, least, least+1)
	return p
}

func (l *loop) before(p, q *pending) bool {
	return cmp.Or(cmp.Compare(p.at, q.at), cmp.Compare(l.rank[p.ev.Kind], l.rank[q.ev.Kind]), cmp.Compare(p.seq, q.seq)) < 0
}

// next says when the next event is due.
func (l *loop) next() time.Duration {
	at := never
	for _, p := range l.queue {
		at = min(at, p.at)
	}
	return at
}

// start steps the terminal's first wake.
func (l *loop) start() { l.step(0, Event{Kind: Wake}) }

// advance lets one event happen and gives its time.
func (l *loop) advance(now time.Duration) time.Duration {
	p := l.pop()
	now = max(now, p.at)
	if p.ev.Kind == Wake && p.seq != l.wake && !l.eager {
		return now
	}
	l.step(now, p.ev)
	return now
}

func (l *loop) step(now time.Duration, ev Event) {
	effects := l.term.Step(now, ev, nil)
	if l.see != nil {
		l.see(now, ev, effects)
	}
	for _, e := range effects {
		switch e.Kind {
		case WakeAt:
			l.push(e.At+l.lag, Event{Kind: Wake})
			l.wake = l.seq
		case Send:
			l.answer(now, e)
		}
	}
}

func (l *loop) answer(now time.Duration, e Effect) {
	f := l.fates[l.sent%len(l.fates)]
	l.sent++
	reply := Event{Kind: Reply, Attempt: e.Attempt, Outcome: f.outcome}
	if !f.lost {
		l.push(now+f.after, reply)
	}
	if f.twice {
		l.push(now+2*f.after, reply)
	}
}

// run drives the terminal up to the horizon.
func (l *loop) run(horizon time.Duration) {
	l.start()
	for now := time.Duration(0); l.next() < horizon; {
		now = l.advance(now)
	}
}

// drawWait draws a time from a millisecond up.
func drawWait(t *rapid.T, name string, most time.Duration) time.Duration {
	return time.Duration(rapid.Int64Range(1, most.Milliseconds()).Draw(t, name)) * time.Millisecond
}

// drawFates draws what becomes of the attempts, in turn.
func drawFates(t *rapid.T) []fate {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) fate {
		f := fate{after: drawWait(t, "after", 8*time.Second) + 20*time.Millisecond}
		f.outcome.Cause = rapid.SampledFrom([]retry.Cause{
			retry.OK, retry.OK, retry.Refused, retry.Reset, retry.Rejected, retry.Failed,
		}).Draw(t, "cause")
		if f.outcome.Cause == retry.Rejected && rapid.Bool().Draw(t, "retry after") {
			f.outcome.RetryAfter = drawWait(t, "retry after", 10*time.Second)
		}
		f.lost = rapid.IntRange(0, 4).Draw(t, "lost") == 0
		f.twice = rapid.IntRange(0, 4).Draw(t, "twice") == 0
		return f
	}), 1, 12).Draw(t, "fates")
}

// drawRetry draws a retry policy that is valid.
func drawRetry(t *rapid.T) retry.Config {
	c := retry.Config{Backoff: retry.Backoff(rapid.IntRange(0, 4).Draw(t, "backoff"))}
	if c.Backoff >= retry.Constant {
		c.Base = drawWait(t, "base", 3*time.Second)
		c.Jitter = retry.Jitter(rapid.IntRange(0, 3).Draw(t, "jitter"))
	}
	if c.Backoff != retry.None {
		c.MaxAttempts = field.Limit(rapid.SampledFrom([]int{0, 1, 5, int(field.Unbounded)}).Draw(t, "max"))
		if rapid.Bool().Draw(t, "budgeted") {
			c.Budget = &retry.Budget{Ratio: 0.5, PerSec: 0.1, Tokens: 2}
		}
	}
	return c
}

// drawConfig draws a cohort that is valid.
func drawConfig(t *rapid.T) Config {
	c := Config{
		Cohort: "drawn", Terminals: 1, Timeout: drawWait(t, "timeout", 4*time.Second) + 50*time.Millisecond, Retry: drawRetry(t),
		Cancel: Cancellation(rapid.IntRange(0, 1).Draw(t, "cancel")),
	}
	c.Sale.Every = drawWait(t, "every", 10*time.Second) + 500*time.Millisecond
	c.Sale.Arrival = Arrival(rapid.IntRange(0, 1).Draw(t, "arrival"))
	c.Sale.Deadline = drawWait(t, "deadline", 8*time.Second)
	c.Retry.Parallel = rapid.IntRange(0, 3).Draw(t, "parallel")
	if rapid.Bool().Draw(t, "breaker") {
		c.Retry.Breaker = &retry.Breaker{Calls: 2, Open: drawWait(t, "open", 5*time.Second) + 10*time.Millisecond, HalfOpen: 2}
	}
	if rapid.Bool().Draw(t, "offline") {
		c.Offline = &Offline{After: drawWait(t, "rest", 5*time.Second), Retry: drawRetry(t)}
		c.Offline.Retry.Budget = nil
		c.Offline.Capacity = field.Limit(rapid.SampledFrom([]int{0, 1, 3}).Draw(t, "capacity"))
		c.Offline.Pace = drawWait(t, "pace", time.Second) - time.Millisecond
		drawSync(t, c.Offline)
	}
	if rapid.IntRange(0, 2).Draw(t, "hours") == 0 { // of which the test sees the first closing and the next opening
		c.Starts = 5*time.Hour - time.Second
		opens := drawWait(t, "opens", 15*time.Second)
		c.Hours = &Hours{Open: c.Starts + opens, Close: c.Starts + opens + drawWait(t, "open for", 15*time.Second)}
		c.Demand = []fault.Point{{Times: 3}, {At: c.Hours.Open + time.Second, Times: rapid.SampledFrom([]float64{0.5, 2}).Draw(t, "times")}}
	}
	if err := c.Validate(); err != nil {
		t.Fatalf("drew a wrong declaration: %v", err)
	}
	return c
}

// drawSync draws how a queue is synced.
func drawSync(t *rapid.T, o *Offline) {
	o.Jitter = Spread(rapid.IntRange(0, 1).Draw(t, "spread"))
	o.Order = Order(rapid.IntRange(0, 1).Draw(t, "order"))
	if o.Order == AnyOrder {
		o.Parallel = rapid.IntRange(0, 4).Draw(t, "syncs")
	}
	o.BusinessDate = BusinessDate(rapid.IntRange(0, 1).Draw(t, "date"))
	o.Payments = new(rapid.IntRange(0, 3).Draw(t, "payments") > 0)
}

// drawTimeline draws a spike or none.
func drawTimeline(t *rapid.T) []fault.Event {
	if rapid.Bool().Draw(t, "calm") {
		return nil
	}
	return []fault.Event{{
		Kind: fault.Spike, At: drawWait(t, "spike at", 20*time.Second), For: drawWait(t, "for", 20*time.Second), Times: 4,
	}}
}
