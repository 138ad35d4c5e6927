package harness

import (
	"context"
	"os"
	"path/filepath"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
)

// Local gives the engine that runs each backend as a child process on
// 127.0.0.1. Its crash is SIGKILL, its freeze SIGSTOP; it has no CPU quota.
func Local(options ...Option) Engine { return local{choose(options)} }

type local struct{ choice }

// Name is "local".
func (local) Name() string { return "local" }

// Check refuses what needs a CPU quota.
func (local) Check(node backend.Config, timeline []fault.Event) error {
	var errs field.Errors
	if node.CPUs > 0 && node.Service.Work == backend.Burned {
		errs.Add("backend.nodes", "node %q burns processor time within %g cpus, and the local engine cannot set a CPU quota; use --engine docker or leave cpus out", node.Name, node.CPUs)
	}
	for i, ev := range timeline {
		if ev.Kind == fault.CPU && hits(ev, node) {
			errs.Add(field.At("timeline", i), "the local engine cannot set a CPU quota; use --engine docker or take the fault out")
		}
	}
	return errs.Err()
}

// Start brings up a child process. Its ledger is in a directory of its own
// under [os.TempDir], which Stop removes.
func (e local) Start(ctx context.Context, cfg backend.Config, seed uint64) (Backend, error) {
	binary, err := e.executable()
	if err != nil {
		return nil, err
	}
	return e.launch(ctx, cfg, seed, func(id string, c fakes.Config) (vessel, error) {
		c.Dir = filepath.Join(os.TempDir(), "retrystorm-"+id)
		return &process{binary: binary, mark: id, cfg: c}, nil
	})
}

// hits says whether an event is one of this node's.
func hits(ev fault.Event, node backend.Config) bool {
	return ev.Node == "" || ev.Node == node.Name
}
