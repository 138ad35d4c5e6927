package harness

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/topology"
)

// Docker gives the engine that runs each node in a container of its own,
// FROM scratch with the backend's program alone in it. Its crash is SIGKILL, its
// freeze the freezer cgroup, its CPU quota the CFS quota. The error wraps
// [ErrNoDocker]; it comes within 13 s, and within 3 s where DOCKER_HOST names an address
// at which nothing answers.
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
	e.once = new(sync.Once)
	return e, nil
}

type docker struct {
	choice
	daemon daemon
	tag    func() (string, error) // of the image; the first call reads the whole binary
	once   *sync.Once             // to purge
	// relatives is whose images are removed with those of this program, if they
	// are not all the others of its kind; for tests.
	relatives string
}

// Name is "docker".
func (docker) Name() string { return "docker" }

// The least that Docker accepts.
const (
	leastCPUs   = 0.01
	leastMemory = 6 << 20
)

// Check refuses bounds that the daemon does not accept.
func (e docker) Check(nodes []backend.Config, timeline []fault.Event) error {
	var errs field.Errors
	for _, node := range nodes {
		if why := e.daemon.refusesCPUs(node.CPUs); node.CPUs != 0 && why != "" {
			errs.Add("backend.nodes", "node %q is to have %g cpus; %s", node.Name, node.CPUs, why)
		}
		if why := e.daemon.refusesMemory(int64(node.Memory)); node.Memory != 0 && why != "" {
			errs.Add("backend.nodes", "node %q is to have %d bytes of memory; %s", node.Name, node.Memory, why)
		}
	}
	for i, ev := range timeline {
		if ev.Kind == fault.Memory && !e.daemon.memory && hits(ev, nodes) {
			errs.Add(field.At("timeline", i), "this Docker daemon cannot bound memory; use fault.crash, which loses the same")
		}
		if ev.Kind != fault.CPU || !hits(ev, nodes) {
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

// Start brings up a container for each node, and before that builds their image
// unless it is there already. A node's ledger is on a volume of its own, which Stop
// removes; the image stays. Several nodes are on a network of their own, which nobody
// else is on. The error wraps [ErrNoNetwork] if there can be no such network. The
// first start removes the images that other builds of this program have left.
func (e docker) Start(ctx context.Context, graph *topology.Graph, seed uint64) (Backend, error) {
	return e.withImage(ctx, func(image string) (Backend, error) {
		e.once.Do(func() { e.purge(ctx, fresh) })
		return e.with(ctx, image, newSystem(graph, e.marked()), seed)
	})
}

// with starts a system of the image.
func (e docker) with(ctx context.Context, image string, s *system, seed uint64) (Backend, error) {
	var network string
	if len(s.nodes) > 1 {
		var err error
		if network, s.away, err = e.privateNetwork(ctx, s.mark); err != nil {
			return nil, err
		}
	}
	return s.start(ctx, seed, func(p place, id string, c fakes.Config) (instance, error) {
		return newContainer(e.daemon, image, network, p, id, c)
	})
}

// withImage starts a node of the image. Another build of this program may remove
// it as long as no container uses it, so it is built again where it has gone.
func (e docker) withImage(ctx context.Context, start func(image string) (Backend, error)) (Backend, error) {
	const tries = 3
	for try := 1; ; try++ {
		image, err := e.image(ctx)
		if errors.Is(err, errVanished) && try < tries {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("harness: start a node: %w", err)
		}
		b, err := start(image)
		if err == nil || try == tries || !e.missing(ctx, image) {
			return b, err
		}
	}
}
