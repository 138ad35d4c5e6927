package proxy

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
)

// rig is a proxy in virtual time, a caller, and a node that keeps what it accepts.
type rig struct {
	*Proxy
	t     *testing.T
	start time.Time
	nodes chan net.Conn
}

func newRig(t *testing.T, faults ...fault.Event) *rig {
	t.Helper()
	r := &rig{t: t, start: time.Now(), nodes: make(chan net.Conn, 10)}
	r.Proxy = New(1, "fleet", "api", func(context.Context) (net.Conn, error) {
		ours, theirs := net.Pipe()
		r.nodes <- theirs
		return ours, nil
	})
	r.set(faults...)
	return r
}

func (r *rig) set(faults ...fault.Event) {
	r.t.Helper()
	if err := r.Set(faults); err != nil {
		r.t.Fatal(err)
	}
}

// call opens a connection and sends a line on it.
func (r *rig) call(line string) net.Conn {
	client, inside := net.Pipe()
	r.Carry(inside)
	r.write(client, line)
	return client
}

func (r *rig) write(c net.Conn, line string) {
	r.t.Helper()
	if _, err := io.WriteString(c, line+"\n"); err != nil {
		r.t.Error(err)
	}
}

// hears fails the test unless the next that comes is that line, at that time.
func (r *rig) hears(c net.Conn, want string, at time.Duration) {
	r.t.Helper()
	line, err := bufio.NewReaderSize(c, 16).ReadString('\n')
	if err != nil || line != want+"\n" {
		r.t.Errorf("%q comes, %v; want %s", line, err, want)
	}
	r.after(at)
}

// ends fails the test unless the connection ends, at that time.
func (r *rig) ends(c net.Conn, at time.Duration) {
	r.t.Helper()
	if n, err := c.Read(make([]byte, 1)); n > 0 || err == nil {
		r.t.Errorf("something comes: %d bytes, %v", n, err)
	}
	r.after(at)
}

func (r *rig) after(at time.Duration) {
	r.t.Helper()
	if now := time.Since(r.start); now != at {
		r.t.Errorf("it comes at %v, want %v", now, at)
	}
}

func TestLinkWithoutFaultsPassesOnAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		c := r.call("hello")
		n := <-r.nodes
		r.hears(n, "hello", 0)
		r.write(n, "world")
		r.hears(c, "world", 0)
		_ = c.Close()
		r.ends(n, 0)
		r.Close()
	})
}

func TestLatencyIsThatOfAConnectionAndOfEachWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, fault.Event{Kind: fault.Latency, Latency: 100 * time.Millisecond})
		defer r.Close()
		c := r.call("hello")
		n := <-r.nodes
		r.after(200 * time.Millisecond)
		r.hears(n, "hello", 300*time.Millisecond)
		r.write(n, "world")
		r.hears(c, "world", 400*time.Millisecond)
		_ = c.Close()
		r.ends(n, 500*time.Millisecond)
	})
}

func TestBandwidthLetsMessagesWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, fault.Event{Kind: fault.Bandwidth, Rate: 100})
		defer r.Close()
		c := r.call("123456789")
		n := <-r.nodes
		r.hears(n, "123456789", 100*time.Millisecond)
		r.write(c, "123456789")
		r.write(c, "123456789")
		r.hears(n, "123456789", 200*time.Millisecond)
		r.hears(n, "123456789", 300*time.Millisecond)
	})
}

func TestBlackHoleIsOverWithTheNextRetransmission(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		defer r.Close()
		c := r.call("hello")
		n := <-r.nodes
		r.hears(n, "hello", 0)
		r.set(fault.Event{Kind: fault.Cut})
		r.write(n, "world")
		r.call("second")
		time.Sleep(500 * time.Millisecond)
		r.set()
		r.hears(c, "world", 600*time.Millisecond) // after 200 and 400 ms
		n = <-r.nodes
		r.hears(n, "second", time.Second) // the connection is tried again
	})
}

func TestNodeDoesNotHearThroughABlackHoleThatItsCallerHasLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		defer r.Close()
		client, inside := net.Pipe()
		server, n := net.Pipe()
		c := newPair(r.Proxy, inside, server)
		c.whole = true // its end is that of the connection, as of one that is reset
		r.enter(c, c.there.read, c.back.read)
		r.write(client, "hello")
		r.hears(n, "hello", 0)
		r.set(fault.Event{Kind: fault.Cut, Way: fault.There})
		_ = client.Close()
		_ = n.SetReadDeadline(time.Now().Add(time.Hour))
		if _, err := n.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("the node hears %v", err)
		}
		r.write(n, "world") // which is answered with a reset
		r.ends(n, time.Hour)
	})
}

func TestCallerThatLeavesWhileItsConnectionIsOpenedLeavesNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, fault.Event{Kind: fault.Cut})
		c := r.call("hello")
		_ = c.Close()
		time.Sleep(time.Hour)
		if len(r.nodes) > 0 {
			t.Error("a connection was opened all the same")
		}
		r.Close()
		if len(r.pairs) > 0 {
			t.Error("it is still there")
		}
	})
}

func TestRefusalResetsWhatIsOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		defer r.Close()
		c := r.call("hello")
		n := <-r.nodes
		r.hears(n, "hello", 0)
		r.set(fault.Event{Kind: fault.Cut, How: fault.Refuse})
		r.ends(c, 0)
		r.ends(n, 0)
		if _, err := r.Dial(t.Context()); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("a new connection: %v", err)
		}
	})
}

func TestResetBreaksBothEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, fault.Event{Kind: fault.Reset, Way: fault.Back, Share: 1})
		defer r.Close()
		c := r.call("hello")
		n := <-r.nodes
		r.hears(n, "hello", 0)
		r.write(n, "world")
		r.ends(c, 0)
		r.ends(n, 0)
	})
}

func TestNoMoreIsReadThanMayWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, fault.Event{Kind: fault.Cut, Way: fault.There})
		client, inside := net.Pipe()
		r.Carry(inside)
		sent := 0
		go func() {
			for {
				n, err := client.Write(make([]byte, chunk))
				if sent += n; err != nil {
					return
				}
			}
		}()
		time.Sleep(500 * time.Millisecond)
		synctest.Wait()
		if sent < most || sent > most+chunk {
			t.Errorf("%d bytes are taken in, want %d", sent, most)
		}
		r.Close()
	})
}
