package harness

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/store"
)

// standing is the operator's orders that are in force, whether the node is up to
// hear of them or not. Who passes one on holds mu until the node has it, so that a
// node which starts is never told what has been called off meanwhile.
type standing struct {
	mu    sync.Mutex
	share float64                  // of the requests that arrive
	since fakes.Stats              // of the node when it was told
	off   int                      // how many orders to try no call again are in force
	links map[string][]fault.Event // faults of its links, by the node called
	disk  []store.Fault            // of the disk, in the order in which they began
	epoch time.Time                // when the run began; zero where the node need not know
	role  *role                    // of a replica; nil of any other node
}

// shed has the node turn a share of the requests away, and returns when it says
// that it does. One that is down hears of it when it is started again.
func (n *node) shed(ctx context.Context, ev fault.Event) (string, error) {
	return n.order(ctx, float64(ev.Share))
}

// unshed calls the order off, and says how many requests it had turned away.
func (n *node) unshed(ctx context.Context, ev fault.Event) (string, error) {
	st, unanswered := n.stats(ctx, hearing)
	told := n.told()
	if st.Arrived < told.Arrived {
		told = fakes.Stats{} // another process than the one that was told
	}
	saw, err := n.order(ctx, 0)
	switch {
	case err != nil:
		return "", err
	case unanswered != nil:
		return fmt.Sprintf("%s; it was ordered for %v", saw, ev.For), nil
	}
	return fmt.Sprintf("%s; it was ordered for %v, and turned %d of %d requests away since it was told",
		saw, ev.For, st.Ordered-told.Ordered, st.Arrived-told.Arrived), nil
}

// told gives the node's counts when it was told last.
func (n *node) told() fakes.Stats {
	n.standing.mu.Lock()
	defer n.standing.mu.Unlock()
	return n.standing.since
}

// order makes a share the one in force and passes it on.
func (n *node) order(ctx context.Context, share float64) (string, error) {
	n.standing.mu.Lock()
	defer n.standing.mu.Unlock()
	n.standing.share = share
	return n.await(ctx, sheds(share))
}

// remind tells a node that was started again what is in force; saw is what the
// probe of its start saw.
func (n *node) remind(ctx context.Context, saw string) (string, error) {
	n.standing.mu.Lock()
	defer n.standing.mu.Unlock()
	if n.standing.share != 0 {
		again, err := n.await(ctx, sheds(n.standing.share))
		if err != nil {
			return "", fmt.Errorf("%s, but does not shed as it did: %w", saw, err)
		}
		saw += "; again " + again
	}
	if n.standing.off > 0 {
		again, err := n.await(ctx, retriesOff(true))
		if err != nil {
			return "", fmt.Errorf("%s, but does not take the order about its retries: %w", saw, err)
		}
		saw += "; again " + again
	}
	if err := errors.Join(n.remindEpoch(ctx), n.remindRole(ctx)); err != nil {
		return "", fmt.Errorf("%s, but %w", saw, err)
	}
	saw, err := n.remindLinks(ctx, saw)
	if err != nil {
		return "", err
	}
	return n.remindDisk(ctx, saw)
}

// retries counts an order to try no call again, or one that is called off, and
// passes on what is in force then.
func (n *node) retries(ctx context.Context, change int) (string, error) {
	n.standing.mu.Lock()
	defer n.standing.mu.Unlock()
	n.standing.off += change
	return n.await(ctx, retriesOff(n.standing.off > 0))
}

// retriesOff holds when the node says itself that it does as ordered, of which it is
// told first, or is down: then it is told at its next start, see remind.
func retriesOff(off bool) condition {
	word := map[bool]string{true: "tries no call again", false: "tries calls again"}[off]
	return func(ctx context.Context, n *node, s status) (string, error) {
		if !s.alive {
			return fmt.Sprintf("%v and %s from its next start on", s, word), nil
		}
		ctx, cancel := context.WithTimeout(ctx, hearing)
		defer cancel()
		if err := n.control.RetriesOff(ctx, off); err != nil {
			return "", fmt.Errorf("%v but does not take the order: %w", s, err)
		}
		st, err := answer(ctx, n, s)
		if err != nil {
			return "", err
		}
		if st.RetriesOff != off {
			return "", fmt.Errorf("%s does not say that it %s", s.name, word)
		}
		return fmt.Sprintf("%s %s, as it says itself", s.name, word), nil
	}
}

// sheds holds when the node says itself that it sheds the share, of which it is
// told first, and notes its counts. One that is down sheds it from its next start on, see remind.
func sheds(share float64) condition {
	return func(ctx context.Context, n *node, s status) (string, error) {
		if !s.alive {
			n.standing.since = fakes.Stats{}
			return fmt.Sprintf("%v and sheds %s from its next start on", s, shedding(share)), nil
		}
		ctx, cancel := context.WithTimeout(ctx, hearing)
		defer cancel()
		if err := n.control.Shed(ctx, share); err != nil {
			return "", fmt.Errorf("%v but does not take the order: %w", s, err)
		}
		st, err := answer(ctx, n, s)
		if err != nil {
			return "", err
		}
		if st.Shed != share {
			return "", fmt.Errorf("%s says that it sheds %s, not %s", s.name, shedding(st.Shed), shedding(share))
		}
		n.standing.since = st
		return fmt.Sprintf("%s sheds %s, as it says itself", s.name, shedding(share)), nil
	}
}

// shedding names what is shed.
func shedding(share float64) string {
	if share == 0 {
		return "nothing"
	}
	return strconv.FormatFloat(100*share, 'g', 4, 64) + "% of what arrives"
}
