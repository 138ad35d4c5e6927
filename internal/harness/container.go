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
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"

	"github.com/retrystorm/retrystorm/fakes"
)

// cfsPeriod is the period of the CFS quota, in microseconds: the kernel's usual.
const cfsPeriod = 100_000

// box is a vessel: a container and the volume with its ledger.
type box struct {
	daemon      daemon
	name        string // of the container and of the volume
	image       string
	cfg         fakes.Config // as the process inside sees it
	load, hatch string       // the ports on this machine; hatch is the control port's
	made        bool         // the container was made
	unsure      bool         // making it was interrupted: it may still appear
	meek        bool         // it was made without raising limits
}

func (b *box) obey(ctx context.Context, o order, cpus float64) error {
	switch o {
	case boot:
		return b.boot(ctx)
	case kill:
		_, err := b.daemon.ContainerKill(ctx, b.name, client.ContainerKillOptions{Signal: "KILL"})
		return b.unless(ctx, err, func(s sight) bool { return !s.alive })
	case freeze:
		_, err := b.daemon.ContainerPause(ctx, b.name, client.ContainerPauseOptions{})
		return b.unless(ctx, err, func(s sight) bool { return s.frozen })
	case thaw:
		_, err := b.daemon.ContainerUnpause(ctx, b.name, client.ContainerUnpauseOptions{})
		return b.unless(ctx, err, func(s sight) bool { return !s.frozen })
	case limit:
		r := quota(b.cfg.Node.CPUs, cpus)
		_, err := b.daemon.ContainerUpdate(ctx, b.name, client.ContainerUpdateOptions{Resources: &r})
		return err
	case remove:
		return b.remove(ctx)
	}
	return errors.ErrUnsupported
}

// unless forgives an order that failed because it was already fulfilled.
func (b *box) unless(ctx context.Context, err error, fulfilled func(sight) bool) error {
	if err == nil {
		return nil
	}
	if s, looked := b.look(ctx); looked == nil && fulfilled(s) {
		return nil
	}
	return err
}

// boot makes and starts the container, or starts it again.
func (b *box) boot(ctx context.Context) error {
	err := b.start(ctx)
	if err != nil && inUse(err.Error()) {
		return fmt.Errorf("%w: %w", errTaken, err)
	}
	return err
}

func (b *box) start(ctx context.Context) error {
	if b.made {
		_, err := b.daemon.ContainerStart(ctx, b.name, client.ContainerStartOptions{})
		return err
	}
	if err := announce(b.things()...); err != nil {
		return err
	}
	options, err := b.options()
	if err != nil {
		return err
	}
	b.unsure, b.meek = true, b.daemon.meek.Load()
	_, err = testcontainers.Run(ctx, b.image, options...)
	b.unsure = ctx.Err() != nil
	b.made = err == nil
	if err != nil && !b.meek && strings.Contains(err.Error(), "rlimit") {
		b.daemon.meek.Store(true)
		if _, err := b.discard(ctx); err != nil {
			return err
		}
		return b.start(ctx)
	}
	return err
}

func (b *box) look(ctx context.Context) (sight, error) {
	s := sight{name: "container " + b.name}
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
	if state.OOMKilled {
		s.state += ", killed for want of memory"
	}
	s.cpus = allowed(found.Container.HostConfig.Resources)
	return s, nil
}

func (b *box) last(ctx context.Context) string {
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

// remove takes the container and the volume away. An interrupted order to make
// the container may reach the daemon late, so then it is looked for a while
// longer; if it comes later still, the reaper removes it, which is not told
// that it is gone.
func (b *box) remove(ctx context.Context) error {
	const late = time.Second
	until := time.Now()
	if b.unsure {
		until = until.Add(late)
	}
	for {
		left, err := b.discard(ctx)
		if !left && err == nil && !time.Now().Before(until) {
			break
		}
		select {
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("remove container and volume %s: %w", b.name, ctx.Err()), err)
		case <-time.After(between):
		}
	}
	if !b.unsure {
		renounce(b.things()...)
	}
	return nil
}

// discard orders both to be removed, and says whether either was there.
func (b *box) discard(ctx context.Context) (left bool, err error) {
	for _, t := range b.things() {
		found, failed := discard(ctx, b.daemon.Client, t)
		left, err = left || found, errors.Join(err, failed)
	}
	return left, err
}

func (b *box) things() []thing {
	host := b.daemon.DaemonHost()
	return []thing{{Kind: aContainer, Name: b.name, Host: host}, {Kind: aVolume, Name: b.name, Host: host}}
}

// quota gives the update that allows cpus processors, or all if zero, to a
// container made with own. Docker lets only those change in NanoCPUs that were
// made with it, and takes a zero there for "as before".
func quota(own, cpus float64) container.Resources {
	switch {
	case own > 0:
		return container.Resources{NanoCPUs: int64(cpus * 1e9)}
	case cpus > 0:
		return container.Resources{CPUPeriod: cfsPeriod, CPUQuota: int64(cpus * cfsPeriod)}
	}
	return container.Resources{CPUPeriod: cfsPeriod, CPUQuota: -1}
}

// allowed reads back what quota and the making of the container set.
func allowed(r container.Resources) float64 {
	switch {
	case r.NanoCPUs > 0:
		return float64(r.NanoCPUs) / 1e9
	case r.CPUQuota > 0 && r.CPUPeriod > 0:
		return float64(r.CPUQuota) / float64(r.CPUPeriod)
	}
	return 0
}
