package fakes

import (
	"errors"
	"fmt"
	"sync"

	"github.com/cockroachdb/pebble/v2"

	"github.com/retrystorm/retrystorm/internal/backend"
)

// write is the writer: it ends when the ledger is closed and all is written.
func (l *Ledger) write() {
	defer close(l.ended)
	var batch []record
	for range l.wake {
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
	batch, l.gathered = l.gathered, old[:0]
	return batch, l.closed
}

// settle writes a batch with one fsync and tells everybody what became of it.
func (l *Ledger) settle(batch []record) {
	known, added, err := l.commit(batch)
	if err == nil {
		l.recorded.Add(added)
	}
	for i, r := range batch {
		r.tell(known[i] && err == nil, err)
	}
}

// commit writes a batch down. known says of each sale that it is a duplicate,
// be it of one that stands in the same batch: that one is on disk, too, when
// commit returns.
func (l *Ledger) commit(batch []record) (known []bool, added int64, err error) {
	known = make([]bool, len(batch))
	if err := l.log.failure(); err != nil {
		return known, 0, err
	}
	changes := l.db.NewIndexedBatch()
	defer func() { err = errors.Join(err, changes.Close()) }()
	for i, r := range batch {
		known[i], err = l.enter(changes, r.sale)
		if err != nil {
			return known, 0, fmt.Errorf("%w: %w", ErrDisk, err)
		}
	}
	if changes.Empty() {
		return known, 0, nil
	}
	added = int64(changes.Count())
	if err := changes.Commit(pebble.Sync); err != nil {
		return known, 0, fmt.Errorf("%w: %w", ErrDisk, err)
	}
	return known, added, l.log.failure()
}

// enter puts a sale among the changes, on top of what is known of it.
func (l *Ledger) enter(changes *pebble.Batch, sale Entry) (known bool, err error) {
	k := key(sale)
	sale.Copies = 1
	v, closer, err := changes.Get(k)
	switch {
	case errors.Is(err, pebble.ErrNotFound):
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
		q.err = fmt.Errorf("%w: %s", ErrDisk, fmt.Sprintf(format, args...))
	}
}

func (q *quiet) failure() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.err
}
