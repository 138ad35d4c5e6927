package harness

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/fault"
)

// role is what a replica is to do: to copy the ledger of the node at that address, or
// none if it is empty, and whether to take sales.
type role struct {
	of    string
	takes bool
}

// copiesOf gives the nodes that keep a copy of a node's ledger, by their index.
func (s *system) copiesOf(name string) []int {
	var all []int
	for i := range s.graph.Nodes {
		if r := s.graph.Nodes[i].Config.Replica; r != nil && r.Of == name {
			all = append(all, i)
		}
	}
	return all
}

// paired says whether a node's ledger is copied, or a copy.
func (s *system) paired(i int) bool {
	return s.graph.Nodes[i].Config.Replica != nil || len(s.copiesOf(s.graph.Name(i))) > 0
}

// copy has all replicas copy.
func (s *system) copy(ctx context.Context) error {
	for _, n := range s.nodes {
		if n.cfg.Replica == nil {
			continue
		}
		if _, err := n.turn(ctx, s.asDeclared(n)); err != nil {
			return fmt.Errorf("harness: %w", err)
		}
	}
	return nil
}

// asDeclared is what a replica does that is not promoted.
func (s *system) asDeclared(n *node) role {
	original := s.nodes[s.graph.Index(n.cfg.Replica.Of)]
	return role{of: original.instance.reach(), takes: n.cfg.Replica.Writes == backend.Accept}
}

// turn has a replica take up a role.
func (n *node) turn(ctx context.Context, r role) (string, error) {
	ctx, cancel := n.within(ctx)
	defer cancel()
	n.standing.mu.Lock()
	defer n.standing.mu.Unlock()
	n.standing.role = &r
	return n.await(ctx, acts(r))
}

// remindRole tells a replica that was started again what it is to do.
func (n *node) remindRole(ctx context.Context) error {
	if n.standing.role == nil {
		return nil
	}
	_, err := n.await(ctx, acts(*n.standing.role))
	return err
}

// acts holds when a replica has been told what to do, or is down: then it is told at its
// next start, see remind.
func acts(r role) condition {
	word := "copies and turns sales away"
	switch {
	case r.of == "":
		word = "takes sales and copies no more"
	case r.takes:
		word = "copies and takes sales"
	}
	return func(ctx context.Context, n *node, s status) (string, error) {
		if !s.alive {
			return fmt.Sprintf("node %q: %v and %s from its next start on", n.cfg.Name, s, word), nil
		}
		ctx, cancel := context.WithTimeout(ctx, hearing)
		defer cancel()
		if err := n.control.Follow(ctx, r.of, r.takes); err != nil {
			return "", fmt.Errorf("node %q does not take the order about its ledger: %w", n.cfg.Name, err)
		}
		return fmt.Sprintf("node %q %s", n.cfg.Name, word), nil
	}
}

// promote makes a replica a ledger of its own.
func (s *system) promote(ctx context.Context, ev fault.Event) (string, error) {
	i := s.graph.Index(ev.To)
	if i < 0 || s.nodes[i].cfg.Replica == nil {
		return "", fmt.Errorf("harness: promote %q, which is no replica: %w", ev.To, errors.ErrUnsupported)
	}
	saw, err := s.nodes[i].turn(ctx, role{takes: true})
	if err != nil {
		return "", fmt.Errorf("harness: promote: %w", err)
	}
	return saw, nil
}

// merge gives a node and each of its copies all sales that either has, and has the
// copies copy again.
func (s *system) merge(ctx context.Context, ev fault.Event) (string, error) {
	var saw []string
	for _, i := range s.copiesOf(ev.To) {
		did, err := s.join(ctx, s.nodes[s.graph.Index(ev.To)], s.nodes[i])
		if err != nil {
			return "", fmt.Errorf("harness: merge the ledgers of %q and %q: %w", ev.To, s.graph.Name(i), err)
		}
		saw = append(saw, did)
	}
	return strings.Join(saw, "; "), nil
}

// join is merge for one copy. Both nodes must be up.
func (s *system) join(ctx context.Context, original, copied *node) (string, error) {
	turned, err := copied.turn(ctx, s.asDeclared(copied))
	if err != nil {
		return "", err
	}
	ctx, cancel := original.within(ctx)
	defer cancel()
	theirs, err := copied.sales(ctx)
	if err != nil {
		return "", err
	}
	ours, err := original.sales(ctx)
	if err != nil {
		return "", err
	}
	back, forth := missing(theirs, ours), missing(ours, theirs)
	if err := errors.Join(original.control.Adopt(ctx, back), copied.control.Adopt(ctx, forth)); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s; %d sales went to %q and %d to %q", turned, len(back), original.cfg.Name, len(forth), copied.cfg.Name), nil
}

// sale is what tells one sale from another.
type sale struct{ terminal, number uint32 }

// sales reads a node's ledger.
func (n *node) sales(ctx context.Context) (map[sale]fakes.Entry, error) {
	all := map[sale]fakes.Entry{}
	err := n.control.Ledger(ctx, func(e fakes.Entry) { all[sale{e.Terminal, e.Sale}] = e })
	return all, err
}

// missing gives what is in one ledger and not in another, in no order.
func missing(in, from map[sale]fakes.Entry) []fakes.Entry {
	var all []fakes.Entry
	for k, e := range in {
		if _, has := from[k]; !has {
			all = append(all, e)
		}
	}
	return all
}
