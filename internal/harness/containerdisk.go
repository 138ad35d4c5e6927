package harness

import (
	"context"
	"fmt"
)

// striker is an instance whose disk the kernel itself can have full or read-only.
type striker interface{ ownDisk() *loopDisk }

func (b *dockerContainer) ownDisk() *loopDisk { return b.disk }

// ownDisk gives the disk that a node has for itself, or nil.
func (n *node) ownDisk() *loopDisk {
	if s, ok := n.instance.(striker); ok {
		return s.ownDisk()
	}
	return nil
}

// makeDisk makes the disk that the container has for itself, if it is to.
func (b *dockerContainer) makeDisk(ctx context.Context) error {
	if b.disk == nil || b.disk.device != "" {
		return nil
	}
	if err := announce(thing{Kind: aLoop, Name: b.disk.dir}); err != nil {
		return err
	}
	return b.disk.make(ctx, nobody)
}

func (b *dockerContainer) removeDisk() error {
	if b.disk == nil {
		return nil
	}
	if _, err := destroyLoop(b.disk.dir); err != nil {
		return fmt.Errorf("remove the disk of %s: %w", b.name, err)
	}
	renounce(thing{Kind: aLoop, Name: b.disk.dir})
	return nil
}
