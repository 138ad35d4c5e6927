package backend

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// Node is one node of the backend. It is not safe for concurrent use.
//
// What becomes of a request:
//
//	state    event                    next      effect
//	-        Arrive, shed by order    ended     Reject Ordered
//	-        Arrive, worker free      served    Begin
//	-        Arrive, shedding         ended     Reject Shedding
//	-        Arrive, queue full       ended     Reject QueueFull
//	-        Arrive, either, dropping dropped   Drop
//	-        Arrive, no worker free   waiting
//	waiting  its turn                 served    Begin
//	waiting  its turn, expired        ended     Reject Expired, or Forget if the client has left
//	waiting  Leave, Continue          waiting
//	waiting  Leave, Stop              ended     Forget
//	served   Leave, Continue          served
//	served   Leave, Stop              ended     Halt
//	served   Gone                     served
//	served   Done                     ended     Finish
//	dropped  Leave                    ended     Forget
//	dropped  Held                     ended     HangUp
//
// With a free worker a request's turn is its arrival. Whatever ends a service
// gives the worker its next request in the same step.
type Node struct {
	rng      *rand.Rand
	now      time.Duration
	law      law
	requests *requestTable
	queue    queue
	slots    workerSlots
	recent   recent
	most     bounds
	shed     float64       // the share of arrivals that the operator has shed
	warm     time.Duration // until when service takes longer, as its cache fills
	stats    Stats         // Queue is kept by queue
	cfg      Config
}

// bounds are the declared limits as numbers, ready to compare with.
type bounds struct{ busy, queue, shed int }

func boundsOf(c Config) bounds {
	b := bounds{busy: c.Workers.Count(), queue: c.Queue.Limit.Count(), shed: math.MaxInt}
	if c.Shed != nil && c.Shed.Queue != nil {
		b.shed = *c.Shed.Queue
	}
	return b
}

// NewNode starts a node that is empty. cfg must be valid, defaults may be
// missing; rng is the node's own.
func NewNode(cfg Config, rng *rand.Rand) *Node { return start(newRequestTable(false), cfg, rng) }

// NewNumbered is NewNode for a driver that numbers requests from 1 and uses the
// numbers again, so that the node need not look IDs up: it takes memory for the
// highest number. Looking them up instead, BenchmarkFridayStorm of internal/sim runs at
// three quarters of the speed with 5,000 terminals, and at little more than half with a
// million.
func NewNumbered(cfg Config, rng *rand.Rand) *Node { return start(newRequestTable(true), cfg, rng) }

func start(requests *requestTable, cfg Config, rng *rand.Rand) *Node {
	n := &Node{requests: requests}
	n.Restart(cfg, rng)
	return n
}

// Restart begins anew, as a node of that declaration that is empty. Of what
// was before it keeps the memory and nothing else.
func (n *Node) Restart(cfg Config, rng *rand.Rand) {
	cfg = cfg.WithDefaults()
	n.requests.clear()
	*n = Node{
		cfg: cfg, rng: rng, law: newLaw(cfg.Service), most: boundsOf(cfg),
		requests: n.requests, queue: newQueue(n.requests), slots: n.slots.cleared(),
	}
	if s := cfg.Slowdown; s != nil && s.Measure == Arrivals {
		n.recent = newRecent(s.most())
	}
}

// Shed turns away that share of the requests that arrive from now on, each by a
// draw of the node's own random numbers, whatever else it does with the others:
// an operator's order, which lasts until the next one. Zero ends it. A node
// that is started again sheds nothing until it is told to.
func (n *Node) Shed(share float64) { n.shed = share }

// Step takes an event at now, the time since the run began, and appends its
// effects to out. Events of requests that have ended are ignored, and so is
// the Done of a request that is not being served. Time never runs backwards: a
// now before that of an earlier step counts as the earlier one. Step panics
// when a request arrives with the ID of one that has not ended.
func (n *Node) Step(now time.Duration, ev Event, out []Effect) []Effect {
	n.now = max(n.now, now)
	if ev.Kind == Arrive {
		return n.arrive(ev, out)
	}
	p, known := n.requests.find(ev.ID)
	if !known {
		return out
	}
	r := n.requests.at(p)
	switch {
	case r.state == dropped:
		return n.over(p, ev, out)
	case ev.Kind == Leave:
		return n.leave(p, r, out)
	case ev.Kind == Gone:
		r.left = true
	case ev.Kind == Done:
		return n.done(p, r, out)
	}
	return out
}

// over ends a dropped request, once its client has left or it was held long enough.
func (n *Node) over(p place, ev Event, out []Effect) []Effect {
	kind := Forget
	switch ev.Kind {
	case Leave:
	case Held:
		kind = HangUp
	default:
		return out
	}
	out, _ = add(out, kind, n.requests.id(p))
	n.requests.drop(p)
	return out
}

// Look reads a little of what a step about a request of a numbered node will
// need, so that it comes into the caches, and changes nothing. What it gives
// has no meaning.
func (n *Node) Look(id uint64) uint32 {
	if id >= uint64(n.requests.length) { //nolint:gosec // not negative
		return 0
	}
	return uint32(n.requests.at(place(id)).state) //nolint:gosec // below length
}

// Stats gives the counts so far.
func (n *Node) Stats() Stats {
	s := n.stats
	s.Queue = n.queue.length
	return s
}

func (n *Node) arrive(ev Event, out []Effect) []Effect {
	if _, known := n.requests.find(ev.ID); known {
		panic(fmt.Sprintf("backend: request %d arrived again before it ended", ev.ID))
	}
	n.stats.Arrived++
	n.recent.note(n.now)
	if reason := n.refusal(); reason != 0 {
		return n.refuse(ev, reason, out)
	}
	n.queue.push(n.requests.add(ev.ID, ev.Deadline))
	return n.serve(out)
}

// refusal says why a request is turned away at once, or nothing.
func (n *Node) refusal() Reason {
	switch {
	case n.shed > 0 && n.rng.Float64() < n.shed:
		return Ordered
	case n.stats.Busy < n.most.busy:
		return 0
	case n.queue.length >= n.most.shed:
		return Shedding
	case n.queue.length >= n.most.queue:
		return QueueFull
	}
	return 0
}

// refuse turns a request away as declared for the reason.
func (n *Node) refuse(ev Event, why Reason, out []Effect) []Effect {
	n.stats.Rejected++
	how := Rejecting
	switch why {
	case Ordered:
		n.stats.Ordered++
	case Shedding:
		how = n.cfg.Shed.Refusal
	case QueueFull:
		how = n.cfg.Queue.Overflow
	}
	if how == Dropping {
		n.requests.at(n.requests.add(ev.ID, ev.Deadline)).state = dropped
		out, e := add(out, Drop, ev.ID)
		e.Reason = why
		return out
	}
	return n.reject(ev.ID, why, out)
}

func (n *Node) reject(id uint64, why Reason, out []Effect) []Effect {
	out, e := add(out, Reject, id)
	e.Reason = why
	if why == Shedding {
		e.For = n.cfg.Shed.RetryAfter
	}
	return out
}

func (n *Node) leave(p place, r *request, out []Effect) []Effect {
	r.left = true
	switch {
	case n.cfg.Abandoned == Continue:
		return out
	case r.state == serving:
		out, _ = add(out, Halt, n.requests.id(p))
		n.free(p, r)
	default:
		out, _ = add(out, Forget, n.requests.id(p))
		n.queue.remove(p)
		n.requests.drop(p)
	}
	n.stats.Halted++
	return n.serve(out)
}

func (n *Node) done(p place, r *request, out []Effect) []Effect {
	if r.state != serving {
		return out
	}
	n.stats.Served++
	if r.left {
		n.stats.Wasted++
	}
	out, e := add(out, Finish, n.requests.id(p))
	e.Waiting = !r.left
	n.free(p, r)
	return n.serve(out)
}

// free ends the service of the request at p and books the time it took.
func (n *Node) free(p place, r *request) {
	spent := n.now - n.slots.release(r.worker)
	n.stats.Worked += spent
	if r.left {
		n.stats.InVain += spent
	}
	n.stats.Busy--
	n.requests.drop(p)
}

// serve gives every free worker its next request.
func (n *Node) serve(out []Effect) []Effect {
	for n.stats.Busy < n.most.busy && n.queue.length > 0 {
		p := n.queue.pop(n.cfg.Queue.Discipline)
		if n.expired(p) {
			out = n.expire(p, out)
			continue
		}
		out = n.begin(p, out)
	}
	return out
}

func (n *Node) begin(p place, out []Effect) []Effect {
	r := n.requests.at(p)
	r.state, r.worker = serving, n.slots.occupy(n.now)
	n.stats.Busy++
	out, e := add(out, Begin, n.requests.id(p))
	e.For = n.law.draw(n.rng, n.slowed()*n.cold())
	return out
}

// expired says whether nobody can be answered in time any more.
func (n *Node) expired(p place) bool {
	if !n.cfg.DeadlinePropagation {
		return false
	}
	deadline := n.requests.deadline(p)
	return deadline > 0 && n.now >= deadline
}

func (n *Node) expire(p place, out []Effect) []Effect {
	r := n.requests.at(p)
	n.stats.Rejected++
	n.stats.Expired++
	if r.left {
		out, _ = add(out, Forget, n.requests.id(p))
	} else {
		out = n.reject(n.requests.id(p), Expired, out)
	}
	n.requests.drop(p)
	return out
}
