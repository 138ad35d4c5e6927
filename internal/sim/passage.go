package sim

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/network"
	"github.com/retrystorm/retrystorm/internal/node"
	"github.com/retrystorm/retrystorm/internal/protocol"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// stage is how far a request on a link has come.
type stage uint8

const (
	opening   stage = iota // its connection is being opened
	sending                // it is sent, or sent again
	arriving               // it is under way
	served                 // it is at its node
	leaving                // so it is, and that its client has left is under way
	answering              // its answer is sent, or sent again
	returning              // its answer is under way
	silent                 // its node has ended it, and its client never hears of that
)

// passage is a request on a link that the timeline strikes, until its end.
type passage struct {
	wire    *wire
	stage   stage
	due     uint32 // the event that moves it on; no other one does
	try     int
	waits   time.Duration // its client, when it was sent
	outcome retry.Outcome // its answer
	leaves  time.Duration // when its node hears that its client has left; see never
}

// never is when a node hears of a client that has left where that is lost.
const never = -1

// enter sends a request over a link, and says whether the timeline strikes that.
func (r *run) enter(p uint32, q *request, waits time.Duration) bool {
	w := r.wires.of(q)
	if w == nil {
		return false
	}
	v := &passage{wire: w, waits: waits, stage: opening}
	r.wires.under[p] = v
	q.place = transit
	if r.takeIdle(w, q) {
		v.stage = sending
	}
	r.advanceOn(p, q, v)
	return true
}

// later lets a passage go on at a moment, at this one at once.
func (r *run) later(p uint32, q *request, v *passage, at time.Duration, s stage, try int) {
	v.stage, v.try = s, try
	if at == r.now {
		r.advanceOn(p, q, v)
		return
	}
	r.wires.serial = r.wires.serial%turnMask + 1
	v.due = r.wires.serial
	r.at(at, p, strikes|v.due)
}

// moveOn takes up the event of a passage.
func (r *run) moveOn(p, turn uint32) {
	if v := r.wires.under[p]; v != nil && v.due == turn {
		r.advanceOn(p, r.requests.at(p), v)
	}
}

// advanceOn does what is due in a passage's stage.
func (r *run) advanceOn(p uint32, q *request, v *passage) {
	v.due = 0
	link := v.wire.link
	switch v.stage {
	case opening:
		switch o := link.Connect(r.now, v.try); o.Fate {
		case network.Arrives:
			r.later(p, q, v, o.At, sending, 0)
		case network.Again:
			r.later(p, q, v, o.At, opening, v.try+1)
		default:
			r.finish(p, q, retry.Outcome{Cause: retry.Refused})
		}
	case sending:
		r.sent(p, q, v, link.Send(r.now, fault.There, sizeOf(q, v, r.now), v.try), arriving)
	case arriving:
		r.comeIn(p, q, v)
	case leaving:
		r.tellLeft(p, q)
	case answering:
		r.sent(p, q, v, link.Send(r.now, fault.Back, protocol.AnswerBytes, v.try), returning)
	case returning:
		if !ofConnection(v.outcome) {
			r.giveIdle(v.wire, q)
		}
		r.finish(p, q, v.outcome)
	case served, silent:
	}
}

// sent goes on with a message of which is known what becomes of it.
func (r *run) sent(p uint32, q *request, v *passage, o network.Outcome, next stage) {
	switch o.Fate {
	case network.Arrives:
		r.later(p, q, v, o.At, next, 0)
	case network.Again:
		r.later(p, q, v, o.At, v.stage, v.try+1)
	default:
		r.finish(p, q, retry.Outcome{Cause: retry.Reset})
	}
}

// comeIn lets a request come to its node; its client may have left meanwhile.
func (r *run) comeIn(p uint32, q *request, v *passage) {
	v.stage = served
	r.arrive(p, q, v.waits)
	if r.wires.under[p] == v && v.stage == served && q.left && v.leaves != never {
		r.later(p, q, v, max(r.now, v.leaves), leaving, 0)
	}
}

// goBack sends the answer of a node over the link that its request came on, and says
// whether the timeline strikes that. The end of a connection is sent once only.
func (r *run) goBack(p uint32, q *request, o retry.Outcome) bool {
	v := r.wires.under[p]
	if v == nil || q.left {
		return false
	}
	q.place, v.outcome = transit, o
	if !ofConnection(o) {
		r.later(p, q, v, r.now, answering, 0)
		return true
	}
	v.stage, v.due = silent, 0
	if at, arrives := v.wire.link.Signal(r.now, fault.Back); arrives {
		r.later(p, q, v, at, returning, 0)
	}
	return true
}

// hangUp closes the connection of a request whose client has left, and says whether
// the timeline strikes its link. What is not under way yet is never sent.
func (r *run) hangUp(p uint32, q *request) bool {
	v := r.wires.under[p]
	if v == nil {
		return false
	}
	if v.stage != arriving && v.stage != served {
		r.drop(p, q)
		return true
	}
	at, arrives := v.wire.link.Signal(r.now, fault.There)
	switch {
	case !arrives:
		v.leaves = never
	case v.stage == arriving:
		v.leaves = at
	default:
		r.later(p, q, v, at, leaving, 0)
	}
	return true
}

// tellLeft tells a node at once that a request's client has left.
func (r *run) tellLeft(p uint32, q *request) {
	r.tell(q.node, &node.Event{Kind: node.Leave, ID: uint64(p)})
}

// ofConnection says whether an outcome is the end of a connection, and no answer.
func ofConnection(o retry.Outcome) bool { return o.Cause == retry.Refused || o.Cause == retry.Reset }

// sizeOf is what a request takes on the wire, but for a digit or two.
func sizeOf(q *request, v *passage, now time.Duration) int {
	var buf [256]byte
	return len(protocol.Request{Terminal: q.term, Sale: q.attempt, SoldAt: now, Waits: v.waits}.Append(buf[:0]))
}
