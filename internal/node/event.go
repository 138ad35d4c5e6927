package node

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/store"
)

// EventKind is what happens to a node.
type EventKind uint8

// The events.
const (
	Arrive    EventKind = iota // a request came in
	Leave                      // its client has left: the connection closed or timed out
	Served                     // its own service has ended, as Serve announced
	Held                       // a dropped request has been held for backend.Hold
	CallEnded                  // an attempt of a Call has ended by itself
	Wake                       // the time that a WakeAt named has come
	Fault                      // a fault begins or ends: Strike, On, Amount, Lost and Disk
	Committed                  // a Commit has ended: Failure and Known
)

// Event is something that happens to a node.
type Event struct {
	Kind    EventKind
	Strike  fault.Kind    // Fault: which one
	On      bool          // Fault: whether it begins
	Lost    bool          // Fault: a crash loses what is not synced
	Tenant  uint32        // Arrive: whose sale it is
	ID      uint64        // Arrive, Leave, Served, Held, Committed: the request; unique among those that have not ended
	Waits   time.Duration // Arrive: how long the client still waits; Unlimited if it does not say
	Attempt Attempt       // CallEnded: which
	Outcome retry.Outcome // CallEnded: how
	Amount  float64       // Fault: the processors that a cpu fault leaves, or the share of requests that are shed
	Disk    *store.Fault  // Fault: what strikes the disk
	Failure store.Failure // Committed: how it failed
	Known   bool          // Committed: the sale had been recorded before
}

// Unlimited is the Waits of a request that says nothing of how long its client
// still waits.
const Unlimited time.Duration = -1

// Attempt is one attempt of a call that has not ended.
type Attempt = backend.Attempt

// EffectKind is what a driver is to do.
type EffectKind = backend.EffectKind

// The effects. A modelled node of which no disk is declared says no Commit: what it
// finishes is recorded in the same step. Every request ends with exactly one of Finish, Fail, Reject, Halt,
// Forget, Refuse and HangUp, or with the Reset of all there are.
const (
	Serve      = backend.Begin          // serve the request For so long, then step Served
	Finish     = backend.Finish         // the request is done, and its sale recorded: answer if Waiting
	Reject     = backend.Reject         // answer that the request is turned away
	Drop       = backend.Drop           // leave the request without an answer, and step Held after backend.Hold
	HangUp     = backend.HangUp         // close the connection of a dropped request
	Halt       = backend.Halt           // stop serving the request; no Served follows
	Forget     = backend.Forget         // nothing more comes of the request, and nobody waits for it
	Fail       = backend.Own + iota - 7 // what it depends on failed, or its own disk: answer so if Waiting
	Refuse                              // the node is down: refuse the connection
	Reset                               // the node has just gone down: break all connections, those of dropped requests too
	Call                                // send an attempt to a target for the request; step CallEnded when it ends by itself
	CancelCall                          // close the connection of an attempt; no CallEnded is wanted
	WakeAt                              // step Wake at the time For, in place of any WakeAt before; one that comes all the same does no harm
	Commit                              // write the sale of the request into the ledger, then step Committed; of a modelled node it stands there now, and nothing is stepped
	Synced                              // only of a modelled node: the first ID commits of all its Commit effects are on disk
	Lost                                // only of a modelled node: all commits but the first ID are lost
)

// Effect is something a driver is to do, in order.
type Effect = backend.Effect
