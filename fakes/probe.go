package fakes

import (
	"errors"
	"path/filepath"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/retrystorm/retrystorm/internal/store"
)

// Probe is what a file got that was written to the ledger's disk for this alone.
type Probe struct {
	State   store.State   // what is wrong with the disk, as the file layer has been told
	Failure store.Failure // how the file could not be written; None if it could
	Takes   time.Duration // how long the fsync took
	Tries   int           // operations that were drawn, of commits and of lookups alike
	Writes  int           // of the commits, those that were to fail
	Reads   int           // of the lookups
}

// probe writes a file, and draws so many operations.
func (l *Ledger) probe(tries int) Probe {
	p := Probe{State: l.disk.now(), Tries: tries}
	for range tries {
		if err := l.disk.commit(); err != nil {
			p.Writes++
		}
		if err := l.disk.lookup(); err != nil {
			p.Reads++
		}
	}
	l.open.RLock()
	defer l.open.RUnlock()
	p.Failure = failureOf(writeProbe(l.layer, filepath.Join(l.dir, "probe"), &p.Takes))
	return p
}

// writeProbe writes a file, syncs it and removes it.
func writeProbe(fs vfs.FS, name string, takes *time.Duration) error {
	f, err := fs.Create(name, vfs.WriteCategoryUnspecified)
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, 4096))
	begun := time.Now()
	if err == nil {
		err = f.Sync()
	}
	*takes = time.Since(begun)
	return errors.Join(err, f.Close(), fs.Remove(name))
}

// powerOff loses what is not synced; nothing is recorded or answered any more.
func (in *instance) powerOff() error {
	in.server.mu.Lock() // for good: nobody is answered by a machine without power
	if in.ledger == nil {
		return nil
	}
	in.ledger.open.RLock()
	defer in.ledger.open.RUnlock()
	return in.ledger.layer.powerOff()
}
