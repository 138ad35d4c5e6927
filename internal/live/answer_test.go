package live

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/retry"
)

// heard sends one request to a front that serves it with serve, and gives the
// first message that the connection's reader finds.
func heard(t *testing.T, serve func(order)) message {
	t.Helper()
	f := newFront(t)
	box := newInbox()
	c := newConn(f.addr(), 0, box, nil)
	c.req = request{id: 1, sale: 2}
	done := make(chan struct{})
	go func() { defer close(done); c.dial(time.Minute) }()
	serve(<-f.orders)
	<-box.signal
	m := box.take()[0]
	c.close()
	<-done
	return m
}

func TestAnswersMapToCauses(t *testing.T) {
	head := func(status string, fields ...string) string {
		return "HTTP/1.1 " + status + "\r\n" + strings.Join(append(fields, "\r\n"), "\r\n")
	}
	empty := "Content-Length: 0"
	tests := []struct {
		name, answer string
		kind         kind
		cause        retry.Cause
		after        time.Duration
	}{
		{"200", fine, answered, retry.OK, 0},
		{"201 with a body", head("201 Created", "Content-Length: 5") + "hello", answered, retry.OK, 0},
		{"204", head("204 No Content"), answered, retry.OK, 0},
		{"429", head("429 Too Many", empty, "Retry-After: 7"), answered, retry.Rejected, 7 * time.Second},
		{"503", head("503 Down", empty), answered, retry.Rejected, 0},
		{"503 and a date", head("503 Down", empty, "Retry-After: Fri, 20 Nov 2026 10:00:00 GMT"), answered, retry.Rejected, 0},
		{"503 and a time in the past", head("503 Down", empty, "Retry-After: -3"), answered, retry.Rejected, 0},
		{"503 for ever", head("503 Down", empty, "Retry-After: 9000000000000"), answered, retry.Rejected, (1 << 20) * time.Second},
		{"500", head("500 Oh", empty), answered, retry.Failed, 0},
		{"404", head("404 No", empty), answered, retry.Failed, 0},
		{"302", head("302 There", empty, "Location: /x"), answered, retry.Failed, 0},
		{"chunked", head("200 OK", "Transfer-Encoding: chunked") + "3\r\nabc\r\n0\r\n\r\n", answered, retry.OK, 0},
		{"Connection: close", head("200 OK", empty, "Connection: close"), last, retry.OK, 0},
		{"two answers at once", fine + fine, last, retry.OK, 0},
		{"an answer and a half", fine + "HTTP/1.1 2", last, retry.OK, 0},
		{"a long head", head("200 OK", empty, "X: "+strings.Repeat("x", 1000)), answered, retry.OK, 0},
		{"a head beyond measure", head("200 OK", empty, "X: "+strings.Repeat("x", 1<<20)), broken, retry.Reset, 0},
		{"a body beyond measure", head("200 OK", "Content-Length: 99999999") + strings.Repeat("x", 1<<17), broken, retry.Reset, 0},
		{"garbage", strings.Repeat("\x00\xff garbage\r\n", 100) + "\r\n", broken, retry.Reset, 0},
		{"no status", "HTTP/1.1 \r\n\r\n", broken, retry.Reset, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := heard(t, func(o order) { go o.say(tt.answer) })
			if m.kind != tt.kind || m.cause != tt.cause || m.retryAfter != tt.after || m.ours {
				t.Errorf("heard kind %d, %v, to wait %v; want kind %d, %v, %v", m.kind, m.cause, m.retryAfter, tt.kind, tt.cause, tt.after)
			}
		})
	}
}

func TestAnAnswerInManyPacketsIsOne(t *testing.T) {
	m := heard(t, func(o order) {
		for _, b := range []byte(fine) {
			o.say(string(b))
		}
	})
	if m.kind != answered || m.cause != retry.OK {
		t.Errorf("heard kind %d, %v", m.kind, m.cause)
	}
}

func TestAConnectionThatEndsIsAReset(t *testing.T) {
	for name, said := range map[string]string{"before an answer": "", "in an answer": "HTTP/1.1 200 OK\r\nContent-Le", "in a body": "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"} {
		for _, linger := range []int{-1, 0} {
			m := heard(t, func(o order) {
				o.say(said)
				if tcp, ok := o.Conn.(*net.TCPConn); ok {
					_ = tcp.SetLinger(linger)
				}
				_ = o.Close()
			})
			if m.kind != broken || m.cause != retry.Reset || m.ours {
				t.Errorf("%s, linger %d: heard kind %d, %v", name, linger, m.kind, m.cause)
			}
		}
	}
}

func TestAnAnswerWithoutALengthEndsWithItsConnection(t *testing.T) {
	m := heard(t, func(o order) {
		o.say("HTTP/1.0 200 OK\r\n\r\nbody")
		_ = o.Close()
	})
	if m.kind != last || m.cause != retry.OK {
		t.Errorf("heard kind %d, %v", m.kind, m.cause)
	}
}

func TestNoConnectionIsRefused(t *testing.T) {
	f := newFront(t)
	f.stop()
	box := newInbox()
	c := newConn(f.addr(), 0, box, nil)
	c.dial(time.Minute)
	if m := box.take()[0]; m.kind != broken || m.cause != retry.Refused || m.ours {
		t.Errorf("heard kind %d, %v, ours %v", m.kind, m.cause, m.ours)
	}
}

func TestAConnectionGivenUpBeforeItsDialSaysNothing(t *testing.T) {
	f := newFront(t)
	box := newInbox()
	c := newConn(f.addr(), 0, box, nil)
	c.close()
	c.dial(time.Minute)
	if l := box.take(); len(l) != 0 || f.accepts() != 0 {
		t.Errorf("heard %v over %d connections", l, f.accepts())
	}
}

func TestOursAreTheErrorsOfOurOwnMachine(t *testing.T) {
	dial := func(e error) error {
		return &net.OpError{Op: "dial", Err: os.NewSyscallError("socket", e)}
	}
	tests := []struct {
		err  error
		want bool
	}{
		{dial(syscall.EMFILE), true}, {dial(syscall.ENFILE), true}, {dial(syscall.EADDRNOTAVAIL), true},
		{dial(syscall.ENOBUFS), true}, {fmt.Errorf("no: %w", dial(syscall.ENOMEM)), true},
		{dial(syscall.ECONNREFUSED), false}, {dial(syscall.ECONNRESET), false}, {dial(syscall.ETIMEDOUT), false},
		{os.ErrDeadlineExceeded, false}, {net.ErrClosed, false}, {errors.New("too many open files"), false},
	}
	for _, tt := range tests {
		if got := isOurs(tt.err); got != tt.want {
			t.Errorf("isOurs(%v) is %v", tt.err, got)
		}
	}
}

func TestARequestCarriesWhatTheBackendReads(t *testing.T) {
	r := request{id: 4294967295, tenant: 4294967295, sale: 7, soldAt: 1500 * time.Millisecond}
	plain := "POST /v1/sales HTTP/1.1\r\nHost: pos\r\nContent-Length: 0\r\nIdempotency-Key: 4294967295-7\r\nRetrystorm-Sold-At: 1500000000\r\n"
	if got := string(appendRequest(nil, r, time.Second)); got != plain+"\r\n" {
		t.Errorf("wrote %q", got)
	}
	r.carriesTimeout = true
	for left, want := range map[time.Duration]string{
		1999 * time.Microsecond: "1", 2 * time.Second: "2000", -time.Second: "0", 365 * 24 * time.Hour: "2147483647",
	} {
		if got := string(appendRequest(nil, r, left)); got != plain+"Retrystorm-Timeout: "+want+"\r\n\r\n" {
			t.Errorf("with %v left wrote %q", left, got)
		}
	}
}
