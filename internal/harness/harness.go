package harness

import (
	"context"
	"errors"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/topology"
)

// Engine starts backends.
type Engine interface {
	// Name is the engine's word on the command line: "docker" or "local".
	Name() string
	// Check says, before anything starts, which events of a timeline the
	// engine cannot carry out; its error is a field.List with paths such as
	// "timeline[1]".
	Check(nodes []backend.Config, timeline []fault.Event) error
	// Start brings up every node of a graph, those that are called before those
	// that call them, and returns when all answer. On an error nothing is left
	// running.
	Start(ctx context.Context, graph *topology.Graph, seed uint64) (Backend, error)
}

// Backend is the running nodes of a graph.
type Backend interface {
	// Addrs is where each of the graph's Entries takes load, in their order, always on
	// 127.0.0.1; it stays the same over a crash and restart.
	Addrs() []string
	// Nodes are the nodes in the order declared; none of a backend of whose nodes
	// nothing can be asked.
	Nodes() []Node
	// Inject carries a fault out and returns when a probe shows that it took
	// hold; the string says what the probe saw. A fault strikes the node that it
	// names and no other; that retries are switched off is told to every node that
	// calls others.
	Inject(ctx context.Context, ev fault.Event) (string, error)
	// Lift takes a fault away and returns when a probe shows that it is gone.
	Lift(ctx context.Context, ev fault.Event) (string, error)
	// Disturbed gives what has happened to the nodes since they were started that
	// no fault explains, such as its death or its restart by somebody else, in the
	// order of time. Ask before Stop. That it could not be found out is told
	// likewise.
	Disturbed(ctx context.Context) []Disturbance
	// Stop takes all nodes down and everything that belonged to them away. It may
	// be called in any state, more than once.
	Stop(ctx context.Context) error
}

// Node is one running node, as who asks it for its counts needs it.
type Node struct {
	Name string
	// Control is what can be asked of the node, and stays the same over a crash and
	// restart. Which methods it has is up to the node: whoever asks looks for those
	// that it needs and does without the others. Nil is a node of which nothing can
	// be asked. That of a fake backend is a fakes.Control.
	Control any
}

// Disturbance is something that happened to a node and that nobody ordered.
type Disturbance struct {
	At   time.Time // when it was noticed first
	What string    // such as "process 7 ended, which nobody ordered: signal: killed"
}

// ErrNoDocker says that no Docker daemon can be used; the text says why.
var ErrNoDocker = errors.New("no Docker daemon can be used")
