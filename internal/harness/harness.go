package harness

import (
	"context"
	"errors"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/fault"
)

// Engine starts backends.
type Engine interface {
	// Name is the engine's word on the command line: "docker" or "local".
	Name() string
	// Check says, before anything starts, which events of a timeline the
	// engine cannot carry out; its error is a field.List with paths such as
	// "timeline[1]".
	Check(node backend.Config, timeline []fault.Event) error
	// Start brings up one node and returns when it answers. On an error
	// nothing is left running.
	Start(ctx context.Context, node backend.Config, seed uint64) (Backend, error)
}

// Backend is one running node.
type Backend interface {
	// Addr is where the node takes load, always on 127.0.0.1; it stays the same
	// over a crash and restart.
	Addr() string
	// Control reaches the node's control port; it stays the same likewise.
	Control() fakes.Control
	// Inject carries a fault out and returns when a probe shows that it took
	// hold; the string says what the probe saw.
	Inject(ctx context.Context, ev fault.Event) (string, error)
	// Lift takes a fault away and returns when a probe shows that it is gone.
	Lift(ctx context.Context, ev fault.Event) (string, error)
	// Stop takes the node down and everything that belonged to it away. It may
	// be called in any state, more than once.
	Stop(ctx context.Context) error
}

// ErrNoDocker says that no Docker daemon can be used; the text says why.
var ErrNoDocker = errors.New("no Docker daemon can be used")
