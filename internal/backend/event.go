package backend

import "time"

// EventKind is what happens to a node.
type EventKind uint8

// The events.
const (
	Arrive EventKind = iota // a request came in
	Leave                   // its client has left: the connection closed or timed out
	Done                    // its service has ended, as Begin announced
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

// The effects.
const (
	Begin  EffectKind = iota // serve the request for Service, then step Done
	Finish                   // the service is done: record the sale, and answer if Waiting
	Reject                   // answer that the request is turned away
	Halt                     // stop serving the request; no Done follows
	Forget                   // nothing more comes of the request; only of a numbered node
)

// Reason is why a request was rejected.
type Reason uint8

// The reasons to reject.
const (
	QueueFull Reason = iota + 1 // the queue is at its limit
	Shedding                    // the queue is at the shedding bound
	Expired                     // its own deadline passed before its service began
)

// Effect is something a driver is to do, in order.
type Effect struct {
	Kind       EffectKind
	ID         uint64
	Service    time.Duration // Begin: how long the service takes
	Waiting    bool          // Finish: the client is still there
	Reason     Reason        // Reject
	RetryAfter time.Duration // Reject: what to tell the client; nothing if zero
}

// add puts an effect behind the others and gives it, to be filled in at once,
// field by field where it lies: a processor that copies one in wide pieces,
// right after it was put together from small ones, has to wait until all those
// are in memory.
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
// Rejected counts every request turned away, with one Reject effect for each
// whose client still waits; a request that expires after its client has left
// counts in Rejected and Expired without an effect, as nobody is there to
// answer. Halted counts what Abandoned Stop gives up: with a Halt effect if it
// was being served, without one if it was waiting.
type Stats struct {
	Arrived  int64         // requests that came in
	Served   int64         // services that ended
	Wasted   int64         // of those, the client had left before the end
	Rejected int64         // turned away, whatever the reason
	Expired  int64         // of those, past their own deadline
	Halted   int64         // given up because their client had left
	Queue    int           // waiting now
	Busy     int           // being served now
	Worked   time.Duration // service time spent, from Begin to Done or Halt, without what is being served now
	InVain   time.Duration // of that, on requests whose client had left by the end
}
