package harness

import (
	"context"
	"fmt"
	"maps"
	"net"
	"slices"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"

	"github.com/retrystorm/retrystorm/fakes"
)

// sandbox is a container that does nothing but have the network of another, as
// there is one for each pod in Kubernetes. With it a node that others call keeps its
// address while it is down, and calls to it are refused at once. Without it the
// address would vanish with the node: calls would wait for an answer that does not
// come, as if the machine were gone and not the process, and their callers would
// look names up all the time.
type sandbox struct {
	name   string
	addr   string // where its node takes load, on the network of the run
	record record // it runs all the time
}

// start brings the sandbox of a node up, which publishes the node's control port, and
// the load port of an entry.
// A node without one needs nothing.
func (s *sandbox) start(ctx context.Context, b *dockerContainer) error {
	if s == nil {
		return nil
	}
	ports := map[string]string{innerControl: b.controlPort}
	if b.entry {
		ports[innerLoad] = b.load
	}
	_, err := testcontainers.Run(ctx, b.image,
		testcontainers.WithLogger(log.NewNoopLogger()),
		testcontainers.WithName(s.name),
		testcontainers.WithLabels(b.labels()),
		testcontainers.WithEnv(map[string]string{fakes.IdleVar: "1"}),
		testcontainers.WithExposedPorts(slices.Sorted(maps.Keys(ports))...),
		testcontainers.WithConfigModifier(func(c *container.Config) { c.User = nobody }),
		testcontainers.WithHostConfigModifier(func(h *container.HostConfig) {
			confine(h)
			h.NetworkMode = container.NetworkMode(b.network)
			h.PortBindings = network.PortMap{}
			for inner, outer := range ports {
				h.PortBindings[network.MustParsePort(inner)] = onLoopback(outer)
			}
		}))
	if err != nil {
		return fmt.Errorf("start the sandbox of the node: %w", err)
	}
	s.record.begun = time.Now()
	made, err := b.daemon.note(ctx, s.name, &s.record)
	if err != nil {
		return err
	}
	at := made.NetworkSettings.Networks[b.network]
	if at == nil || !at.IPAddress.IsValid() {
		return fmt.Errorf("the sandbox of the node has no address on the network %s", b.network)
	}
	s.addr = net.JoinHostPort(at.IPAddress.String(), network.MustParsePort(innerLoad).Port())
	return nil
}

// reach gives where other nodes reach the one in the container.
func (b *dockerContainer) reach() string {
	if b.sandbox == nil {
		return ""
	}
	return b.sandbox.addr
}
