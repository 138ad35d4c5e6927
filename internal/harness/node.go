package harness

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/fault"
)

const (
	// patience is how long a node may take to become ready or to stop, and a fault
	// to take hold or to go. On a busy machine a daemon may need seconds for each
	// of its orders, and a run that failed for that would say nothing.
	patience = 20 * time.Second
	// farewell is how long it may take to stop a node where somebody waits for that.
	farewell = 3 * time.Second
	// pulse is the time between heartbeats, and between tries after a failed one.
	pulse = time.Second
)

// node is one node in an instance.
type node struct {
	instance instance
	cfg      backend.Config
	addr     string
	control  fakes.Control

	life context.Context // ends when Stop begins
	end  context.CancelFunc

	mu      sync.Mutex // held while the instance obeys
	stopped bool       // everything is away

	standing standing
	// starvedAt is when the kernel killed it for want of memory last.
	starvedAt time.Time
}

func newNode(v instance, cfg backend.Config, addr string, control fakes.Control) *node {
	n := &node{instance: v, cfg: cfg, addr: addr, control: control}
	n.life, n.end = context.WithCancel(context.Background())
	return n
}

// start brings the node up; on an error nothing of it is left.
func (n *node) start(ctx context.Context) error {
	bounded, cancel := n.within(ctx)
	defer cancel()
	err := n.obey(bounded, boot, 0)
	if err == nil {
		_, err = n.await(bounded, ready)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("harness: start node %q: %w", n.cfg.Name, err), n.Stop(ctx))
	}
	go n.beat()
	go n.follow()
	return nil
}

// Disturbed gives what has happened to the node that no fault explains.
func (n *node) Disturbed(ctx context.Context) []Disturbance { return n.instance.disturbed(ctx) }

// follow has the instance take note, until Stop, of what happens to it.
func (n *node) follow() {
	ticker := time.NewTicker(pulse)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			ctx, cancel := context.WithTimeout(n.life, 2*pulse)
			n.instance.disturbed(ctx)
			cancel()
		case <-n.life.Done():
			return
		}
	}
}

// Inject carries a fault out and returns when it shows.
func (n *node) Inject(ctx context.Context, ev fault.Event) (string, error) {
	return n.act(ctx, "inject", ev, injections)
}

// Lift takes a fault away and returns when it no longer shows.
func (n *node) Lift(ctx context.Context, ev fault.Event) (string, error) {
	return n.act(ctx, "lift", ev, lifts)
}

func (n *node) act(ctx context.Context, verb string, ev fault.Event, acts map[fault.Kind]act) (string, error) {
	a, ok := acts[ev.Kind]
	if !ok {
		return "", fmt.Errorf("harness: a %s is not done to a node: %w", ev.Kind, errors.ErrUnsupported)
	}
	ctx, cancel := n.within(ctx)
	defer cancel()
	saw, err := a(ctx, n, ev)
	if err != nil {
		return "", fmt.Errorf("harness: %s %s on node %q: %w", verb, ev.Kind, n.cfg.Name, err)
	}
	return saw, nil
}

// obey passes an order on, one at a time, and none but remove after Stop.
func (n *node) obey(ctx context.Context, o order, cpus float64) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.life.Err(); err != nil && o != remove {
		return errStopped
	}
	return n.instance.obey(ctx, o, cpus)
}

// Stop takes the node down in whatever state it is. It works with a ctx that
// has ended, too: that is when it is needed most.
func (n *node) Stop(ctx context.Context) error {
	ctx, cancel := leaving(ctx, farewell)
	defer cancel()
	return n.stop(ctx)
}

// leaving bounds how long it may take to take something away: as long as ctx lasts and
// there is patience, but for the time given even if ctx has ended or soon ends.
func leaving(ctx context.Context, least time.Duration) (context.Context, context.CancelFunc) {
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	soonest := time.Now().Add(least)
	unhook := context.AfterFunc(ctx, func() {
		select {
		case <-time.After(time.Until(soonest)):
			cancel()
		case <-bounded.Done():
		}
	})
	return bounded, func() { unhook(); cancel() }
}

// stop is Stop within ctx.
func (n *node) stop(ctx context.Context) error {
	n.end()
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.stopped {
		return nil
	}
	if err := n.instance.obey(ctx, remove, 0); err != nil {
		return fmt.Errorf("harness: stop node %q: %w", n.cfg.Name, err)
	}
	n.stopped = true
	return nil
}

// beat tells the node, until Stop, that its harness lives. A beat that does
// not arrive is no news: the node may be down or frozen on purpose.
func (n *node) beat() {
	ticker := time.NewTicker(pulse)
	defer ticker.Stop()
	for {
		ctx, cancel := context.WithTimeout(n.life, 2*pulse)
		_ = n.control.Beat(ctx)
		cancel()
		select {
		case <-ticker.C:
		case <-n.life.Done():
			return
		}
	}
}

// within bounds ctx by the node's patience and by its life.
func (n *node) within(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errPatience)
	stop := context.AfterFunc(n.life, cancel)
	return ctx, func() { stop(); cancel() }
}

var (
	errStopped  = errors.New("the node was stopped")
	errPatience = fmt.Errorf("not seen within %v", patience)
)
