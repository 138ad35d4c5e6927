package proxy

import (
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/network"
)

const (
	chunk = 4 << 10  // read at once
	most  = 64 << 10 // bytes that wait in one direction of a connection; then no more is read
)

// relay passes on what one side sends to the other.
type relay struct {
	pair  *pair
	way   fault.Way
	src   net.Conn
	dst   atomic.Pointer[net.Conn] // nil while there is no connection
	ended atomic.Bool

	mu       sync.Mutex
	queue    []item
	waiting  int // bytes in the queue
	last     time.Duration
	draining bool
	room     chan struct{} // told when the queue has become shorter
}

// item is a message, or the end of all: in order (end), or at once (broken).
type item struct {
	data        []byte
	end, broken bool
	asked       bool // it is known what becomes of it
	outcome     network.Outcome
	try         int
}

func newRelay(c *pair, way fault.Way, src net.Conn) *relay {
	return &relay{pair: c, way: way, src: src, room: make(chan struct{}, 1)}
}

// read takes in what the one side sends until its end.
func (r *relay) read() {
	buf := make([]byte, chunk)
	for {
		n, err := r.src.Read(buf)
		if n > 0 {
			if r.way == fault.Back {
				r.pair.awaits.Store(false)
			}
			r.send(item{data: buf[:n]})
			r.makeRoom()
		}
		switch {
		case err == nil:
		case r.pair.life.Err() != nil:
			return
		case errors.Is(err, io.EOF) && !(r.pair.whole && r.way == fault.There):
			r.send(item{end: true})
			return
		default:
			r.broke()
			return
		}
	}
}

// makeRoom waits while too much waits.
func (r *relay) makeRoom() {
	for {
		r.mu.Lock()
		full := r.waiting >= most
		r.mu.Unlock()
		if !full {
			return
		}
		select {
		case <-r.room:
		case <-r.pair.life.Done():
			return
		}
	}
}

// send puts an item on its way. One that arrives at once needs no goroutine of its own.
func (r *relay) send(it item) {
	r.mu.Lock()
	if r.dst.Load() != nil {
		r.ask(&it)
	}
	if len(r.queue) == 0 && !r.draining && it.asked && it.outcome.Fate == network.Arrives && it.outcome.At <= r.pair.proxy.now() {
		r.mu.Unlock()
		r.deliver(&it)
		return
	}
	it.data = append([]byte(nil), it.data...)
	r.queue = append(r.queue, it)
	r.waiting += len(it.data)
	r.mu.Unlock()
	r.resume()
}

// ask asks the link what becomes of an item; r.mu is held.
func (r *relay) ask(it *item) {
	p := r.pair.proxy
	p.mu.Lock()
	it.outcome = p.link.Send(p.now(), r.way, len(it.data), it.try)
	p.mu.Unlock()
	if it.asked = true; it.outcome.Fate == network.Arrives {
		r.last = max(r.last, it.outcome.At)
		it.outcome.At = r.last
	}
}

// broke handles the reset of the side that sends. What is yet to be sent again never
// is. If the reset is lost, the other side learns of it when it speaks; where that has
// nothing to say its connection is closed at once, which it takes for nothing.
func (r *relay) broke() {
	p := r.pair.proxy
	p.mu.Lock()
	at, arrives := p.link.Signal(p.now(), r.way)
	p.mu.Unlock()
	r.mu.Lock()
	for i := range r.queue {
		if it := &r.queue[i]; !it.asked || it.outcome.Fate == network.Again {
			r.queue = r.queue[:i]
			break
		}
	}
	under := len(r.queue) > 0
	gone := !arrives && !under && r.way == fault.There && !r.pair.awaits.Load()
	if arrives && r.dst.Load() != nil {
		r.last = max(r.last, at)
		r.queue = append(r.queue, item{broken: true, asked: true, outcome: network.Outcome{At: r.last}})
	}
	r.mu.Unlock()
	if gone || r.dst.Load() == nil {
		r.pair.abort()
		return
	}
	_ = r.src.Close()
	r.resume()
}

// resume has a goroutine deliver what waits, if it can be and none does.
func (r *relay) resume() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.draining || len(r.queue) == 0 || r.dst.Load() == nil {
		return
	}
	r.draining = true
	r.pair.proxy.tasks.Go(r.drain)
}

// drain delivers what waits, in order, each at its time.
func (r *relay) drain() {
	for {
		r.mu.Lock()
		if len(r.queue) == 0 || r.pair.life.Err() != nil {
			r.draining = false
			r.mu.Unlock()
			return
		}
		it := &r.queue[0]
		if !it.asked {
			r.ask(it)
		}
		first := *it
		due := first.outcome.At <= r.pair.proxy.now()
		if due {
			r.step(it)
		}
		r.mu.Unlock()
		switch {
		case !due:
			r.pair.proxy.sleepUntil(r.pair.life, first.outcome.At)
		case first.outcome.Fate != network.Again:
			r.deliver(&first)
		}
	}
}

// step takes the first item out whose time has come, or has it sent again; r.mu is
// held.
func (r *relay) step(it *item) {
	if it.outcome.Fate == network.Again {
		it.try++
		it.asked = false
		return
	}
	r.waiting -= len(it.data)
	r.queue = r.queue[1:]
	select {
	case r.room <- struct{}{}:
	default:
	}
}

// deliver carries out what has become of an item.
func (r *relay) deliver(it *item) {
	c := r.pair
	switch {
	case it.broken || it.outcome.Fate != network.Arrives:
		c.abort()
	case it.end:
		c.finish(r)
	default:
		if r.way == fault.There {
			c.awaits.Store(true)
		}
		if _, err := (*r.dst.Load()).Write(it.data); err != nil {
			c.abort()
		}
	}
}
