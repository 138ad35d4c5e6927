package fakes

import (
	"errors"
	"math"
	"net"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"
	"golang.org/x/sys/unix"
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
func targets(cfg Config) [][]*target {
	known := map[string]*target{}
	all := make([][]*target, len(cfg.Node.Calls))
	for i, link := range cfg.Node.Calls {
		for _, to := range link.To {
			if known[to] == nil {
				known[to] = newTarget(cfg.Links[to])
			}
			all[i] = append(all[i], known[to])
		}
	}
	return all
}

func newTarget(p Peer) *target {
	return &target{
		propagates: p.Propagates,
		HostClient: &fasthttp.HostClient{
			Addr:                p.Addr,
			DialTimeout:         dial,
			MaxConns:            math.MaxInt, // the link's own pool bounds them
			MaxIdleConnDuration: time.Minute,
			ReadBufferSize:      1024,
		},
	}
}

// outgoing is a connection to another node.
type outgoing struct {
	*net.TCPConn
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

// dial connects to a node.
func dial(addr string, timeout time.Duration) (net.Conn, error) {
	d := net.Dialer{Timeout: timeout, KeepAlive: -1}
	conn, err := d.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return nil, errors.Join(errors.New("the connection is not TCP"), conn.Close())
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nil, errors.Join(err, tcp.Close())
	}
	// More connections are closed in a storm than there are ports to wait in
	// TIME_WAIT, so they are reset instead.
	_ = tcp.SetLinger(0) // fails only on a connection that is gone already
	return &outgoing{TCPConn: tcp, raw: raw}, nil
}
