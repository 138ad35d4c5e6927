package harness

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/retrystorm/retrystorm/internal/network"
)

// Timed is a Backend with nodes that do something at a time of the run.
type Timed interface {
	// Began tells those nodes when the run begins, and returns when they know.
	Began(ctx context.Context, epoch time.Time) error
}

// Began tells the nodes that call others by a name when the run begins: they know when
// the name is changed.
func (s *system) Began(ctx context.Context, epoch time.Time) error {
	errs := make([]error, len(s.nodes))
	var all sync.WaitGroup
	for i, n := range s.nodes {
		if s.named(i) != nil {
			all.Go(func() { errs[i] = n.began(ctx, epoch) })
		}
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// named gives the entries of those links of a node that go by names, by link; nil where
// none does.
func (s *system) named(i int) [][]network.Entry {
	var all [][]network.Entry
	links := s.graph.Nodes[i].Links
	for l := range links {
		if links[l].Entries == nil {
			continue
		}
		if all == nil {
			all = make([][]network.Entry, len(links))
		}
		all[l] = links[l].Entries
	}
	return all
}

// began has the node know when the run begins.
func (n *node) began(ctx context.Context, epoch time.Time) error {
	ctx, cancel := n.within(ctx)
	defer cancel()
	n.standing.mu.Lock()
	defer n.standing.mu.Unlock()
	n.standing.epoch = epoch
	return n.remindEpoch(ctx)
}

// remindEpoch tells the node when the run began, if it has to know.
func (n *node) remindEpoch(ctx context.Context) error {
	if n.standing.epoch.IsZero() {
		return nil
	}
	_, err := n.await(ctx, func(ctx context.Context, n *node, s status) (string, error) {
		if !s.alive {
			return "", nil // it is told at its next start
		}
		ctx, cancel := context.WithTimeout(ctx, hearing)
		defer cancel()
		return "", n.control.Began(ctx, n.standing.epoch)
	})
	if err != nil {
		return fmt.Errorf("node %q does not hear when the run began: %w", n.cfg.Name, err)
	}
	return nil
}
