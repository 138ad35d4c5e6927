package harness

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/backend"
)

// Option changes how an engine runs its backends.
type Option func(*choice)

// Binary says which program is the backend: one that calls [fakes.TakeOver]
// first thing. It is the running program itself if not given.
func Binary(path string) Option { return func(c *choice) { c.binary = path } }

// choice is what the options chose.
type choice struct {
	binary string
	mark   string // names everything; a new one for each node if empty
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

// launch starts a node in a vessel that build makes; build itself must start
// nothing. It chooses other ports when somebody else took the chosen ones first.
func (c choice) launch(ctx context.Context, cfg backend.Config, seed uint64, build func(id string, c fakes.Config) (vessel, error)) (Backend, error) {
	const tries = 5
	var err error
	for range tries {
		var load, control string
		if load, control, err = ports(); err != nil {
			return nil, fmt.Errorf("harness: start node %q: %w", cfg.Name, err)
		}
		token := rand.Text()
		v, err2 := build(c.marked(), fakes.Config{
			Node: cfg, Seed: seed, Token: token, Load: load, Control: control,
		})
		if err2 != nil {
			return nil, fmt.Errorf("harness: start node %q: %w", cfg.Name, err2)
		}
		n := newNode(v, cfg, load, fakes.Control{Addr: control, Token: token})
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
