package live

import (
	"sync"
	"time"

	"github.com/retrystorm/retrystorm/internal/retry"
)

// message is what a connection's reader found.
type message struct {
	conn       *conn
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
)

// inbox takes messages from many readers to one shard.
type inbox struct {
	mu    sync.Mutex
	list  []message
	spare []message
	bell  chan struct{} // rings when the inbox is no longer empty
}

func newInbox() *inbox { return &inbox{bell: make(chan struct{}, 1)} }

func (b *inbox) put(m message) {
	b.mu.Lock()
	b.list = append(b.list, m)
	first := len(b.list) == 1
	b.mu.Unlock()
	if first {
		select {
		case b.bell <- struct{}{}:
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
