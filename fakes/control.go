package fakes

import (
	"context"
	"errors"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
)

// Name is the name (argv[0]) under which this program is the fake backend.
const Name = "retrystorm-backend"

// Config is what a backend process is started with; it travels as JSON in the
// environment variable ConfigVar.
type Config struct {
	Node    backend.Config `json:"node"`
	Seed    uint64         `json:"seed"`
	Token   string         `json:"token"`   // what the control port asks for
	Load    string         `json:"load"`    // address to take load on, such as "127.0.0.1:8080"
	Control string         `json:"control"` // address of the control port
	Dir     string         `json:"dir"`     // where the ledger lives; kept between restarts
	// Orphaned is how long the backend lives on without a heartbeat; 10 s if zero.
	Orphaned time.Duration `json:"orphaned"`
}

// ConfigVar is the environment variable that carries Config.
const ConfigVar = "RETRYSTORM_BACKEND"

// Stats is what the control port tells about the backend.
type Stats struct {
	backend.Stats
	Uptime   time.Duration // of this process, so that a restart shows
	Recorded int64         // entries this process wrote to the ledger
	CPU      time.Duration // processor time of this process
	// Quota is the processors that the cgroup allows, as the process itself
	// reads it; zero if none is set or it cannot be read.
	Quota float64
}

// Entry is what the ledger holds for one sale.
type Entry struct {
	Terminal, Sale uint32
	SoldAt         time.Duration // as the terminal said, since the run began
	Copies         int           // how many times it was recorded
}

// ErrToken is what a control client gets for a wrong token.
var ErrToken = errors.New("fakes: the control port refused the token")

// Control talks to the control port of a backend.
type Control struct {
	// Addr is host:port; Token the run's token.
	Addr, Token string
}

// Beat tells the backend that its harness lives.
func (c Control) Beat(ctx context.Context) error { return errors.ErrUnsupported }

// Stats asks for the counts so far.
func (c Control) Stats(ctx context.Context) (Stats, error) { return Stats{}, errors.ErrUnsupported }

// Ledger reads the ledger, in order of terminal and sale, and calls each for
// every sale in it.
func (c Control) Ledger(ctx context.Context, each func(Entry)) error { return errors.ErrUnsupported }
