package harness

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/topology"
)

// system is a Backend: the nodes of a graph.
type system struct {
	graph *topology.Graph
	mark  string
	nodes []*node // in the order declared; nil before it was started
	// fronts are the proxies between the fleet and its entries, by node; nil where the
	// timeline does not strike that link.
	fronts []*front

	mu     sync.Mutex
	faults []fault.Event // of links, in force
	// away takes away what the nodes share, once they are gone; nil if that is
	// nothing.
	away func(ctx context.Context) error
}

func newSystem(graph *topology.Graph, mark string) *system {
	return &system{graph: graph, mark: mark, nodes: make([]*node, len(graph.Nodes)), fronts: make([]*front, len(graph.Nodes))}
}

// start brings all nodes up, callees first, so that each can be told where those
// are that it calls. On an error nothing is left.
func (s *system) start(ctx context.Context, seed uint64, build maker) (Backend, error) {
	for _, i := range s.graph.CalleesFirst {
		p := place{run: s.mark, index: i, alone: len(s.nodes) == 1, entry: slices.Contains(s.graph.Entries, i), called: s.called(i)}
		cfg := fakes.Config{Node: s.graph.Nodes[i].Config, Seed: seed, Links: s.peers(i)}
		if cfg.Named = s.named(i); cfg.Named != nil {
			cfg.Naming = s.graph.Naming
		}
		cfg.Paired = s.paired(i)
		n, err := launch(ctx, p, cfg, build)
		if err != nil {
			return nil, errors.Join(err, s.Stop(ctx))
		}
		s.nodes[i] = n
	}
	for _, i := range s.graph.Entries {
		if !slices.Contains(s.graph.Faulty, topology.Pair{From: history.Fleet, To: s.graph.Name(i)}) {
			continue
		}
		var err error
		if s.fronts[i], err = newFront(seed, s.nodes[i]); err != nil {
			return nil, errors.Join(err, s.Stop(ctx))
		}
	}
	if err := s.copy(ctx); err != nil {
		return nil, errors.Join(err, s.Stop(ctx))
	}
	return s, nil
}

// peers says where those nodes are that a node calls, which have been started.
func (s *system) peers(caller int) map[string]fakes.Peer {
	peers := map[string]fakes.Peer{}
	for _, l := range s.graph.Nodes[caller].Links {
		for _, to := range l.To {
			n := s.nodes[to]
			pair := topology.Pair{From: s.graph.Name(caller), To: n.cfg.Name}
			peers[n.cfg.Name] = fakes.Peer{
				Addr: n.instance.reach(), Propagates: n.cfg.DeadlinePropagation, Struck: slices.Contains(s.graph.Faulty, pair),
			}
		}
	}
	return peers
}

// called says whether another node calls the one of that index, or copies its ledger.
func (s *system) called(i int) bool {
	return len(s.copiesOf(s.graph.Name(i))) > 0 || slices.ContainsFunc(s.graph.Edges(), func(e topology.Edge) bool { return e.To == i })
}

// Addrs is where the entries take load, or the proxies before them.
func (s *system) Addrs() []string {
	var all []string
	for _, i := range s.graph.Entries {
		all = append(all, s.addr(i))
	}
	return all
}

// addr is where an entry takes load, or the proxy before it.
func (s *system) addr(i int) string {
	if f := s.fronts[i]; f != nil {
		return f.addr
	}
	return s.nodes[i].addr
}

// Nodes gives the nodes in the order declared.
func (s *system) Nodes() []Node {
	all := make([]Node, len(s.nodes))
	for i, n := range s.nodes {
		all[i] = Node{Name: n.cfg.Name, Control: n.control}
	}
	return all
}

// Inject carries a fault out on the node or the link that it names.
func (s *system) Inject(ctx context.Context, ev fault.Event) (string, error) {
	switch {
	case ev.Kind.StrikesLink():
		return s.strikeLink(ctx, ev, true)
	case ev.Promote:
		return s.promote(ctx, ev)
	case ev.Merge:
		return s.merge(ctx, ev)
	}
	if err := s.entryDown(ctx, ev, true); err != nil {
		return "", err
	}
	return s.each(ev, func(n *node) (string, error) { return n.Inject(ctx, ev) })
}

// Lift takes a fault away from the node or the link that it names.
func (s *system) Lift(ctx context.Context, ev fault.Event) (string, error) {
	if ev.Kind.StrikesLink() {
		return s.strikeLink(ctx, ev, false)
	}
	saw, err := s.each(ev, func(n *node) (string, error) { return n.Lift(ctx, ev) })
	return saw, errors.Join(err, s.entryDown(ctx, ev, false))
}

// entryDown has the proxy before an entry refuse connections while that is down.
func (s *system) entryDown(ctx context.Context, ev fault.Event, down bool) error {
	i := max(s.graph.Index(ev.Node), 0)
	if !ev.Kind.TakesDown() || s.fronts[i] == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return again(ctx, func() error { return s.fronts[i].SetDown(down) })
}

// each does something to every node that an event is for, to all at once, and puts
// together what was seen.
func (s *system) each(ev fault.Event, do func(n *node) (string, error)) (string, error) {
	struck, err := s.struck(ev)
	if err != nil {
		return "", fmt.Errorf("harness: a %s %w", ev.Kind, err)
	}
	saw, errs := make([]string, len(struck)), make([]error, len(struck))
	var all sync.WaitGroup
	for i, n := range struck {
		all.Go(func() { saw[i], errs[i] = do(n) })
	}
	all.Wait()
	if len(s.nodes) > 1 {
		for i, n := range struck {
			saw[i] = fmt.Sprintf("node %q: %s", n.cfg.Name, saw[i])
		}
	}
	if err := errors.Join(errs...); err != nil {
		return "", err
	}
	return strings.Join(saw, "; "), nil
}

// struck gives the nodes that an event is for.
func (s *system) struck(ev fault.Event) ([]*node, error) {
	if ev.Kind == fault.RetriesOff {
		return s.callers()
	}
	if !ev.Kind.StrikesNode() {
		return nil, fmt.Errorf("is not done to a node: %w", errors.ErrUnsupported)
	}
	if ev.Node == "" && len(s.nodes) == 1 {
		return s.nodes, nil
	}
	if i := s.graph.Index(ev.Node); i >= 0 {
		return s.nodes[i : i+1], nil
	}
	return nil, fmt.Errorf("names the node %q, and there is none of that name", ev.Node)
}

// callers gives the nodes that call others.
func (s *system) callers() ([]*node, error) {
	var all []*node
	for i, n := range s.nodes {
		if len(s.graph.Nodes[i].Links) > 0 {
			all = append(all, n)
		}
	}
	if all == nil {
		return nil, fmt.Errorf("is for nodes that call others, and there are none: %w", errors.ErrUnsupported)
	}
	return all, nil
}

// Disturbed gives what has happened to the nodes that no fault explains.
func (s *system) Disturbed(ctx context.Context) []Disturbance {
	parts := make([][]Disturbance, len(s.nodes))
	var all sync.WaitGroup
	for i, n := range s.nodes {
		all.Go(func() { parts[i] = n.Disturbed(ctx) })
	}
	all.Wait()
	if len(s.nodes) > 1 {
		for i, n := range s.nodes {
			for k := range parts[i] {
				parts[i][k].What = fmt.Sprintf("node %q: %s", n.cfg.Name, parts[i][k].What)
			}
		}
	}
	odd := slices.Concat(parts...)
	slices.SortStableFunc(odd, func(a, b Disturbance) int { return cmp.Compare(a.At.UnixNano(), b.At.UnixNano()) })
	return odd
}

// Stop takes all nodes down at once, in whatever state they are, and then what they
// share. Once ctx has ended it takes no longer than twice what a node alone may.
func (s *system) Stop(ctx context.Context) error {
	least := farewell
	if len(s.nodes) > 1 {
		least *= 2
	}
	ctx, cancel := leaving(ctx, least)
	defer cancel()
	for _, f := range s.fronts {
		if f != nil {
			f.Close()
		}
	}
	errs := make([]error, len(s.nodes))
	var all sync.WaitGroup
	for i, n := range s.nodes {
		if n != nil {
			all.Go(func() { errs[i] = n.stop(ctx) })
		}
	}
	all.Wait()
	if s.away != nil {
		errs = append(errs, s.away(ctx))
	}
	return errors.Join(errs...)
}
