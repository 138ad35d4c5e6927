package harness

import (
	"context"
	"fmt"
	"sync"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
)

// Docker gives the engine that runs each backend in a container of its own,
// FROM scratch with the backend's program alone in it. Its crash is SIGKILL, its
// freeze the freezer cgroup, its CPU quota the CFS quota. The error wraps
// [ErrNoDocker]; it comes within 5 s whatever DOCKER_HOST says.
func Docker(ctx context.Context, options ...Option) (Engine, error) {
	e := docker{choice: choose(options)}
	var err error
	if e.binary, err = e.executable(); err != nil {
		return nil, err
	}
	if err := fakes.Static(e.binary); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoDocker, err)
	}
	if e.daemon, err = findDaemon(ctx); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoDocker, err)
	}
	e.tag = sync.OnceValues(func() (string, error) { return fakes.ImageTag(e.binary) })
	return e, nil
}

type docker struct {
	choice
	daemon daemon
	tag    func() (string, error) // of the image; the first call reads the whole binary
}

// Name is "docker".
func (docker) Name() string { return "docker" }

// The least that Docker accepts.
const (
	leastCPUs   = 0.01
	leastMemory = 6 << 20
)

// Check refuses bounds that the daemon does not accept.
func (e docker) Check(node backend.Config, timeline []fault.Event) error {
	var errs field.Errors
	if why := e.daemon.refusesCPUs(node.CPUs); node.CPUs != 0 && why != "" {
		errs.Add("backend.nodes", "node %q is to have %g cpus; %s", node.Name, node.CPUs, why)
	}
	if why := e.daemon.refusesMemory(int64(node.Memory)); node.Memory != 0 && why != "" {
		errs.Add("backend.nodes", "node %q is to have %d bytes of memory; %s", node.Name, node.Memory, why)
	}
	for i, ev := range timeline {
		if ev.Kind != fault.CPU || !hits(ev, node) {
			continue
		}
		if why := e.daemon.refusesCPUs(ev.CPUs); why != "" {
			errs.Add(field.Join(field.At("timeline", i), "cpus"), "is %g; %s", ev.CPUs, why)
		}
	}
	return errs.Err()
}

func (d daemon) refusesCPUs(cpus float64) string {
	switch {
	case !d.quotas:
		return "this Docker daemon cannot set a CPU quota"
	case cpus < leastCPUs || cpus > float64(d.cpus):
		return fmt.Sprintf("this Docker daemon accepts %g to %d", leastCPUs, d.cpus)
	}
	return ""
}

func (d daemon) refusesMemory(bytes int64) string {
	switch {
	case !d.memory:
		return "this Docker daemon cannot bound memory"
	case bytes < leastMemory:
		return "Docker accepts '6MiB' and more"
	}
	return ""
}

// Start brings up a container, and before that builds its image unless it is
// there already. Its ledger is on a volume of its own, which Stop removes; the
// image stays.
func (e docker) Start(ctx context.Context, cfg backend.Config, seed uint64) (Backend, error) {
	image, err := e.image(ctx)
	if err != nil {
		return nil, fmt.Errorf("harness: start node %q: %w", cfg.Name, err)
	}
	return e.launch(ctx, cfg, seed, func(id string, c fakes.Config) (vessel, error) {
		return newContainer(e.daemon, image, id, c)
	})
}
