package fakes

import (
	"errors"
	"net"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/retrystorm/retrystorm/internal/protocol"
)

// clientConn is a connection on which somebody can wait for an answer and notice
// meanwhile that the client hangs up.
type clientConn struct {
	*net.TCPConn
	raw syscall.RawConn
	cut bool // the client has left; only its own goroutine looks
}

// listener is one whose connections are clientConns.
type listener struct{ *net.TCPListener }

// Accept waits for the next connection.
func (l listener) Accept() (net.Conn, error) {
	conn, err := l.AcceptTCP()
	if err != nil {
		return nil, err
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &clientConn{TCPConn: conn, raw: raw}, nil
}

// Write sends b, or swallows it if the client has left.
func (l *clientConn) Write(b []byte) (int, error) {
	if l.cut {
		return len(b), nil
	}
	return l.TCPConn.Write(b)
}

// hangUp makes the close that follows a reset, so that no side keeps a socket
// in TIME_WAIT for a client that does not care any more.
func (l *clientConn) hangUp() {
	l.cut = true
	_ = l.SetLinger(0) // fails only on a connection that is gone already
}

// The states of a client.
const (
	waiting int32 = iota
	answered
	left
)

// past is any moment that is over; as a read deadline it wakes the reader.
var past = time.Unix(1, 0)

// client is somebody who waits for the answer to one request.
type client struct {
	conn  *clientConn
	state atomic.Int32
	words chan protocol.Answer
}

func newClient(l *clientConn) *client { return &client{conn: l, words: make(chan protocol.Answer, 1)} }

// answer gives the client its answer, unless it has left. A nil client has.
func (c *client) answer(a protocol.Answer) {
	if c == nil || !c.state.CompareAndSwap(waiting, answered) {
		return
	}
	// The order matters: whoever has taken the word may lift the deadline.
	_ = c.conn.SetReadDeadline(past) // fails only on a closed connection
	c.words <- a
}

// wait blocks until there is an answer or the client has left.
func (c *client) wait() (a protocol.Answer, stayed bool) {
	select {
	case a = <-c.words:
	default:
		if c.gone() && c.state.CompareAndSwap(waiting, left) {
			return protocol.Answer{}, false
		}
		a = <-c.words
	}
	_ = c.conn.SetReadDeadline(time.Time{})
	return a, true
}

// gone blocks until the client has left (true), an answer is there, or the
// client says more before it has its answer, after which no more is noticed.
func (c *client) gone() bool {
	hungUp := false
	_ = c.conn.raw.Read(func(fd uintptr) bool {
		var b [1]byte
		n, _, err := unix.Recvfrom(int(fd), b[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
		if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EINTR) {
			return false
		}
		hungUp = n <= 0 || err != nil
		return true
	}) // the error is the deadline that answer sets
	return hungUp
}
