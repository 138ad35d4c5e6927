package fakes

import (
	"context"
	"errors"
	"math"
	"net"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"
	"golang.org/x/sys/unix"

	"github.com/retrystorm/retrystorm/internal/proxy"
)

// mostBody is the most of an answer's body that is read.
const mostBody = 1 << 16

// target is another node, with the idle connections to it. Its client is used
// for its pool of connections alone: what fasthttp sends by itself cannot be
// cancelled, and it would send some requests again that nobody counts.
type target struct {
	*fasthttp.HostClient
	propagates bool
}

// targets gives the nodes that a node calls, by link and index in its To. A node
// that several links lead to is one target.
func targets(cfg Config, proxies map[string]*proxy.Proxy) [][]*target {
	known := map[string]*target{}
	all := make([][]*target, len(cfg.Node.Calls))
	for i, link := range cfg.Node.Calls {
		for _, to := range link.To {
			if known[to] == nil {
				known[to] = newTarget(cfg.Links[to], proxies[to])
			}
			all[i] = append(all[i], known[to])
		}
	}
	return all
}

// newTarget makes the target of a node, over a proxy if there is one.
func newTarget(p Peer, over *proxy.Proxy) *target {
	return &target{
		propagates: p.Propagates,
		HostClient: &fasthttp.HostClient{
			Addr:                p.Addr,
			DialTimeout:         dialling(over),
			MaxConns:            math.MaxInt, // the link's own pool bounds them
			MaxIdleConnDuration: time.Minute,
			ReadBufferSize:      1024,
		},
	}
}

// outgoing is a connection to another node.
type outgoing struct {
	net.Conn
	raw  syscall.RawConn
	used bool // it has carried a request
}

// stale says whether the other end has closed an idle connection, as a node does
// that goes down. A request that is sent on one fails, though its node may be up
// again, and with it as many as there are idle connections.
func (o *outgoing) stale() bool {
	if !o.used {
		return false
	}
	open := false
	err := o.raw.Read(func(fd uintptr) bool {
		var b [1]byte
		_, _, err := unix.Recvfrom(int(fd), b[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
		open = errors.Is(err, unix.EAGAIN)
		return true // whatever it is, do not wait
	})
	return err != nil || !open
}

// dialling gives what connects to a node, over a proxy if there is one.
func dialling(over *proxy.Proxy) fasthttp.DialFuncWithTimeout {
	return func(addr string, timeout time.Duration) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(context.Background(), timeout)
		defer cancel()
		if over == nil {
			return observed(dial(ctx, addr))
		}
		return observed(over.Dial(ctx))
	}
}

// dial connects to a node.
func dial(ctx context.Context, addr string) (net.Conn, error) {
	d := net.Dialer{KeepAlive: -1}
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return nil, errors.Join(errors.New("the connection is not TCP"), conn.Close())
	}
	// More connections are closed in a storm than there are ports to wait in
	// TIME_WAIT, so they are reset instead.
	_ = tcp.SetLinger(0) // fails only on a connection that is gone already
	return tcp, nil
}

// observed makes a connection one of which it can be said that it is stale.
func observed(conn net.Conn, err error) (net.Conn, error) {
	if err != nil {
		return nil, err
	}
	file, ok := conn.(syscall.Conn)
	if !ok {
		return nil, errors.Join(errors.New("the connection has no file descriptor"), conn.Close())
	}
	raw, err := file.SyscallConn()
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &outgoing{Conn: conn, raw: raw}, nil
}
