package backend

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Node is one node of the backend. It is not safe for concurrent use.
//
// What becomes of a request:
//
//	state    event                    next      effect
//	-        Arrive, shedding         ended     Reject Shedding
//	-        Arrive, queue full       ended     Reject QueueFull
//	-        Arrive, worker free      served    Begin
//	-        Arrive, no worker free   waiting
//	waiting  its turn                 served    Begin
//	waiting  its turn, expired        ended     Reject Expired, unless the client has left
//	waiting  Leave, Continue          waiting
//	waiting  Leave, Stop              ended
//	served   Leave, Continue          served
//	served   Leave, Stop              ended     Halt
//	served   Done                     ended     Finish
//
// With a free worker a request's turn is its arrival. Whatever ends a service
// gives the worker its next request in the same step.
type Node struct {
	cfg      Config
	rng      *rand.Rand
	now      time.Duration
	law      law
	requests *roster
	line     line
	crew     crew
	recent   recent
	stats    Stats // Queue is kept by line
}

// NewNode starts a node that is empty. cfg must be valid, defaults may be
// missing; rng is the node's own.
func NewNode(cfg Config, rng *rand.Rand) *Node { return start(newRoster(false), cfg, rng) }

// NewNumbered is NewNode for a driver that numbers requests from 1 and uses the
// numbers again, so that the node need not look IDs up: it takes memory for the
// highest number. Of a request that expires after its client has left it says
// Forget, since its number is free then.
func NewNumbered(cfg Config, rng *rand.Rand) *Node { return start(newRoster(true), cfg, rng) }

func start(requests *roster, cfg Config, rng *rand.Rand) *Node {
	n := &Node{requests: requests}
	n.Restart(cfg, rng)
	return n
}

// Restart begins anew, as a node of that declaration that is empty. Of what
// was before it keeps the memory and nothing else.
func (n *Node) Restart(cfg Config, rng *rand.Rand) {
	cfg = cfg.WithDefaults()
	n.requests.clear()
	*n = Node{cfg: cfg, rng: rng, law: newLaw(cfg.Service), requests: n.requests, line: newLine(n.requests), crew: n.crew.dismissed()}
	if s := cfg.Slowdown; s != nil && s.Measure == Arrivals {
		n.recent = newRecent(s.Above)
	}
}

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
	if ev.Kind == Leave {
		return n.leave(p, n.requests.at(p), out)
	}
	return n.done(p, n.requests.at(p), out)
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
	s.Queue = n.line.length
	return s
}

func (n *Node) arrive(ev Event, out []Effect) []Effect {
	if _, known := n.requests.find(ev.ID); known {
		panic(fmt.Sprintf("backend: request %d arrived again before it ended", ev.ID))
	}
	n.stats.Arrived++
	n.recent.note(n.now)
	if reason := n.refusal(); reason != 0 {
		n.stats.Rejected++
		return n.reject(ev.ID, reason, out)
	}
	n.line.join(n.requests.add(ev.ID, ev.Deadline))
	return n.serve(out)
}

// refusal says why a request is turned away at the door, or nothing.
func (n *Node) refusal() Reason {
	switch shed := n.cfg.Shed; {
	case shed != nil && n.line.length >= shed.Queue:
		return Shedding
	case n.line.length >= int(n.cfg.Queue.Limit):
		return QueueFull
	}
	return 0
}

func (n *Node) reject(id uint64, why Reason, out []Effect) []Effect {
	out, e := add(out, Reject, id)
	e.Reason = why
	if why == Shedding {
		e.RetryAfter = n.cfg.Shed.RetryAfter
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
		n.line.remove(p)
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
	spent := n.now - n.crew.dismiss(r.worker)
	n.stats.Worked += spent
	if r.left {
		n.stats.InVain += spent
	}
	n.stats.Busy--
	n.requests.drop(p)
}

// serve gives every free worker its next request.
func (n *Node) serve(out []Effect) []Effect {
	for n.stats.Busy < n.cfg.Workers && n.line.length > 0 {
		p := n.line.next(n.cfg.Queue.Discipline)
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
	r.state, r.worker = serving, n.crew.hire(n.now)
	n.stats.Busy++
	out, e := add(out, Begin, n.requests.id(p))
	e.Service = n.law.draw(n.rng, n.slowed())
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
	switch {
	case !r.left:
		out = n.reject(n.requests.id(p), Expired, out)
	case n.requests.numbered:
		out, _ = add(out, Forget, n.requests.id(p))
	}
	n.requests.drop(p)
	return out
}
