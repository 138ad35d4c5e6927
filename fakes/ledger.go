package fakes

import (
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/store"
)

// ErrClosed is what a ledger answers after Close.
var ErrClosed = errors.New("fakes: the ledger is closed")

// ErrDisk is what a ledger answers when it could not write. It then writes no
// more until it is opened again.
var ErrDisk = errors.New("fakes: the ledger cannot write")

// Ledger is the durable record of the sales accepted, one entry a sale, in a
// folder of its own. It may be used by many at once.
//
// One goroutine writes (see commit.go): it takes all the sales that have
// gathered, looks up what is known of each, and writes them with one fsync.
// So that many share an fsync there is no need for locks by key, and what is
// looked up cannot change before it is written.
type Ledger struct {
	fs       vfs.FS
	dir      string
	disk     *disk
	idem     backend.Idempotency
	recorded atomic.Int64
	ended    chan struct{} // closed when the writer has ended

	open     sync.RWMutex // guards these, which change when the ledger is opened anew
	db       *pebble.DB
	layer    *layer
	log      *quiet
	tried    time.Time  // when it was last tried to open it anew; only of the writer
	away     bool       // its files are closed by order, see suspend
	use      sync.Mutex // held while the writer uses the database
	unsynced bool       // something is written and not synced; only of the writer
	journal  *journal   // what it has recorded, in order; nil where nobody copies

	mu       sync.Mutex
	gathered []record
	wake     chan struct{} // holds one when there is something to write
	closed   bool
}

// record is a sale on its way to the disk.
type record struct {
	sale Entry
	tell func(duplicate bool, err error)
}

// OpenLedger opens the ledger in dir and makes one if there is none. By key, a
// sale is recorded once; without, every request for it is.
func OpenLedger(dir string, idem backend.Idempotency) (*Ledger, error) {
	return openLedger(vfs.Default, dir, idem, newDisk(nil, 0))
}

// openLedger is OpenLedger on a disk.
func openLedger(fs vfs.FS, dir string, idem backend.Idempotency, d *disk) (*Ledger, error) {
	l := &Ledger{fs: fs, dir: dir, disk: d, idem: idem, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	switch err := l.openFiles(); failureOf(err) {
	case store.None:
	case store.NoSpace, store.NotWritable: // it is opened when the disk is well
		l.layer, l.log = newLayer(fs, d), failedBy(err)
	default:
		return nil, err
	}
	go l.write()
	return l, nil
}

// suspend closes all files of the ledger, so that its disk can be taken away; until
// resume nothing is recorded.
func (l *Ledger) suspend() {
	l.use.Lock()
	defer l.use.Unlock()
	l.open.Lock()
	defer l.open.Unlock()
	l.layer.kill()
	discard(l.db)
	l.layer.closeAll()
	l.db, l.away = nil, true
	l.log = failedBy(syscall.EROFS)
	_ = l.disk.unlock() // its file is closed with the rest
}

// resume opens the ledger again.
func (l *Ledger) resume() error {
	l.use.Lock()
	defer l.use.Unlock()
	l.away = false
	if l.db != nil {
		return nil
	}
	err := l.reopen()
	if failureOf(err) > store.IOError {
		return nil // it is opened once there is room, see ready
	}
	return err
}

// reopen opens the ledger again, if the disk has room for what that takes: Pebble may
// wait for room for ever while it opens.
func (l *Ledger) reopen() error {
	const room = 256 << 10
	var took time.Duration
	if err := writeProbe(newLayer(l.fs, l.disk), filepath.Join(l.dir, "probe"), room, &took); err != nil {
		return err
	}
	return l.openFiles()
}

// openFiles opens what is in the folder.
func (l *Ledger) openFiles() error {
	log := &quiet{}
	layer := newLayer(l.fs, l.disk)
	opts := &pebble.Options{
		// Pebble itself would wait for room, and every sale with it.
		FS:           vfs.OnDiskFull(layer, func() { log.Fatalf("the disk is full: %v", syscall.ENOSPC) }),
		Logger:       log,
		CacheSize:    4 << 20,
		MemTableSize: 4 << 20,
		MaxOpenFiles: 64,
		// The newest format, which an empty folder starts with.
		FormatMajorVersion: pebble.FormatNewest,
	}
	for i := range opts.Levels {
		opts.Levels[i].FilterPolicy = bloom.FilterPolicy(10) // most sales looked up are new
	}
	db, err := pebble.Open(l.dir, opts)
	if err == nil {
		err = log.failure()
	}
	if err != nil {
		layer.kill()
		return fmt.Errorf("opening the ledger in %s: %w", l.dir, err)
	}
	l.open.Lock()
	defer l.open.Unlock()
	l.db, l.layer, l.log = db, layer, log
	return nil
}

// Record writes a sale down and returns when it is safe on disk. duplicate
// says that the sale was known and nothing was added; never without a key.
// e.Copies has no meaning. The errors are ErrClosed and ErrDisk.
func (l *Ledger) Record(e Entry) (duplicate bool, err error) {
	done := make(chan struct{})
	l.submit(e, func(dup bool, failure error) {
		duplicate, err = dup, failure
		close(done)
	})
	<-done
	return duplicate, err
}

// submit is Record for who does not wait. tell must not block for long; it is called by
// another goroutine.
func (l *Ledger) submit(e Entry, tell func(duplicate bool, err error)) {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		go tell(false, ErrClosed)
		return
	}
	l.gathered = append(l.gathered, record{sale: e, tell: tell})
	l.mu.Unlock()
	l.stir()
}

// stir wakes the writer.
func (l *Ledger) stir() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Recorded counts the entries written since the ledger was opened.
func (l *Ledger) Recorded() int64 { return l.recorded.Load() }

// Failure says why the ledger writes no more, or nil while it does.
func (l *Ledger) Failure() error {
	l.open.RLock()
	defer l.open.RUnlock()
	return l.log.failure()
}

// Each calls f for every sale in the ledger as it is now, in order of terminal
// and sale, until f returns an error, which Each then returns.
func (l *Ledger) Each(f func(Entry) error) (err error) {
	l.open.RLock()
	defer l.open.RUnlock()
	if l.db == nil {
		return l.log.failure()
	}
	it, err := l.db.NewIter(nil) // sees the moment of its creation only
	if err != nil {
		return fmt.Errorf("reading the ledger: %w", err)
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	for ok := it.First(); ok; ok = it.Next() {
		e, err := decode(it.Key(), it.Value())
		if err == nil {
			err = f(e)
		}
		if err != nil {
			return err
		}
	}
	return it.Error()
}

// Close writes what has been submitted and closes the files. No Each may be
// under way.
func (l *Ledger) Close() error {
	l.mu.Lock()
	again := l.closed
	l.closed = true
	l.mu.Unlock()
	l.stir()
	<-l.ended
	if again {
		return nil
	}
	if err := l.log.failure(); err != nil {
		return err // Pebble cannot close what it failed to write
	}
	return errors.Join(l.db.Close(), l.disk.unlock())
}

// The key is terminal and sale, big-endian, so that the order of the keys is
// that of the numbers; the value is the time of the sale and the copies, and when it
// came into the ledger where that is kept.

func key(e Entry) []byte {
	b := binary.BigEndian.AppendUint32(make([]byte, 0, 8), e.Terminal)
	return binary.BigEndian.AppendUint32(b, e.Sale)
}

func value(e Entry) []byte {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, 24), uint64(e.SoldAt)) //nolint:gosec // never negative
	b = binary.AppendUvarint(b, uint64(e.Copies))                             //nolint:gosec // never negative
	if e.Recorded == 0 {
		return b
	}
	return binary.AppendUvarint(b, uint64(e.Recorded)) //nolint:gosec // never negative
}

func decode(k, v []byte) (Entry, error) {
	if len(k) != 8 || len(v) < 9 {
		return Entry{}, fmt.Errorf("the ledger holds an entry that is none: %x = %x", k, v)
	}
	copies, n := binary.Uvarint(v[8:])
	recorded, _ := binary.Uvarint(v[8+max(n, 0):]) // zero where there is none
	return Entry{
		Terminal: binary.BigEndian.Uint32(k),
		Sale:     binary.BigEndian.Uint32(k[4:]),
		SoldAt:   time.Duration(binary.BigEndian.Uint64(v)), //nolint:gosec // as value wrote it
		Copies:   int(copies),                               //nolint:gosec // as value wrote it
		Recorded: time.Duration(recorded),                   //nolint:gosec // as value wrote it
	}, nil
}
