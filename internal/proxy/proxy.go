package proxy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/network"
)

// Proxy is one link. It is safe for concurrent use.
type Proxy struct {
	dial  func(ctx context.Context) (net.Conn, error) // to the node that is called
	start time.Time
	life  context.Context // ends with Close
	end   context.CancelFunc
	tasks sync.WaitGroup

	mu       sync.Mutex
	link     *network.Link
	pairs    map[*pair]struct{}
	addr     string       // of the listener; empty if there is none
	listener net.Listener // nil while connections are refused
	down     bool         // the node that is called is
}

// New makes the proxy of a link of the run with that seed, whose ends are named as in
// the record. dial connects to the node that is called.
func New(seed uint64, from, to string, dial func(ctx context.Context) (net.Conn, error)) *Proxy {
	p := &Proxy{dial: dial, start: time.Now(), link: network.New(seed, from, to), pairs: map[*pair]struct{}{}}
	p.life, p.end = context.WithCancel(context.Background())
	return p
}

func (p *Proxy) now() time.Duration { return time.Since(p.start) }

// Set makes those the faults in force. The error is that of a port which could not be
// listened on again.
func (p *Proxy) Set(faults []fault.Event) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.link.Set(faults)
	if p.link.Refuses() {
		p.abortAll()
	}
	return p.open()
}

// SetDown says that the node that is called is down, or up again: a listener refuses
// connections as the node would.
func (p *Proxy) SetDown(down bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = down
	return p.open()
}

// Faults gives the faults in force; they are not to be changed.
func (p *Proxy) Faults() []fault.Event {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.link.Faults()
}

// Stats gives the counts so far.
func (p *Proxy) Stats() network.Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.link.Stats()
}

// Listen takes connections at an address from now on, while none are refused.
func (p *Proxy) Listen(addr string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.addr = addr
	return p.open()
}

// open has the listener there or not, as it is to be.
func (p *Proxy) open() error {
	refuses := p.addr == "" || p.down || p.link.Refuses() || p.life.Err() != nil
	switch {
	case refuses && p.listener != nil:
		_ = p.listener.Close()
		p.listener = nil
	case !refuses && p.listener == nil:
		l, err := net.Listen("tcp", p.addr)
		if err != nil {
			return fmt.Errorf("proxy: %w", err)
		}
		p.listener = l
		p.tasks.Go(func() { p.accept(l) })
	}
	return nil
}

func (p *Proxy) accept(l net.Listener) {
	for {
		client, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // such as too many open files
			time.Sleep(10 * time.Millisecond)
			continue
		}
		p.Carry(client)
	}
}

// Carry takes over a connection of a caller, opens one to the node over the link, and
// passes on what either says until both are closed. It does not wait.
func (p *Proxy) Carry(client net.Conn) {
	c := newPair(p, client, nil)
	p.enter(c, c.there.read, func() {
		server, err := p.connect(c.life)
		if err != nil {
			c.abort()
			return
		}
		c.connected(server)
	})
}

// Dial opens a connection to the node over the link, as a node does that calls it. The
// error is ECONNREFUSED while the link refuses.
func (p *Proxy) Dial(ctx context.Context) (net.Conn, error) {
	server, err := p.connect(ctx)
	if err != nil {
		return nil, err
	}
	ours, theirs, err := socketPair()
	if err != nil {
		return nil, errors.Join(err, server.Close())
	}
	c := newPair(p, ours, server)
	c.whole = true
	if !p.enter(c, c.there.read, c.back.read) {
		return nil, errors.Join(syscall.ECONNREFUSED, theirs.Close())
	}
	return theirs, nil
}

// connect opens a connection to the node when the link lets it.
func (p *Proxy) connect(ctx context.Context) (net.Conn, error) {
	for try := 0; ; try++ {
		p.mu.Lock()
		o := p.link.Connect(p.now(), try)
		p.mu.Unlock()
		if o.Fate == network.Refused || o.Fate == network.Broken {
			return nil, syscall.ECONNREFUSED
		}
		if !p.sleepUntil(ctx, o.At) {
			return nil, context.Cause(ctx)
		}
		if o.Fate == network.Arrives {
			return p.dial(ctx)
		}
	}
}

// sleepUntil waits for a moment and says whether it came before ctx ended.
func (p *Proxy) sleepUntil(ctx context.Context, at time.Duration) bool {
	d := at - p.now()
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// enter notes a pair and starts what it does, unless all are to be closed.
func (p *Proxy) enter(c *pair, tasks ...func()) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.life.Err() != nil || p.link.Refuses() {
		c.closeBoth()
		return false
	}
	p.pairs[c] = struct{}{}
	for _, task := range tasks {
		p.tasks.Go(task)
	}
	return true
}

func (p *Proxy) leave(c *pair) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.pairs, c)
}

// abortAll resets every connection; p.mu is held.
func (p *Proxy) abortAll() {
	for c := range p.pairs {
		delete(p.pairs, c)
		c.closeBoth()
	}
}

// Close resets every connection, takes no more, and returns when nothing is left
// running.
func (p *Proxy) Close() {
	p.mu.Lock()
	p.end()
	_ = p.open()
	p.abortAll()
	p.mu.Unlock()
	p.tasks.Wait()
}

// socketPair gives two ends of a connection within the process.
func socketPair() (ours, theirs net.Conn, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("proxy: %w", err)
	}
	var ends [2]net.Conn
	for i, fd := range fds {
		f := os.NewFile(uintptr(fd), "link")
		var err2 error
		ends[i], err2 = net.FileConn(f)
		err = errors.Join(err, err2, f.Close())
	}
	if err != nil {
		return nil, nil, fmt.Errorf("proxy: %w", err)
	}
	return ends[0], ends[1], nil
}
