package backend

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/store"
)

// EventKind is what happens to a node.
type EventKind uint8

// The events.
const (
	Arrive EventKind = iota // a request came in
	Leave                   // its client has left: the connection closed or timed out
	Done                    // its service has ended, as Begin announced
	Held                    // it was dropped, and has been held for Hold
	Gone                    // its client has left, and its service goes on whatever Abandoned says
)

// Event is something that happens to a node.
type Event struct {
	Kind EventKind
	ID   uint64 // of the request; unique among those that have not ended
	// Deadline is when the client stops waiting, since the run began; only of
	// an Arrive, and zero if the request carries none.
	Deadline time.Duration
}

// EffectKind is what a driver is to do.
type EffectKind uint8

// The effects. Every request ends with exactly one of Finish, Reject, HangUp, Halt
// and Forget.
const (
	Begin  EffectKind = iota // serve the request For so long, then step Done
	Finish                   // the service is done: record the sale, and answer if Waiting
	Reject                   // answer that the request is turned away
	Drop                     // leave the request without an answer, then step Held after Hold
	HangUp                   // close the connection of a dropped request
	Halt                     // stop serving the request; no Done follows
	Forget                   // nothing more comes of the request, and nobody waits for it
	Own                      // the first kind that internal/node has of its own
)

// Hold is how long the connection of a dropped request stays open. A client
// that is still there then sees it close, so that what waits for ever costs the
// driver nothing for ever. It is the time after which load balancers close a
// connection on which nothing is sent (the idle timeout of AWS's Application
// Load Balancer is 60 s unless set otherwise), and longer than most clients wait.
const Hold = time.Minute

// Reason is why a request was rejected.
type Reason uint8

// The reasons to reject.
const (
	QueueFull Reason = iota + 1 // the queue is at its limit
	Shedding                    // the queue is at the shedding bound
	Expired                     // its own deadline passed before its service began
	Ordered                     // the operator had a share of the requests shed
	ReadOnly                    // the node is a copy that takes no writes
)

// Effect is something a driver is to do, in order. It is that of a whole node, so that
// internal/node need not copy those of its queue and workers; what is only said of
// calls to other nodes is never set here.
type Effect struct {
	Kind    EffectKind
	Reason  Reason        // Reject, Drop
	Cause   retry.Cause   // Fail: how the last attempt of the call ended
	Waiting bool          // Finish, Fail: the client is still there
	Target  uint16        // Call: which of the link's nodes, by its index in To
	Failure store.Failure // Fail: how the node's own disk failed; None where something else did
	Known   bool          // Finish: the sale had been recorded before
	Attempt Attempt       // Call, CancelCall
	ID      uint64        // the request; of none of Reset, CancelCall and WakeAt
	// For is how long: Begin, the service takes; Call, the answer is waited for;
	// Reject and Fail, the client is to wait before it tries again, or not told if
	// zero. Of WakeAt it is when. A field for each would cost 5 % of the speed of
	// BenchmarkFridayStorm/5000 in internal/sim.
	For time.Duration
}

// Attempt is one attempt of a call that has not ended: the link, by its index
// in the node's Calls, and a number that the link uses again once it has ended.
type Attempt struct {
	Link   uint16
	Number uint32
}

// add puts an effect behind the others and gives it, to be filled in at once,
// field by field where it lies: a processor that copies one in wide pieces,
// right after it was put together from small ones, has to wait until all those
// are in memory. That, here and in internal/terminal, makes BenchmarkFridayStorm of
// internal/sim 5 to 7 % faster.
func add(out []Effect, kind EffectKind, id uint64) ([]Effect, *Effect) {
	out = append(out, Effect{})
	e := &out[len(out)-1]
	e.Kind, e.ID = kind, id
	return out, e
}

// Stats counts what a node has done since it started.
//
// After every step each request that came in is in exactly one place:
//
//	Arrived = Served + Rejected + Halted + Queue + Busy
//
// Rejected counts every request turned away, with one Reject or Drop effect for
// each whose client still waits; a request that expires after its client has left
// counts in Rejected and Expired, and ends with Forget. Halted counts what
// Abandoned Stop gives up: with Halt if it was being served, with Forget if it was
// waiting. Where a dropped request is until it ends, is not counted.
type Stats struct {
	Arrived  int64         // requests that came in
	Served   int64         // services that ended
	Wasted   int64         // of those, the client had left before the end
	Rejected int64         // turned away, whatever the reason
	Expired  int64         // of those, past their own deadline
	Ordered  int64         // of those, shed by the operator's order
	Halted   int64         // given up because their client had left
	Queue    int           // waiting now
	Busy     int           // being served now
	Worked   time.Duration // service time spent, from Begin to Done or Halt, without what is being served now
	InVain   time.Duration // of that, on requests whose client had left by the end
}

// Add counts what another life of the node has done, too. What waits and is served
// now stays as it is.
func (s *Stats) Add(o *Stats) {
	s.Arrived += o.Arrived
	s.Served += o.Served
	s.Wasted += o.Wasted
	s.Rejected += o.Rejected
	s.Expired += o.Expired
	s.Ordered += o.Ordered
	s.Halted += o.Halted
	s.Worked += o.Worked
	s.InVain += o.InVain
}
