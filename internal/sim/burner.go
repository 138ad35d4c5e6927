package sim

import (
	"math"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
)

// never is a time that does not come.
const never = time.Duration(math.MaxInt64)

// burner is processors that burned work shares equally: with q of them and b
// services under way, each goes on at the rate min(1, q/b). It keeps how much
// processor time a service has been given that ran all the time; a service
// ends when that has grown by what it needs (the virtual time of generalised
// processor sharing: A. K. Parekh and R. G. Gallager, IEEE/ACM Transactions on
// Networking 1(3), 1993). So a change of the rate costs nothing.
type burner struct {
	cpus  float64       // processors; as many as it takes if zero
	busy  int           // services under way
	given float64       // ns of processor time up to at
	at    time.Duration // when given was brought up to date
	still bool          // nothing goes on
	heap  []burning     // by end; may hold services that have come to nothing
	due   time.Duration // when the event comes that was asked for
	turn  uint32        // of that event
}

type burning struct {
	end float64 // of given
	ticket
}

func (b *burner) rate() float64 {
	switch {
	case b.still:
		return 0
	case b.cpus == 0 || float64(b.busy) <= b.cpus:
		return 1
	}
	return b.cpus / float64(b.busy)
}

// bring brings given up to date; before anything that changes the rate.
func (b *burner) bring(now time.Duration) {
	b.given += float64(now-b.at) * b.rate()
	b.at = now
	if b.busy == 0 && len(b.heap) == 0 {
		b.given = 0 // small figures are exact
	}
}

// add begins a service.
func (b *burner) add(now, service time.Duration, t ticket) {
	b.bring(now)
	b.busy++
	b.push(burning{end: b.given + float64(service), ticket: t})
}

// stop ends a service before its time; whose ticket it is does not matter.
func (b *burner) stop(now time.Duration) {
	b.bring(now)
	b.busy--
}

// share changes the processors; stand lets everything stand still or go on.
func (b *burner) share(now time.Duration, cpus float64) {
	b.bring(now)
	b.cpus = cpus
}

func (b *burner) stand(now time.Duration, still bool) {
	b.bring(now)
	b.still = still
}

// over says whether the first service has had all it needs, to a nanosecond.
func (b *burner) over() bool { return len(b.heap) > 0 && b.heap[0].end <= b.given+1 }

// next is when the first service ends if nothing changes.
func (b *burner) next() time.Duration {
	rate := b.rate()
	if len(b.heap) == 0 || rate == 0 {
		return never
	}
	left := math.Ceil(max(b.heap[0].end-b.given, 0) / rate)
	if left >= float64(never-b.at) {
		return never
	}
	return b.at + time.Duration(left)
}

// nextBurnt asks for an event at the end of the first service, unless one is
// to come before: that one will look again.
func (r *run) nextBurnt() {
	b := &r.burner
	for len(b.heap) > 0 && !r.requests.is(b.heap[0].number, b.heap[0].turn) {
		b.pop()
	}
	if at := b.next(); at < b.due {
		b.due = at
		b.turn = (b.turn + 1) & turnMask
		r.at(at, 0, burns|b.turn)
	}
}

// burnt ends the services that have had all they need.
func (r *run) burnt() {
	b := &r.burner
	b.due = never
	b.bring(r.now)
	for b.over() {
		t := b.pop().ticket
		if r.requests.is(t.number, t.turn) {
			b.busy--
			r.tell(backend.Event{Kind: backend.Done, ID: uint64(t.number)})
		}
	}
	r.nextBurnt()
}

// push and pop keep the heap of services, the first to end on top.
func (b *burner) push(x burning) {
	b.heap = append(b.heap, x)
	h := b.heap
	i := len(h) - 1
	for ; i > 0 && h[(i-1)/2].end > x.end; i = (i - 1) / 2 {
		h[i] = h[(i-1)/2]
	}
	h[i] = x
}

func (b *burner) pop() burning {
	h := b.heap
	first, x := h[0], h[len(h)-1]
	h = h[:len(h)-1]
	b.heap = h
	i := 0
	for child := 1; child < len(h); child = 2*i + 1 {
		if child+1 < len(h) && h[child+1].end < h[child].end {
			child++
		}
		if x.end <= h[child].end {
			break
		}
		h[i] = h[child]
		i = child
	}
	if len(h) > 0 {
		h[i] = x
	}
	return first
}
