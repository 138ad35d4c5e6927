package fakes

import (
	"errors"
	"io"
	"math/rand/v2"
	"sync"
	"syscall"

	"github.com/retrystorm/retrystorm/internal/store"
)

// failureOf is how a commit failed, by the error of the ledger. What the file system
// did not name is an error of the disk.
func failureOf(err error) store.Failure {
	switch {
	case err == nil:
		return store.None
	case errors.Is(err, syscall.EROFS):
		return store.NotWritable
	case errors.Is(err, syscall.ENOSPC):
		return store.NoSpace
	}
	return store.IOError
}

// disk is the disk under the ledger: what it is declared to take, and what is wrong
// with it as store.State decides. It may be used by many at once.
//
// A commit that is to fail with EIO fails before its first byte, in commit: Pebble does
// not go on after a failed write of its log, and would have to be opened anew for each.
type disk struct {
	cfg store.Config

	mu    sync.Mutex
	state store.State
	rng   *rand.Rand
	off   bool      // the power is off
	exact bool      // no room is taken before it is needed
	lock  io.Closer // of the folder; kept over all openings
}

func newDisk(cfg *store.Config, seed uint64) *disk {
	d := &disk{rng: rand.New(rand.NewPCG(seed, 1))}
	if cfg != nil {
		d.cfg, d.exact = *cfg, true
	}
	return d
}

// unlock lets go of the folder.
func (d *disk) unlock() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.lock == nil {
		return nil
	}
	c := d.lock
	d.lock = nil
	return c.Close()
}

// strike lets a fault begin or end.
func (d *disk) strike(f store.Fault, on bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.state.Strike(f, on)
}

// now is what is wrong at the moment.
func (d *disk) now() store.State {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.state
}

// commit says how the next commit fails before it begins; nil if it does not.
func (d *disk) commit() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.off:
		return syscall.EIO
	case d.state.Denies() != store.None:
		return errnoOf(d.state.Denies())
	case d.state.FailsWrite(d.rng.Float64):
		return syscall.EIO
	}
	return nil
}

// lookup says how the next lookup fails; nil if it does not.
func (d *disk) lookup() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.state.FailsRead(d.rng.Float64) {
		return syscall.EIO
	}
	return nil
}

func errnoOf(f store.Failure) error {
	return map[store.Failure]error{store.IOError: syscall.EIO, store.NoSpace: syscall.ENOSPC, store.NotWritable: syscall.EROFS}[f]
}
