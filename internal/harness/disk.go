package harness

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/store"
)

// Maker is a Backend that says what makes the faults for which a result tells that.
type Maker interface {
	// Made gives history.ByKernel or history.ByFileLayer for them, and nothing for any
	// other event.
	Made(ev fault.Event) string
}

// Made says what makes a fault of a node's disk or memory.
func (s *system) Made(ev fault.Event) string {
	switch {
	case !ev.Kind.TellsMaker():
		return ""
	case ev.Kind == fault.Memory:
		return history.ByKernel
	}
	nodes, err := s.struck(ev)
	if f, _ := ev.Disk(); err == nil && nodes[0].byKernel(f) {
		return history.ByKernel
	}
	return history.ByFileLayer
}

// strike lets a fault of the disk begin, and returns when a file that is written for
// this alone feels it.
func (n *node) strike(ctx context.Context, ev fault.Event) (string, error) {
	return n.disk(ctx, ev, true)
}

// mend takes the fault away.
func (n *node) mend(ctx context.Context, ev fault.Event) (string, error) {
	return n.disk(ctx, ev, false)
}

func (n *node) disk(ctx context.Context, ev fault.Event, on bool) (string, error) {
	f, ok := ev.Disk()
	if !ok {
		return "", errors.ErrUnsupported
	}
	n.standing.mu.Lock()
	defer n.standing.mu.Unlock()
	n.standing.disk = slices.DeleteFunc(n.standing.disk, func(g store.Fault) bool { return g.Kind == f.Kind })
	if on {
		n.standing.disk = append(n.standing.disk, f)
	}
	if n.byKernel(f) {
		if err := n.strikeKernel(ctx, f, on); err != nil {
			return "", err
		}
	}
	return n.await(ctx, struck(f, on))
}

// byKernel says whether the kernel itself makes the fault.
func (n *node) byKernel(f store.Fault) bool {
	return n.ownDisk() != nil && (f.Kind == store.Full || f.Kind == store.ReadOnly)
}

// strikeKernel has the kernel make a fault, or make an end of it.
func (n *node) strikeKernel(ctx context.Context, f store.Fault, on bool) error {
	d := n.ownDisk()
	switch {
	case f.Kind == store.Full && on:
		return d.fill()
	case f.Kind == store.Full:
		return d.empty()
	case on:
		return d.fail()
	}
	// A node that is down has nothing open.
	s, err := n.instance.look(ctx)
	if err == nil && s.alive {
		err = n.control.Suspend(ctx, true)
	}
	if err == nil {
		err = d.repair(ctx)
	}
	if err == nil && s.alive {
		err = n.control.Suspend(ctx, false)
	}
	return err
}

// struck holds when the node's disk is as ordered, of which the node is told first; one
// that is down is told at its next start, see remind.
func struck(f store.Fault, on bool) condition {
	return func(ctx context.Context, n *node, s status) (string, error) {
		if !s.alive {
			return fmt.Sprintf("%v and has such a disk from its next start on", s), nil
		}
		ctx, cancel := context.WithTimeout(ctx, hearing+2*f.Latency)
		defer cancel()
		by := "the kernel"
		if !n.byKernel(f) {
			by = "its file layer"
			if err := n.control.Strike(ctx, f, on); err != nil {
				return "", fmt.Errorf("%v but does not take the order: %w", s, err)
			}
		}
		p, err := n.control.Probe(ctx, draws(f))
		if err != nil {
			return "", fmt.Errorf("%v but cannot try its disk: %w", s, err)
		}
		saw := fmt.Sprintf("on the disk of %s, by %s, %s", s.name, by, tried(f, p))
		if felt(f, p, on) != on {
			return "", errors.New(saw)
		}
		return saw, nil
	}
}

// draws is how many operations a probe draws, so that some fail but for one chance in
// e^12, which is one in 160,000.
func draws(f store.Fault) int {
	if f.Kind != store.Errors || f.Share <= 0 {
		return 0
	}
	return min(int(math.Ceil(12/f.Share)), 100_000)
}

// felt says whether a probe shows a fault. On a disk that is read-only, too, it does not
// show whether it is full.
func felt(f store.Fault, p fakes.Probe, on bool) bool {
	switch f.Kind {
	case store.Full:
		return p.Failure == store.NoSpace || p.Failure == store.NotWritable && on
	case store.ReadOnly:
		return p.Failure == store.NotWritable
	case store.Errors:
		return p.State.Denies() == store.None && p.Writes > 0 || p.Reads > 0
	case store.Slow:
		// A disk that takes nothing has no fsync that could be slow.
		return p.State.Latency > 0 && (p.Takes >= p.State.Latency || p.Failure != store.None)
	}
	return p.State.Times > 1
}

// tried puts in words what a probe saw.
func tried(f store.Fault, p fakes.Probe) string {
	switch {
	case f.Kind == store.Errors:
		return fmt.Sprintf("%d of %d commits and %d of as many lookups fail", p.Writes, p.Tries, p.Reads)
	case p.Failure != store.None:
		return fmt.Sprintf("a write fails with %v", p.Failure)
	}
	return fmt.Sprintf("an fsync takes %v", p.Takes.Round(100*time.Microsecond))
}

// remindDisk tells a node that was started again what is wrong with its disk.
func (n *node) remindDisk(ctx context.Context, saw string) (string, error) {
	for _, f := range n.standing.disk {
		again, err := n.await(ctx, struck(f, true))
		if err != nil {
			return "", fmt.Errorf("%s, but its disk is not as it was: %w", saw, err)
		}
		saw += "; again " + again
	}
	return saw, nil
}

// crash kills the node; where the power goes, it loses what is not synced first.
func (n *node) crash(ctx context.Context, ev fault.Event) (string, error) {
	lost := ""
	if ev.Unsynced == fault.Lost {
		if err := n.control.PowerOff(ctx); err != nil {
			return "", fmt.Errorf("lose what is not synced: %w", err)
		}
		lost = ", with what was not synced"
	}
	saw, err := n.then(ctx, kill, 0, down)
	if err != nil {
		return "", err
	}
	return saw + lost, nil
}

// cool empties the node's cache.
func (n *node) cool(ctx context.Context, _ fault.Event) (string, error) {
	if err := n.control.Cool(ctx); err != nil {
		return "", err
	}
	return "the cache is empty, as the node says itself", nil
}

// warm does nothing: the cache fills by itself.
func (n *node) warm(context.Context, fault.Event) (string, error) {
	return "the cache fills by itself", nil
}
