package live

import (
	"sync"
	"time"

	"github.com/retrystorm/retrystorm/internal/retry"
)

// message is what a connection's reader found, or a grant by a pool.
type message struct {
	conn       *conn     // none with a grant
	grant      attemptOf // which attempt holds a connection from now on
	kind       kind
	cause      retry.Cause
	retryAfter time.Duration
	ours       bool // it failed for want of something on our own side
}

type kind uint8

const (
	answered kind = iota // and the connection lives on
	last                 // answered, and the connection is over
	broken               // no answer, and the connection is over
	granted              // an attempt that waited may use a connection of its pool
)

// inbox takes messages from many readers and from other shards to one shard.
type inbox struct {
	mu     sync.Mutex
	list   []message
	spare  []message
	signal chan struct{} // is sent to when the inbox is no longer empty
}

func newInbox() *inbox { return &inbox{signal: make(chan struct{}, 1)} }

func (b *inbox) put(m message) {
	b.mu.Lock()
	b.list = append(b.list, m)
	first := len(b.list) == 1
	b.mu.Unlock()
	if first {
		select {
		case b.signal <- struct{}{}:
		default:
		}
	}
}

// take gives everything that has come; it is valid until the next take.
func (b *inbox) take() []message {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := b.list
	b.list, b.spare = b.spare[:0], list
	return list
}
