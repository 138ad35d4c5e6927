package fakes

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/retrystorm/retrystorm/internal/processor"
)

// instance is a backend with its ports and its ledger.
type instance struct {
	cfg     Config
	start   time.Time
	ledger  *Ledger   // nil if the node keeps none
	copying *follower // nil where its ledger is not one of a pair
	server  *server
	load    *net.TCPListener
	control net.Listener
	hoard   hoard

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
	var sales recorder
	if cfg.Node.Records() {
		if in.ledger, err = openLedger(vfs.Default, cfg.Dir, cfg.Node.Idempotency, newDisk(cfg.Node.Disk, cfg.Seed)); err != nil {
			return in, err
		}
		sales = in.ledger
		if cfg.Paired {
			if err = in.ledger.keepJournal(); err != nil {
				return in, err
			}
			in.copying = newFollower(in.ledger, cfg.Node.Replica)
		}
	}
	load, err := net.Listen("tcp", cfg.Load)
	if err != nil {
		return in, fmt.Errorf("taking load on %s: %w", cfg.Load, err)
	}
	in.load = load.(*net.TCPListener) //nolint:forcetypeassert // what "tcp" listens with
	if in.control, err = net.Listen("tcp", cfg.Control); err != nil {
		return in, fmt.Errorf("taking orders on %s: %w", cfg.Control, err)
	}
	in.server = newServer(cfg, sales)
	if in.copying != nil {
		in.server.journal = in.ledger.journal
		in.server.readOnly(cfg.Node.Replica != nil) // until it is told what it is to do
	}
	if cfg.Node.Warmup != nil && startedBefore(cfg.Dir) {
		in.server.cool()
	}
	return in, nil
}

// run serves until ctx ends (nil), the harness falls silent (errOrphaned) or
// a port breaks.
func (in *instance) run(ctx context.Context) error {
	broken := make(chan error, 2)
	control := in.controlPort()
	go func() { broken <- control.Serve(in.control) }()
	go func() { broken <- loadPort(in.server).Serve(listener{in.load}) }()
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
	if in.server != nil {
		for _, p := range in.server.proxies {
			p.Close()
		}
	}
	if in.ledger == nil {
		return nil
	}
	in.copying.follow("")
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
	s := in.server.stats()
	s.Uptime, s.CPU, s.Quota = time.Since(in.start), processor.Time(), quota(os.DirFS("/"))
	if in.ledger == nil {
		return s
	}
	s.Recorded = in.ledger.Recorded()
	// A declared disk may be struck; what its clients are told says so by itself.
	if err := in.ledger.Failure(); err != nil && in.cfg.Node.Disk == nil {
		s.Failure = err.Error()
	}
	return s
}

// entries calls f for every sale in the ledger, if there is one.
func (in *instance) entries(f func(Entry) error) error {
	if in.ledger == nil {
		return nil
	}
	return in.ledger.Each(f)
}

// startedBefore says whether the backend was started in this folder before, and notes that it
// was. Where that cannot be noted it is as if it was not.
func startedBefore(dir string) bool {
	const name = "started"
	if os.MkdirAll(dir, 0o700) != nil {
		return false
	}
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return errors.Is(err, os.ErrExist)
	}
	_ = f.Close() // it is empty
	return false
}
