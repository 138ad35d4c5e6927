package harness

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"

	"github.com/retrystorm/retrystorm/fakes"
)

// Option changes how an engine runs its nodes.
type Option func(*choice)

// Binary says which program is the backend: one that calls [fakes.TakeOver]
// first thing. It is the running program itself if not given.
func Binary(path string) Option { return func(c *choice) { c.binary = path } }

// choice is what the options chose.
type choice struct {
	binary string
	mark   string // names everything; a new one for each run if empty
}

func choose(options []Option) choice {
	var c choice
	for _, o := range options {
		o(&c)
	}
	return c
}

// executable gives the path of the backend's program.
func (c choice) executable() (string, error) {
	if c.binary != "" {
		return c.binary, nil
	}
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("harness: find this program's own file: %w", err)
	}
	return path, nil
}

// place is the place of a node in a run.
type place struct {
	run    string // the run's mark
	index  int    // among the nodes
	alone  bool   // there is no other node
	entry  bool   // the fleet calls it
	called bool   // another node calls it
}

// id names what the node runs in. Of a node that is alone that is the run's mark.
func (p place) id(try int) string {
	id := p.run
	if !p.alone {
		id = fmt.Sprintf("%s-%d", id, p.index+1)
	}
	if try > 0 {
		id = fmt.Sprintf("%s-again%d", id, try)
	}
	return id
}

// maker makes what a node runs in, and starts nothing; id names it.
type maker func(p place, id string, c fakes.Config) (instance, error)

// launch starts a node in what build makes. It chooses other ports when somebody
// else took the chosen ones first.
func launch(ctx context.Context, p place, cfg fakes.Config, build maker) (*node, error) {
	const tries = 5
	var err error
	for try := range tries {
		var load, control string
		if load, control, err = ports(); err != nil {
			return nil, fmt.Errorf("harness: start node %q: %w", cfg.Node.Name, err)
		}
		cfg.Token, cfg.Load, cfg.Control = rand.Text(), load, control
		v, err2 := build(p, p.id(try), cfg)
		if err2 != nil {
			return nil, fmt.Errorf("harness: start node %q: %w", cfg.Node.Name, err2)
		}
		n := newNode(v, cfg.Node, load, fakes.Control{Addr: control, Token: cfg.Token})
		if err = n.start(ctx); err == nil {
			return n, nil
		}
		if !errors.Is(err, errTaken) {
			return nil, err
		}
	}
	return nil, err
}

// marked gives a name that nothing else on earth has.
func (c choice) marked() string {
	if c.mark != "" {
		return c.mark
	}
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return fmt.Sprintf("%x", b)
}
