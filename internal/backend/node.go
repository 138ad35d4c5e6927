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
	recent   recent
	stats    Stats // Queue is kept by line
}

// NewNode starts a node that is empty. cfg must be valid, defaults may be
// missing; rng is the node's own.
func NewNode(cfg Config, rng *rand.Rand) *Node {
	cfg = cfg.WithDefaults()
	n := &Node{cfg: cfg, rng: rng, law: newLaw(cfg.Service), requests: newRoster()}
	n.line = newLine(n.requests)
	if s := cfg.Slowdown; s != nil && s.Measure == Arrivals {
		n.recent = newRecent(s.Above)
	}
	return n
}

// NewNumbered is NewNode for a driver that numbers requests from 1 and uses the
// numbers again, so that the node need not look IDs up: it takes memory for the
// highest number. Of a request that expires after its client has left it says
// Forget, since its number is free then.
func NewNumbered(cfg Config, rng *rand.Rand) *Node {
	n := NewNode(cfg, rng)
	n.requests.numbered = true
	return n
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
		return n.leave(p, out)
	}
	return n.done(p, out)
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
	if no, refused := n.refusal(ev.ID); refused {
		n.stats.Rejected++
		return append(out, no)
	}
	n.line.join(n.requests.add(ev.ID, ev.Deadline))
	return n.serve(out)
}

// refusal says whether a request is turned away at the door, and how.
func (n *Node) refusal(id uint64) (Effect, bool) {
	no := Effect{Kind: Reject, ID: id}
	switch shed := n.cfg.Shed; {
	case shed != nil && n.line.length >= shed.Queue:
		no.Reason, no.RetryAfter = Shedding, shed.RetryAfter
	case n.line.length >= int(n.cfg.Queue.Limit):
		no.Reason = QueueFull
	default:
		return no, false
	}
	return no, true
}

func (n *Node) leave(p place, out []Effect) []Effect {
	r := n.requests.at(p)
	r.left = true
	switch {
	case n.cfg.Abandoned == Continue:
		return out
	case r.serving:
		out = append(out, Effect{Kind: Halt, ID: r.id})
		n.free(p)
	default:
		n.line.remove(p)
		n.requests.drop(p)
	}
	n.stats.Halted++
	return n.serve(out)
}

func (n *Node) done(p place, out []Effect) []Effect {
	r := n.requests.at(p)
	if !r.serving {
		return out
	}
	n.stats.Served++
	if r.left {
		n.stats.Wasted++
	}
	out = append(out, Effect{Kind: Finish, ID: r.id, Waiting: !r.left})
	n.free(p)
	return n.serve(out)
}

// free ends the service of the request at p and books the time it took.
func (n *Node) free(p place) {
	r := n.requests.at(p)
	spent := n.now - r.began
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
	r.serving, r.began = true, n.now
	n.stats.Busy++
	service := n.law.draw(n.rng, n.slowed())
	return append(out, Effect{Kind: Begin, ID: r.id, Service: service})
}

// expired says whether nobody can be answered in time any more.
func (n *Node) expired(p place) bool {
	deadline := n.requests.at(p).deadline
	return n.cfg.DeadlinePropagation && deadline > 0 && n.now >= deadline
}

func (n *Node) expire(p place, out []Effect) []Effect {
	r := n.requests.at(p)
	n.stats.Rejected++
	n.stats.Expired++
	switch {
	case !r.left:
		out = append(out, Effect{Kind: Reject, ID: r.id, Reason: Expired})
	case n.requests.numbered:
		out = append(out, Effect{Kind: Forget, ID: r.id})
	}
	n.requests.drop(p)
	return out
}
