package fakes

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"syscall"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/field"
)

// The exit codes of the backend.
const (
	exitStopped  = 0 // it was told to stop
	exitFailed   = 1 // it could not start, or a port broke
	exitConfig   = 2 // its configuration makes no sense
	exitOrphaned = 3 // its harness fell silent
)

const (
	defaultOrphaned = 10 * time.Second
	// farewell is how long the ledger may take to close. What it has
	// acknowledged is on disk already.
	farewell = 700 * time.Millisecond
)

// TakeOver turns this process into the backend and ends it with the backend's
// exit code if its name (argv[0]) is Name. Otherwise it does nothing.
func TakeOver() {
	if len(os.Args) > 0 && filepath.Base(os.Args[0]) == Name {
		os.Exit(Main(os.Getenv, os.Stderr))
	}
}

// Main runs the backend that environ's ConfigVar describes until it gets
// SIGTERM or an interrupt, its harness falls silent or a port breaks, and
// returns the exit code: 0 when told to stop, 1 when it cannot start or go on,
// 2 for a wrong configuration, 3 when orphaned. stderr gets the reason. If IdleVar
// is set it only waits until it is told to stop.
func Main(environ func(string) string, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if environ(IdleVar) != "" {
		<-ctx.Done()
		return exitStopped
	}
	cfg, err := parseConfig(environ(ConfigVar))
	if err != nil {
		complain(stderr, fmt.Errorf("%s: %w", ConfigVar, err))
		return exitConfig
	}
	fit(cfg.Node)
	in, err := open(cfg)
	if err != nil {
		complain(stderr, err)
		return exitFailed
	}
	err = in.run(ctx)
	part(in)
	switch {
	case err == nil:
		return exitStopped
	case errors.Is(err, errOrphaned):
		complain(stderr, err)
		return exitOrphaned
	}
	complain(stderr, err)
	return exitFailed
}

func complain(stderr io.Writer, err error) {
	_, _ = fmt.Fprintf(stderr, "%s: %v\n", Name, err) // there is nowhere else to complain
}

// part closes the instance, or gives up on a disk that hangs.
func part(in *instance) {
	closed := make(chan struct{})
	go func() {
		_ = in.close() // nothing that was acknowledged depends on it
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(farewell):
	}
}

// parseConfig reads a Config and reports everything wrong with it.
func parseConfig(text string) (Config, error) {
	var cfg Config
	if text == "" {
		return cfg, errors.New("is not set; the backend is started by the harness")
	}
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&cfg); err != nil {
		return cfg, err
	}
	if cfg.Orphaned == 0 {
		cfg.Orphaned = defaultOrphaned
	}
	return cfg, cfg.Validate()
}

// Validate reports every wrong field, as a field.List, or nil.
func (c Config) Validate() error {
	var errs field.Errors
	errs.Within("node", c.asDeclared().Validate())
	for _, f := range []struct{ path, value string }{
		{"token", c.Token}, {"load", c.Load}, {"control", c.Control}, {"dir", c.Dir},
	} {
		if f.value == "" {
			errs.Add(f.path, "is missing")
		}
	}
	c.peers(&errs)
	c.named(&errs)
	if c.Orphaned < 0 {
		errs.Add("orphaned", "must not be negative; leave it out for %v", defaultOrphaned)
	}
	return errs.Err()
}

// peers reports the nodes that are called and are nowhere.
func (c Config) peers(errs *field.Errors) {
	missing := map[string]bool{}
	for _, link := range c.Node.Calls {
		for _, to := range link.To {
			if c.Links[to].Addr == "" && !missing[to] {
				missing[to] = true
				errs.Add(field.Join("links", field.Join(to, "addr")), "is missing; write where the node takes load, such as '127.0.0.1:8080'")
			}
		}
	}
}

// asDeclared is the node with one target on each link that goes by a single name, which
// needs no target to be declared.
func (c Config) asDeclared() backend.Config {
	n := c.Node
	n.Calls = slices.Clone(n.Calls)
	for l, entries := range c.Named {
		if len(entries) == 1 && l < len(n.Calls) && len(n.Calls[l].To) > 1 {
			n.Calls[l].To = n.Calls[l].To[:1]
		}
	}
	return n
}

// named reports links whose entries do not lead to their nodes.
func (c Config) named(errs *field.Errors) {
	names := c.Naming.In(c.Seed)
	for l, entries := range c.Named {
		if entries != nil && (l >= len(c.Node.Calls) || !names.Lead(entries, c.Node.Calls[l].To)) {
			errs.Add(field.At("named", l), "does not lead to the nodes of that link")
		}
	}
}

// fit fits Go's runtime to the node: no more memory than it is allowed, and
// room to serve HTTP beside the workers that burn a processor, which is then
// the kernel's to share out.
func fit(node backend.Config) {
	const most = 64
	if node.Memory > 0 {
		debug.SetMemoryLimit(int64(node.Memory) * 9 / 10)
	}
	if node.Service.Work == backend.Burned {
		runtime.GOMAXPROCS(runtime.NumCPU() + min(node.Workers.Count(), most))
	}
}
