package harness

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/proxy"
	"github.com/retrystorm/retrystorm/internal/topology"
)

// link is a link whose faults can be set: that of the fleet, whose proxy is here in
// front of the entry, or one from a node, which has the proxy within its own process.
type link interface {
	// set makes those the faults in force, and says what is known of that.
	set(ctx context.Context, faults []fault.Event) (string, error)
	// state is what the link says of itself; known is false while nobody can be asked.
	state(ctx context.Context) (s proxy.State, known bool, err error)
	// probe asks the node called, over the link.
	probe(ctx context.Context, within time.Duration) (proxy.Seen, error)
}

// front is the proxy between the fleet and the entry.
type front struct {
	*proxy.Proxy
	addr string
}

// newFront puts a proxy before the entry.
func newFront(seed uint64, entry *node) (*front, error) {
	f := &front{Proxy: proxy.New(seed, history.Fleet, entry.cfg.Name, func(ctx context.Context) (net.Conn, error) {
		d := net.Dialer{KeepAlive: -1}
		return d.DialContext(ctx, "tcp", entry.addr)
	})}
	const tries = 5
	for try := 1; ; try++ {
		addr, _, err := ports()
		if err == nil {
			err = f.Listen(addr)
		}
		if f.addr = addr; err == nil {
			return f, nil
		}
		if try == tries || !errors.Is(err, syscall.EADDRINUSE) {
			return nil, fmt.Errorf("harness: the link of the fleet: %w", err)
		}
	}
}

// set takes up a port again that another program may have taken meanwhile.
func (f *front) set(ctx context.Context, faults []fault.Event) (string, error) {
	return "", again(ctx, func() error { return f.Set(faults) })
}

func (f *front) state(context.Context) (proxy.State, bool, error) { return f.State(), true, nil }

func (f *front) probe(ctx context.Context, within time.Duration) (proxy.Seen, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	return proxy.Probe(ctx, func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", f.addr)
	}), nil
}

// again does what may find its port taken, until it does not or ctx ends.
func again(ctx context.Context, do func() error) error {
	for {
		err := do()
		if !errors.Is(err, syscall.EADDRINUSE) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(5 * between):
		}
	}
}

// outward is a link from a node.
type outward struct {
	*node
	to string
}

func (o outward) set(ctx context.Context, faults []fault.Event) (string, error) {
	o.standing.mu.Lock()
	defer o.standing.mu.Unlock()
	if o.standing.links == nil {
		o.standing.links = map[string][]fault.Event{}
	}
	o.standing.links[o.to] = faults
	return o.await(ctx, linked(o.to, faults))
}

func (o outward) state(ctx context.Context) (proxy.State, bool, error) {
	s, err := o.instance.look(ctx)
	if err != nil || !s.alive || s.frozen {
		return proxy.State{}, false, err
	}
	st, err := o.control.Link(ctx, o.to)
	return st, err == nil, err
}

func (o outward) probe(ctx context.Context, within time.Duration) (proxy.Seen, error) {
	return o.control.ProbeLink(ctx, o.to, within)
}

// linked holds when the node has been told which faults of a link are in force, or is
// down: then it is told at its next start, see remind.
func linked(to string, faults []fault.Event) condition {
	return func(ctx context.Context, n *node, s status) (string, error) {
		if !s.alive {
			return fmt.Sprintf("%v, and its link to %s has %s from its next start on", s, to, kindsOf(faults)), nil
		}
		ctx, cancel := context.WithTimeout(ctx, hearing)
		defer cancel()
		if err := n.control.SetLink(ctx, to, faults); err != nil {
			return "", fmt.Errorf("%v but does not take the order about its link: %w", s, err)
		}
		return fmt.Sprintf("%s has %s on its link to %s", s.name, kindsOf(faults), to), nil
	}
}

func kindsOf(faults []fault.Event) string {
	if len(faults) == 0 {
		return "no fault"
	}
	words := make([]string, len(faults))
	for i, e := range faults {
		words[i] = e.Kind.String()
	}
	return strings.Join(words, " and ")
}

// remindLinks tells a node that was started again which faults its links have.
func (n *node) remindLinks(ctx context.Context, saw string) (string, error) {
	for _, l := range n.cfg.Calls {
		for _, to := range l.To {
			faults := n.standing.links[to]
			if len(faults) == 0 {
				continue
			}
			told, err := n.await(ctx, linked(to, faults))
			if err != nil {
				return "", fmt.Errorf("%s, but does not take the order about its link to %s: %w", saw, to, err)
			}
			saw += "; again " + told
		}
	}
	return saw, nil
}

// linkOf gives the link that an event strikes, and the node that it leads to.
func (s *system) linkOf(ev fault.Event) (link, *node, error) {
	p := topology.Pair{From: ev.From, To: ev.To}
	from, to := s.graph.Index(ev.From), s.graph.Index(ev.To)
	switch {
	case !slices.Contains(s.graph.Faulty, p) || to < 0:
		return nil, nil, fmt.Errorf("names the link %s, whose faults cannot be set: %w", p, errors.ErrUnsupported)
	case from < 0:
		return s.fronts[to], s.nodes[to], nil
	}
	return outward{s.nodes[from], ev.To}, s.nodes[to], nil
}
