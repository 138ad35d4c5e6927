package harness

import (
	"context"
	"errors"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
)

// act brings a fault or takes it away, and returns what the probe saw.
type act func(ctx context.Context, n *node, ev fault.Event) (string, error)

// The faults: what is ordered, and what must then show.
//
//	fault   inject         shows                     lift             shows
//	crash   kill           ended, no answer          boot             answers, and is younger than the order
//	freeze  freeze         stands still, no answer   thaw             moves, answers
//	cpu     limit to CPUs  allowed so, reads so      limit as before  allowed so, reads so
//	shed    tell the node  it says so itself         tell the node    it says so itself
//	off     tell the node  it says so itself         tell the node    it says so itself
//	memory  limit to less  killed for want of memory limit as before  allowed so, answers, and is younger
//	cold    tell the node  it took the order         nothing          nothing
//	disk…   tell the node  a file written feels it   tell the node    a file does no more
//
// where off is that retries are switched off, for nodes that call others.
//
// A node that is started again has forgotten what it was told: whoever lifts a crash
// tells it what is in force by then. See order.go.
var (
	injections = map[fault.Kind]act{
		fault.Crash: func(ctx context.Context, n *node, ev fault.Event) (string, error) {
			return n.crash(ctx, ev)
		},
		fault.Memory: func(ctx context.Context, n *node, _ fault.Event) (string, error) {
			return n.then(ctx, starve, 0, starved)
		},
		fault.Cold: func(ctx context.Context, n *node, ev fault.Event) (string, error) {
			return n.cool(ctx, ev)
		},
		fault.DiskSlow:     injectDisk,
		fault.DiskErrors:   injectDisk,
		fault.DiskFull:     injectDisk,
		fault.DiskReadOnly: injectDisk,
		fault.DiskDegraded: injectDisk,
		fault.Freeze: func(ctx context.Context, n *node, _ fault.Event) (string, error) {
			return n.then(ctx, freeze, 0, still)
		},
		fault.CPU: func(ctx context.Context, n *node, ev fault.Event) (string, error) {
			return n.then(ctx, limit, ev.CPUs, limited(ev.CPUs))
		},
		fault.Shed: func(ctx context.Context, n *node, ev fault.Event) (string, error) {
			return n.shed(ctx, ev)
		},
		fault.RetriesOff: func(ctx context.Context, n *node, _ fault.Event) (string, error) {
			return n.retries(ctx, 1)
		},
	}
	lifts = map[fault.Kind]act{
		fault.Crash: func(ctx context.Context, n *node, _ fault.Event) (string, error) {
			return n.revive(ctx)
		},
		fault.Memory: func(ctx context.Context, n *node, _ fault.Event) (string, error) {
			return n.nourish(ctx)
		},
		fault.Cold: func(ctx context.Context, n *node, ev fault.Event) (string, error) {
			return n.warm(ctx, ev)
		},
		fault.DiskSlow:     liftDisk,
		fault.DiskErrors:   liftDisk,
		fault.DiskFull:     liftDisk,
		fault.DiskReadOnly: liftDisk,
		fault.DiskDegraded: liftDisk,
		fault.Freeze: func(ctx context.Context, n *node, _ fault.Event) (string, error) {
			return n.then(ctx, thaw, 0, moving)
		},
		fault.CPU: func(ctx context.Context, n *node, _ fault.Event) (string, error) {
			return n.then(ctx, limit, n.cfg.CPUs, limited(n.cfg.CPUs))
		},
		fault.Shed: func(ctx context.Context, n *node, ev fault.Event) (string, error) {
			return n.unshed(ctx, ev)
		},
		fault.RetriesOff: func(ctx context.Context, n *node, _ fault.Event) (string, error) {
			return n.retries(ctx, -1)
		},
	}
)

func injectDisk(ctx context.Context, n *node, ev fault.Event) (string, error) {
	return n.strike(ctx, ev)
}

func liftDisk(ctx context.Context, n *node, ev fault.Event) (string, error) { return n.mend(ctx, ev) }

// then gives an order and waits for it to show.
func (n *node) then(ctx context.Context, o order, cpus float64, shows condition) (string, error) {
	if err := n.obey(ctx, o, cpus); err != nil {
		return "", err
	}
	return n.await(ctx, shows)
}

// revive starts a killed node again. While it was down another program may
// have taken one of its ports; the terminals know no other, so it waits for
// the port to be free again, as long as there is patience.
func (n *node) revive(ctx context.Context) (string, error) {
	for {
		saw, err := n.then(ctx, boot, 0, restarted(time.Now()))
		if err == nil {
			return n.remind(ctx, saw)
		}
		n.instance.excuse()
		if !errors.Is(err, errTaken) {
			return saw, err
		}
		select {
		case <-ctx.Done():
			return "", err
		case <-time.After(5 * between):
		}
	}
}
