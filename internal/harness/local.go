package harness

import (
	"context"
	"os"
	"path/filepath"
	"slices"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/topology"
)

// Local gives the engine that runs each node as a child process on 127.0.0.1. Its crash is SIGKILL, its freeze SIGSTOP; it has no CPU quota.
func Local(options ...Option) Engine { return local{choose(options)} }

type local struct{ choice }

// Name is "local".
func (local) Name() string { return "local" }

// Check refuses what needs a CPU quota or a limit of memory.
func (local) Check(nodes []backend.Config, timeline []fault.Event) error {
	var errs field.Errors
	for _, node := range nodes {
		if node.CPUs == 0 || node.Service.Work != backend.Burned {
			continue
		}
		errs.Add("backend.nodes", "node %q burns processor time within %g cpus, and the local engine cannot set a CPU quota; use --engine docker or leave cpus out", node.Name, node.CPUs)
	}
	for i, ev := range timeline {
		switch {
		case !hits(ev, nodes):
		case ev.Kind == fault.CPU:
			errs.Add(field.At("timeline", i), "the local engine cannot set a CPU quota; use --engine docker or take the fault out")
		case ev.Kind == fault.Memory:
			errs.Add(field.At("timeline", i), "the local engine cannot bound memory; use --engine docker, or fault.crash, which loses the same")
		}
	}
	return errs.Err()
}

// Start brings up a child process for each node. Its ledger is in a directory of
// its own under [os.TempDir], which Stop removes.
func (e local) Start(ctx context.Context, graph *topology.Graph, seed uint64) (Backend, error) {
	binary, err := e.executable()
	if err != nil {
		return nil, err
	}
	s := newSystem(graph, e.marked())
	return s.start(ctx, seed, func(_ place, id string, c fakes.Config) (instance, error) {
		c.Dir = filepath.Join(os.TempDir(), "retrystorm-"+id)
		return &process{binary: binary, mark: id, cfg: c}, nil
	})
}

// hits says whether an event strikes one of the nodes.
func hits(ev fault.Event, nodes []backend.Config) bool {
	return ev.Node == "" && ev.Region == "" || slices.ContainsFunc(nodes, func(n backend.Config) bool {
		return ev.Node == n.Name && ev.Region == "" || ev.Region != "" && ev.Region == n.Region
	})
}
