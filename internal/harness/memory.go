package harness

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/events"
	"github.com/moby/moby/client"

	"github.com/retrystorm/retrystorm/internal/fault"
)

// boundless is the limit of a container that declares none, after it had one: the
// daemon takes none away, and no machine has so much.
const boundless = 1 << 50

// spareMemory is what a node that is to be killed may use beyond what it does: enough to
// hear that it is to take more. With less it would be busy for seconds with reading its
// own program again and again, whose pages the kernel drops before it kills.
const spareMemory = 32 << 20

// starve lowers the container's memory limit to little more than it uses. It cannot be
// less in every kernel: version 1 of cgroups refuses a limit that is exceeded already.
// The node is then told to take more than that; see starved.
func (b *dockerContainer) starve(ctx context.Context) error {
	used, err := b.used(ctx)
	if err != nil {
		return err
	}
	b.spare = b.record.doom()
	bytes := max(used+spareMemory, leastMemory)
	if own := int64(b.cfg.Node.Memory); own > 0 && bytes >= own {
		return nil // its own limit is low enough
	}
	if err := b.bound(ctx, bytes, bytes); err != nil {
		b.spare()
		return err
	}
	return nil
}

// used is the memory that the container uses, in bytes.
func (b *dockerContainer) used(ctx context.Context) (int64, error) {
	found, err := b.daemon.ContainerStats(ctx, b.name, client.ContainerStatsOptions{})
	if err != nil {
		return 0, err
	}
	defer found.Body.Close()
	var stats container.StatsResponse
	if err := json.NewDecoder(found.Body).Decode(&stats); err != nil {
		return 0, fmt.Errorf("read how much memory %s uses: %w", b.name, err)
	}
	return int64(stats.MemoryStats.Usage), nil //nolint:gosec // of one machine
}

// relieve gives the container the limit that it declares.
func (b *dockerContainer) relieve(ctx context.Context) error {
	if s, err := b.look(ctx); err == nil && s.alive && b.spare != nil {
		b.spare()
	}
	if own := int64(b.cfg.Node.Memory); own > 0 {
		return b.bound(ctx, own, own)
	}
	return b.bound(ctx, boundless, -1)
}

// bound sets the container's memory limit, and that of memory and swap together.
func (b *dockerContainer) bound(ctx context.Context, bytes, withSwap int64) error {
	cancel := b.record.order(events.ActionUpdate)
	r := container.Resources{Memory: bytes, MemorySwap: withSwap}
	_, err := b.daemon.ContainerUpdate(ctx, b.name, client.ContainerUpdateOptions{Resources: &r})
	if err != nil {
		cancel()
	}
	return err
}

// starved holds when the kernel has killed the node for want of memory. One that lives
// on under its limit is told to take as much as that and the spare memory once more.
func starved(ctx context.Context, n *node, s status) (string, error) {
	switch {
	case s.alive && s.memory > 0:
		ctx, cancel := context.WithTimeout(ctx, silence)
		defer cancel()
		_ = n.control.Allocate(ctx, s.memory+spareMemory) // it is killed before it answers
		return "", fmt.Errorf("%v with a limit of %d bytes of memory", s, s.memory)
	case s.alive || !s.oom:
		return "", fmt.Errorf("%v, and not killed for want of memory", s)
	}
	n.starvedAt = s.ended
	saw, err := mute(ctx, n, s)
	return fmt.Sprintf("%s; its limit was %d MiB", saw, s.memory>>20), err
}

// Dater is a Backend that knows when a fault took hold, where that is later than the
// order by a time that counts.
type Dater interface {
	// TookHold gives when that was; the zero time of a fault that goes with the order.
	TookHold(ev fault.Event) time.Time
}

// TookHold gives when the kernel had killed the last node that a fault of memory struck.
func (s *system) TookHold(ev fault.Event) (last time.Time) {
	if ev.Kind != fault.Memory {
		return last
	}
	struck, err := s.struck(ev)
	if err != nil {
		return last
	}
	for _, n := range struck {
		if n.starvedAt.After(last) {
			last = n.starvedAt
		}
	}
	return last
}

// nourish gives a node its memory back and starts it again.
func (n *node) nourish(ctx context.Context) (string, error) {
	if _, err := n.then(ctx, relieve, 0, relieved); err != nil {
		return "", err
	}
	return n.revive(ctx)
}

// relieved holds when the node is allowed the memory that it declares.
func relieved(_ context.Context, n *node, s status) (string, error) {
	if own := int64(n.cfg.Memory); s.memory != own {
		return "", fmt.Errorf("%s is allowed %d bytes of memory, not %d", s.name, s.memory, own)
	}
	return "", nil
}
