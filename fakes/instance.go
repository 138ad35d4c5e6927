package fakes

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/retrystorm/retrystorm/internal/backend"
)

// instance is a backend with its ports and its ledger.
type instance struct {
	cfg     Config
	start   time.Time
	ledger  *Ledger
	server  *server
	load    *net.TCPListener
	control net.Listener

	mu    sync.Mutex
	watch watch
}

// errOrphaned says that the harness has been silent for too long.
var errOrphaned = errors.New("no heartbeat came any more")

// open gets everything ready that can fail.
func open(cfg Config) (in *instance, err error) {
	in = &instance{cfg: cfg, start: time.Now(), watch: watch{grace: cfg.Orphaned}}
	defer func() {
		if err != nil {
			err = errors.Join(err, in.close())
		}
	}()
	if in.ledger, err = OpenLedger(cfg.Dir, cfg.Node.Idempotency); err != nil {
		return in, err
	}
	load, err := net.Listen("tcp", cfg.Load)
	if err != nil {
		return in, fmt.Errorf("taking load on %s: %w", cfg.Load, err)
	}
	in.load = load.(*net.TCPListener) //nolint:forcetypeassert // what "tcp" listens with
	if in.control, err = net.Listen("tcp", cfg.Control); err != nil {
		return in, fmt.Errorf("taking orders on %s: %w", cfg.Control, err)
	}
	in.server = newServer(cfg.Node, backend.Stream(cfg.Seed, cfg.Node.Name), in.ledger)
	return in, nil
}

// run serves until ctx ends (nil), the harness falls silent (errOrphaned) or
// a port breaks.
func (in *instance) run(ctx context.Context) error {
	broken := make(chan error, 2)
	control := in.controlPort()
	go func() { broken <- control.Serve(in.control) }()
	go func() { broken <- loadPort(in.server).Serve(lines{in.load}) }()
	defer control.Close()
	tick := time.NewTicker(in.watch.period())
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-broken:
			return fmt.Errorf("a port broke: %w", err)
		case <-tick.C:
			if in.orphaned() {
				return fmt.Errorf("%w for %v", errOrphaned, in.cfg.Orphaned)
			}
		}
	}
}

// close gives everything back; what has been submitted to the ledger is
// written first.
func (in *instance) close() error {
	if in.load != nil {
		_ = in.load.Close() // whoever served on it may have closed it
	}
	if in.control != nil {
		_ = in.control.Close() // likewise
	}
	if in.ledger == nil {
		return nil
	}
	return in.ledger.Close()
}

func (in *instance) beat() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.watch.beat(time.Since(in.start))
}

func (in *instance) orphaned() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.watch.orphaned(time.Since(in.start))
}

func (in *instance) stats() Stats {
	failure := ""
	if err := in.ledger.Failure(); err != nil {
		failure = err.Error()
	}
	return Stats{
		Stats:    in.server.stats(),
		Failure:  failure,
		Uptime:   time.Since(in.start),
		Recorded: in.ledger.Recorded(),
		CPU:      processorTime(),
		Quota:    quota(os.DirFS("/")),
	}
}

// processorTime is what this process has used, in user and kernel mode.
func processorTime() time.Duration {
	var ru unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &ru); err != nil {
		return 0
	}
	return time.Duration(ru.Utime.Nano() + ru.Stime.Nano())
}
