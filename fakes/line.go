package fakes

import (
	"errors"
	"net"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// line is a connection on which somebody can wait for an answer and notice
// meanwhile that the client hangs up.
type line struct {
	*net.TCPConn
	raw syscall.RawConn
	cut bool // the client has left; only its own goroutine looks
}

// lines is a listener whose connections are lines.
type lines struct{ *net.TCPListener }

// Accept waits for the next connection.
func (l lines) Accept() (net.Conn, error) {
	conn, err := l.AcceptTCP()
	if err != nil {
		return nil, err
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &line{TCPConn: conn, raw: raw}, nil
}

// Write sends b, or swallows it if the client has left.
func (l *line) Write(b []byte) (int, error) {
	if l.cut {
		return len(b), nil
	}
	return l.TCPConn.Write(b)
}

// hangUp makes the close that follows a reset, so that no side keeps a socket
// in TIME_WAIT for a client that does not care any more.
func (l *line) hangUp() {
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
	line  *line
	state atomic.Int32
	words chan answer
}

func newClient(l *line) *client { return &client{line: l, words: make(chan answer, 1)} }

// answer gives the client its answer, unless it has left. A nil client has.
func (c *client) answer(a answer) {
	if c == nil || !c.state.CompareAndSwap(waiting, answered) {
		return
	}
	// The order matters: whoever has taken the word may lift the deadline.
	_ = c.line.SetReadDeadline(past) // fails only on a closed connection
	c.words <- a
}

// wait blocks until there is an answer or the client has left.
func (c *client) wait() (a answer, stayed bool) {
	select {
	case a = <-c.words:
	default:
		if c.gone() && c.state.CompareAndSwap(waiting, left) {
			return answer{}, false
		}
		a = <-c.words
	}
	_ = c.line.SetReadDeadline(time.Time{})
	return a, true
}

// gone blocks until the client has left (true), an answer is there, or the
// client says more before it has its answer, after which no more is noticed.
func (c *client) gone() bool {
	hungUp := false
	_ = c.line.raw.Read(func(fd uintptr) bool {
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
