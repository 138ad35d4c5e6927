package fakes

import (
	"errors"
	"fmt"
	"math"
	"sync"
	"syscall"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"github.com/retrystorm/retrystorm/internal/backend"
)

// write is the writer: it ends when the ledger is closed and all is written.
func (l *Ledger) write() {
	defer close(l.ended)
	var batch []record
	var syncs <-chan time.Time
	if every := l.disk.cfg.SyncEvery; every > 0 {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		syncs = ticker.C
	}
	for {
		select {
		case <-l.wake:
		case <-syncs:
			l.sync()
		}
		for {
			var closed bool
			batch, closed = l.take(batch)
			if len(batch) == 0 {
				if closed {
					return
				}
				break
			}
			l.settle(batch)
		}
	}
}

// take gives what has gathered, and reuses what the last batch was kept in.
func (l *Ledger) take(old []record) (batch []record, closed bool) {
	clear(old)
	l.mu.Lock()
	defer l.mu.Unlock()
	if most := l.group(); len(l.gathered) > most {
		batch = append(old[:0], l.gathered[:most]...)
		l.gathered = l.gathered[:copy(l.gathered, l.gathered[most:])]
		return batch, l.closed
	}
	batch, l.gathered = l.gathered, old[:0]
	return batch, l.closed
}

// settle writes a batch with one fsync and tells everybody what became of it.
func (l *Ledger) settle(batch []record) {
	ends := make([]end, len(batch))
	added, err := l.commit(batch, ends)
	if err == nil {
		l.recorded.Add(added)
	}
	for i, r := range batch {
		e := &ends[i]
		if err != nil {
			*e = end{err: err}
		}
		r.tell(e.known, e.err)
	}
}

// end is what becomes of one sale of a batch that is written: it is known, be it from
// one that stands in the same batch, which is on disk, too, when commit returns; or it
// could not be looked up, and is not written.
type end struct {
	known bool
	err   error
}

// commit writes a batch down.
func (l *Ledger) commit(batch []record, ends []end) (added int64, err error) {
	l.use.Lock()
	defer l.use.Unlock()
	if err := l.ready(); err != nil {
		return 0, err
	}
	state := l.disk.now()
	pass(state.Read(&l.disk.cfg))
	changes := l.db.NewIndexedBatch()
	defer func() { err = errors.Join(err, changes.Close()) }()
	l.journal.begin()
	for i, r := range batch {
		known, err := l.enter(changes, r.sale)
		if err != nil {
			err = fmt.Errorf("%w: %w", ErrDisk, err)
		}
		ends[i] = end{known, err}
	}
	if changes.Empty() {
		return 0, nil
	}
	added = int64(changes.Count())
	// Without Sync Pebble would keep it to itself, and a kill would lose it; see putsOff.
	l.unsynced = l.disk.cfg.SyncEvery > 0
	if err := changes.Commit(pebble.Sync); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrDisk, err)
	}
	if err := l.log.failure(); err != nil {
		return added, err
	}
	l.journal.commit()
	return added, nil
}

// group is the most sales that share an fsync.
func (l *Ledger) group() int {
	if g := l.disk.cfg.Group; g > 0 {
		return g.Count()
	}
	return math.MaxInt
}

// sync syncs what was acknowledged without; what fails is tried again the next time.
func (l *Ledger) sync() {
	l.use.Lock()
	defer l.use.Unlock()
	l.disk.syncing(true)
	defer l.disk.syncing(false)
	if l.unsynced && l.ready() == nil && l.db.LogData(nil, pebble.Sync) == nil && l.log.failure() == nil {
		l.unsynced = false
	}
}

// again is how long a ledger that cannot write is left alone before it is tried to open
// it anew.
const again = 50 * time.Millisecond

// ready says whether something can be written. A ledger that failed to write is opened
// anew once its disk is well: Pebble goes on as if it had written, so that what it
// holds in memory is worth nothing, and what was acknowledged is on disk.
func (l *Ledger) ready() error {
	if err := l.disk.commit(); err != nil {
		return fmt.Errorf("%w: %w", ErrDisk, err)
	}
	failed := l.log.failure()
	if failed == nil || l.away || time.Since(l.tried) < again {
		return failed
	}
	l.tried = time.Now()
	l.layer.kill()
	old := l.db
	if err := l.reopen(); err != nil {
		return fmt.Errorf("%w: %w", ErrDisk, err)
	}
	go discard(old)
	return nil
}

// discard gives back what it can of a database that failed to write. Close panics where
// the failure has left something open.
func discard(db *pebble.DB) {
	if db == nil {
		return
	}
	defer func() { _ = recover() }()
	_ = db.Close()
}

// enter puts a sale among the changes, on top of what is known of it.
func (l *Ledger) enter(changes *pebble.Batch, sale Entry) (known bool, err error) {
	k := key(sale)
	sale.Copies = 1
	if err := l.disk.lookup(); err != nil {
		return false, err
	}
	v, closer, err := changes.Get(k)
	switch {
	case errors.Is(err, pebble.ErrNotFound):
		l.journal.enter(&sale)
		return false, changes.Set(k, value(sale), nil)
	case err != nil:
		return false, err
	}
	before, err := decode(k, v)
	if err = errors.Join(err, closer.Close()); err != nil {
		return false, err
	}
	if l.idem == backend.ByKey {
		return true, nil
	}
	before.Copies++
	return false, changes.Set(k, value(before), nil)
}

// quiet is Pebble's logger. Pebble reports a failed write of its log as fatal
// and, when that returns, as a success; so this is where failures are kept.
type quiet struct {
	mu  sync.Mutex
	err error
}

// Infof drops its message.
func (q *quiet) Infof(string, ...any) {}

// Errorf drops its message: the error itself is returned or tried again.
func (q *quiet) Errorf(string, ...any) {}

// Fatalf keeps the first failure.
func (q *quiet) Fatalf(format string, args ...any) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err == nil {
		q.err = fmt.Errorf("%w: %w", ErrDisk, &fatal{fmt.Sprintf(format, args...), errnoIn(args)})
	}
}

// failedBy is the logger of a database that is not open because of an error.
func failedBy(err error) *quiet { return &quiet{err: fmt.Errorf("%w: %w", ErrDisk, err)} }

// fatal is what Pebble said, and the error of the system behind it, if there is one.
type fatal struct {
	said  string
	errno error
}

// Error gives what Pebble said.
func (f *fatal) Error() string { return f.said }

// Unwrap gives the error of the system.
func (f *fatal) Unwrap() error { return f.errno }

func errnoIn(args []any) error {
	for _, a := range args {
		var errno syscall.Errno
		if err, ok := a.(error); ok && errors.As(err, &errno) {
			return errno
		}
	}
	return nil
}

func (q *quiet) failure() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.err
}
