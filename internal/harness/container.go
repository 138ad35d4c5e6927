package harness

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/events"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"

	"github.com/retrystorm/retrystorm/fakes"
)

// dockerContainer is an instance: a container and the volume with its ledger.
type dockerContainer struct {
	daemon            daemon
	run               string    // the run's mark
	name              string    // of the container and of the volume
	network           string    // of the run; empty for the daemon's own
	disk              *loopDisk // under its ledger; nil where the daemon's own disk is
	sandbox           *sandbox  // that has its address there; nil if it has its own
	image             string
	entry             bool         // the fleet calls it
	cfg               fakes.Config // as the process inside sees it
	load, controlPort string       // the ports on this machine; controlPort is the control port's
	made              bool         // the container was made
	unsure            bool         // making it was interrupted: it may still appear
	keepsLimits       bool         // it was made without raising limits
	record            record
	spare             func() // takes back that the kernel is to kill it
}

func (b *dockerContainer) obey(ctx context.Context, o order, cpus float64) error {
	switch o {
	case boot:
		return b.boot(ctx)
	case kill:
		return b.kill(ctx)
	case freeze:
		cancel := b.record.order(events.ActionPause)
		_, err := b.daemon.ContainerPause(ctx, b.name, client.ContainerPauseOptions{})
		if err == nil {
			b.record.is(true, true)
		}
		return b.unless(ctx, err, cancel, func(s status) bool { return s.frozen })
	case thaw:
		cancel := b.record.order(events.ActionUnPause)
		_, err := b.daemon.ContainerUnpause(ctx, b.name, client.ContainerUnpauseOptions{})
		if err == nil {
			b.record.is(true, false)
		}
		return b.unless(ctx, err, cancel, func(s status) bool { return !s.frozen })
	case limit:
		cancel := b.record.order(events.ActionUpdate)
		r := quota(b.cfg.Node.CPUs, cpus)
		_, err := b.daemon.ContainerUpdate(ctx, b.name, client.ContainerUpdateOptions{Resources: &r})
		return b.unless(ctx, err, cancel, func(status) bool { return false })
	case starve:
		return b.starve(ctx)
	case relieve:
		return b.relieve(ctx)
	case remove:
		return b.remove(ctx)
	}
	return errors.ErrUnsupported
}

// kill ends the container; the daemon lets one that stands still go on for it.
func (b *dockerContainer) kill(ctx context.Context) error {
	actions := []events.Action{events.ActionKill, events.ActionDie}
	if b.record.stands() {
		actions = append(actions, events.ActionUnPause)
	}
	cancel := b.record.order(actions...)
	_, err := b.daemon.ContainerKill(ctx, b.name, client.ContainerKillOptions{Signal: "KILL"})
	if err == nil {
		b.record.is(false, false)
	}
	return b.unless(ctx, err, cancel, func(s status) bool { return !s.alive })
}

// unless forgives an order that failed because it was already fulfilled. Then
// somebody else fulfilled it, which the order does not explain.
func (b *dockerContainer) unless(ctx context.Context, err error, cancel func(), fulfilled func(status) bool) error {
	if err == nil {
		return nil
	}
	cancel()
	if s, looked := b.look(ctx); looked == nil && fulfilled(s) {
		return nil
	}
	return err
}

// boot makes and starts the container, or starts it again.
func (b *dockerContainer) boot(ctx context.Context) error {
	err := b.start(ctx)
	if err != nil && inUse(err.Error()) {
		return fmt.Errorf("%w: %w", errTaken, err)
	}
	return err
}

func (b *dockerContainer) start(ctx context.Context) error {
	if b.made {
		return b.startAgain(ctx)
	}
	cancel := b.record.order(events.ActionStart)
	if err := announce(b.things()...); err != nil {
		return err
	}
	if err := b.makeDisk(ctx); err != nil {
		cancel()
		return err
	}
	options, err := b.options()
	if err != nil {
		return err
	}
	b.unsure, b.keepsLimits = true, b.daemon.keepsLimits.Load()
	b.record.begun = time.Now()
	if err := b.sandbox.start(ctx, b); err != nil {
		cancel()
		b.unsure = ctx.Err() != nil
		return err
	}
	_, err = testcontainers.Run(ctx, b.image, options...)
	b.unsure = ctx.Err() != nil
	b.made = err == nil
	if err == nil {
		return b.began(ctx)
	}
	cancel()
	if !b.keepsLimits && strings.Contains(err.Error(), "rlimit") {
		b.daemon.keepsLimits.Store(true)
		if _, err := b.discard(ctx); err != nil {
			return err
		}
		return b.start(ctx)
	}
	return err
}

func (b *dockerContainer) startAgain(ctx context.Context) error {
	if s, err := b.look(ctx); err == nil && s.alive {
		return nil // somebody else has started it, which no order explains
	}
	cancel := b.record.order(events.ActionStart)
	if _, err := b.daemon.ContainerStart(ctx, b.name, client.ContainerStartOptions{}); err != nil {
		cancel()
		return err
	}
	return b.began(ctx)
}

// began notes which container it is and when it was started.
func (b *dockerContainer) began(ctx context.Context) error {
	_, err := b.daemon.note(ctx, b.name, &b.record)
	return err
}

// note has a record know which container it is of, and when that was started.
func (d daemon) note(ctx context.Context, name string, r *record) (container.InspectResponse, error) {
	found, err := d.ContainerInspect(ctx, name, client.ContainerInspectOptions{})
	if err == nil {
		r.began(found.Container.ID, found.Container.State.StartedAt)
	}
	return found.Container, err
}

func (b *dockerContainer) look(ctx context.Context) (status, error) {
	s := status{name: "container " + b.name}
	found, err := b.daemon.ContainerInspect(ctx, b.name, client.ContainerInspectOptions{})
	if errdefs.IsNotFound(err) {
		s.state = "not there"
		return s, nil
	}
	if err != nil {
		return s, err
	}
	state := found.Container.State
	s.alive, s.frozen, s.state = state.Running, state.Paused, string(state.Status)
	if !state.Running {
		s.state = fmt.Sprintf("%s with code %d", state.Status, state.ExitCode)
	}
	if s.oom = state.OOMKilled && !state.Running; s.oom {
		s.state += ", killed for want of memory"
		s.ended, err = time.Parse(time.RFC3339Nano, state.FinishedAt)
	}
	s.cpus = allowed(found.Container.HostConfig.Resources)
	if s.memory = found.Container.HostConfig.Memory; s.memory == boundless {
		s.memory = 0
	}
	if !s.alive {
		b.record.ended()
	}
	return s, err
}

func (b *dockerContainer) last(ctx context.Context) string {
	logs, err := b.daemon.ContainerLogs(ctx, b.name, client.ContainerLogsOptions{
		ShowStdout: true, ShowStderr: true, Tail: "40",
	})
	if err != nil {
		return ""
	}
	defer logs.Close()
	said := &tail{}
	_, _ = stdcopy.StdCopy(said, said, logs)
	return said.String()
}

// remove takes the container and the volume away.
func (b *dockerContainer) remove(ctx context.Context) error {
	if err := b.daemon.remove(ctx, b.unsure, b.things()...); err != nil {
		return fmt.Errorf("remove container and volume %s: %w", b.name, err)
	}
	return b.removeDisk()
}

func (b *dockerContainer) discard(ctx context.Context) (left bool, err error) {
	return b.daemon.discard(ctx, b.things()...)
}

func (b *dockerContainer) things() []thing {
	things := []thing{b.daemon.thing(aContainer, b.name), b.daemon.thing(aVolume, b.name)}
	if b.sandbox != nil {
		things = append(things, b.daemon.thing(aContainer, b.sandbox.name))
	}
	return things
}
