package proxy

import (
	"context"
	"net"
	"sync/atomic"

	"github.com/retrystorm/retrystorm/internal/fault"
)

// pair is a connection over the link: that of the caller, and that to the node.
type pair struct {
	proxy  *Proxy
	client net.Conn
	life   context.Context // ends when both are closed
	end    context.CancelFunc
	there  *relay
	back   *relay
	// whole says that a caller which ends what it sends has closed its connection;
	// else it may still wait for the answer.
	whole bool
	// awaits says that the node has been sent something since it last spoke.
	awaits atomic.Bool
	server atomic.Pointer[net.Conn]
}

// newPair makes a pair; server is nil if it is yet to be opened.
func newPair(p *Proxy, client, server net.Conn) *pair {
	c := &pair{proxy: p, client: client}
	c.life, c.end = context.WithCancel(p.life)
	c.there = newRelay(c, fault.There, client)
	c.back = newRelay(c, fault.Back, server)
	if server != nil {
		c.server.Store(&server)
		c.back.dst.Store(&client)
		c.there.dst.Store(&server)
	}
	return c
}

// connected lets the bytes pass that have come meanwhile.
func (c *pair) connected(server net.Conn) {
	c.server.Store(&server)
	if c.life.Err() != nil {
		reset(server)
		return
	}
	c.back.src = server
	c.back.dst.Store(&c.client)
	c.there.dst.Store(&server)
	c.there.resume()
	c.back.read()
}

// abort resets both connections.
func (c *pair) abort() {
	c.proxy.leave(c)
	c.closeBoth()
}

func (c *pair) closeBoth() {
	c.end()
	reset(c.client)
	if s := c.server.Load(); s != nil {
		reset(*s)
	}
}

// reset closes a connection at once, TCP with a reset: what was sent last may be lost,
// as on a connection that breaks, and no port waits in TIME_WAIT.
func reset(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // fails only on a connection that is gone already
	}
	_ = conn.Close()
}

// finish ends what is sent in one direction after all of it; the pair ends with the
// second.
func (c *pair) finish(r *relay) {
	r.ended.Store(true)
	if c.there.ended.Load() && c.back.ended.Load() {
		c.proxy.leave(c)
		c.end()
		_ = c.client.Close()
		if s := c.server.Load(); s != nil {
			_ = (*s).Close()
		}
		return
	}
	half, ok := (*r.dst.Load()).(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		c.abort()
	}
}
