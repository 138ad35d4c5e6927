package verdict

import (
	"fmt"
	"time"
)

// Open is what a verdict that is not final waits for.
type Open struct {
	What    string        // in words
	Waiting int64         // sales and requests that were still waiting
	Tells   time.Duration // about when a watch would tell, since the run began; zero if nobody knows
}

// owing says what is open of a run that is in its band and not settled.
func (t *trial) owing() *Open {
	i := t.lastSeen()
	o := &Open{Waiting: t.waitingAt(i)}
	what := plural(o.Waiting, "sale or request", "sales and requests")
	if b := &t.h.Buckets[i]; b.Queue == 0 {
		what = plural(o.Waiting, "sale", "sales")
	}
	o.What = what + " still wait"
	switch g, last := t.flowSince(t.post).backlog, t.h.Owed.Last; {
	case g.grows():
		o.What += fmt.Sprintf(", growing by %s a second", figure(g.perSec, 3))
	case g.falls():
		o.Tells = later(t.recorded(), t.excess(), -g.perSec)
		o.What += ", " + falling(-g.perSec, o.Tells)
	case last > t.recorded():
		o.Tells = last + time.Duration(t.cfg.Hold)*t.cfg.Window
		o.What += ", the last is due at " + clock(last)
	}
	return o
}

// falling says how fast a backlog falls.
func falling(perSec float64, empty time.Duration) string {
	return fmt.Sprintf("falling by %s a second, empty at about %s", figure(perSec, 3), clock(empty))
}

// improving says what is open of a run that is outside its band: why it may
// come back. It is nil where the balance of flows has stood for long enough and
// does not tip. Each rule needs figures that a steady or an oscillating run
// does not have.
func (t *trial) improving() *Open {
	since := t.recurring()
	o := &Open{Waiting: t.waitingAt(t.lastSeen())}
	least := t.ws[since].From + LeastScales*t.scale()
	f := t.balance()
	switch {
	case t.returning():
		o.What = "it was in its healthy band at last, but not for long enough to count"
		o.Tells = t.recorded() + time.Duration(t.cfg.Hold)*t.cfg.Window
	case t.draining(f, o):
	case since < t.since:
		o.What = "it leaves its band again and again and owes nothing in between: so near to its capacity chance does that"
	case f.rising():
		o.What = "goodput was rising"
		o.Tells = max(least, t.recorded()+f.all.length)
	case t.watched(since) < LeastScales*t.scale():
		o.What = "it is too early to tell: clients take up to " + brief(t.scale()) + " to come back"
		o.Tells = max(least, t.recorded()+t.scale())
	case f.waning():
		o.What = fmt.Sprintf("attempts were becoming fewer, %s/s after %s/s", figure(f.latter.perSec(f.latter.attempts), 3), figure(f.former.perSec(f.former.attempts), 3))
		o.Tells = t.recorded() + f.all.length
	case f.busy && f.capacity > 0 && !f.flooded() && !f.slowed():
		o.What = fmt.Sprintf("nothing holds the backlog up: %s attempts/s come where %s can be served", figure(f.attempts(), 3), figure(f.capacity, 4))
		o.Tells = later(t.recorded(), t.excess(), f.capacity-f.attempts())
	case f.hidden():
		o.What = "the backend does not tell what waits in it, and that may be becoming less"
	default:
		return nil
	}
	return o
}

// later gives when a backlog is gone that falls by so much per second.
func later(now time.Duration, backlog, perSec float64) time.Duration {
	const most = float64(365 * 24 * time.Hour)
	if perSec <= 0 {
		return now + time.Duration(most)
	}
	return now + time.Duration(min(max(backlog, 0)/perSec*float64(time.Second), most))
}

// recurring is the window in which began what is not settled; or the first
// departure, where the run has been outside for more than a third of the time
// since: settled stays between departures that come again and again are none.
func (t *trial) recurring() int {
	first, out, n := -1, 0, 0
	for _, a := range t.away {
		if from := max(a.from, t.post); a.back > from {
			if first < 0 {
				first = from
			}
			out += a.back - from
			n++
		}
	}
	if n >= leastWaves && 3*out > len(t.ws)-first {
		return min(first, t.since)
	}
	return t.since
}

// departures is how often the run has left its band since what is not settled
// began.
func (t *trial) departures() int {
	n := 0
	for _, a := range t.away {
		if a.back > t.since {
			n++
		}
	}
	return n
}

// waves says whether what the run owes has brought it down several times, so
// that it says nothing that it is inside its band just now.
func (t *trial) waves() bool { return t.departures() >= leastWaves }

// draining says whether the backlog falls, or has only just gone; or whether a
// fall cannot be excluded that would empty it within a few times as long as was
// watched.
func (t *trial) draining(f *flow, o *Open) bool {
	switch left := t.excess(); {
	case left <= 0 && t.mean(f.former.lo, f.former.hi) <= t.usual():
		return false // there was none
	case f.backlog.falls() && left <= 0:
		o.What = "the backlog had only just gone"
		o.Tells = t.recorded() + t.scale()
	case f.backlog.falls():
		o.Tells = later(t.recorded(), left, -f.backlog.perSec)
		o.What = "the backlog was " + falling(-f.backlog.perSec, o.Tells)
	case left > 0 && left/f.backlog.fastest() < mostAgain*f.all.length.Seconds():
		o.Tells = later(t.recorded(), left, f.backlog.fastest())
		o.What = fmt.Sprintf("the backlog may be falling, by up to %s a second", figure(f.backlog.fastest(), 3))
	default:
		return false
	}
	return true
}

// excess is by how much the backlog exceeds the usual.
func (t *trial) excess() float64 { return float64(t.backlog(t.lastSeen())) - t.usual() }

// returning says whether the horizon cut off a return: the last windows are
// healthy, at least two of them, and since the trigger there were no two before.
func (t *trial) returning() bool {
	var streak []cut
	longest := 0
	for _, w := range t.ws[t.post:] {
		switch {
		case w.demand == 0:
		case w.healthy:
			streak = append(streak, w)
		default:
			longest, streak = max(longest, len(streak)), nil
		}
	}
	return len(streak) >= 2 && longest < 2 &&
		!t.band.outside(measure(t.h, streak[0].lo, streak[len(streak)-1].hi), exactly)
}

// partlyBack says whether goodput is inside the band over the whole stretch on
// which the balance of flows rests, so that attempts or latency, or single
// windows, are outside.
func (t *trial) partlyBack() bool {
	f := t.balance()
	return !t.band.short(f.all, t.band.goodput, exactly)
}

// waitingAt is what waits at the end of bucket i: requests in the backend's queue,
// sales being tried, and sales in offline queues.
func (t *trial) waitingAt(i int) int64 {
	b := &t.h.Buckets[i]
	return b.Queue + b.Pending + b.Unsynced
}

// lastSeen is the last bucket after the trigger's start in which the backend
// could be asked.
func (t *trial) lastSeen() int {
	for i := t.end - 1; i > t.from; i-- {
		if !t.h.Buckets[i].Blind {
			return i
		}
	}
	return t.end - 1
}
