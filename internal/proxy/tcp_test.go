package proxy

import (
	"context"
	"errors"
	"io"
	"net"
	"syscall"
	"testing"

	"github.com/retrystorm/retrystorm/internal/fault"
)

// listening is a node on 127.0.0.1, and a proxy to it.
func listening(t *testing.T) (*Proxy, net.Listener) {
	t.Helper()
	node, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = node.Close() })
	p := New(1, "fleet", "api", func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", node.Addr().String())
	})
	t.Cleanup(p.Close)
	return p, node
}

// accepted gives the next connection to the node.
func accepted(t *testing.T, node net.Listener) *net.TCPConn {
	t.Helper()
	c, err := node.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c.(*net.TCPConn)
}

func said(t *testing.T, c net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

func comes(t *testing.T, c net.Conn, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(c, got); err != nil || string(got) != want {
		t.Fatalf("%q comes, %v; want %q", got, err, want)
	}
}

func TestEndOfWhatIsSentLeavesTheAnswerItsWay(t *testing.T) {
	p, node := listening(t)
	if err := p.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", p.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	said(t, c, "hello")
	if err := c.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	n := accepted(t, node)
	if all, err := io.ReadAll(n); err != nil || string(all) != "hello" {
		t.Fatalf("%q, %v", all, err)
	}
	said(t, n, "world")
	_ = n.Close()
	if all, err := io.ReadAll(c); err != nil || string(all) != "world" {
		t.Fatalf("%q, %v", all, err)
	}
}

func TestListenerRefusesAsTheLinkOrTheNodeDoes(t *testing.T) {
	p, _ := listening(t)
	if err := p.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	p.addr = p.listener.Addr().String()
	refuses := func(want bool) {
		t.Helper()
		c, err := net.Dial("tcp", p.addr)
		if err == nil {
			_ = c.Close()
		}
		if errors.Is(err, syscall.ECONNREFUSED) != want {
			t.Fatalf("a new connection: %v", err)
		}
	}
	cut := []fault.Event{{Kind: fault.Cut, How: fault.Refuse}}
	for _, change := range []struct {
		do   func() error
		want bool
	}{
		{func() error { return nil }, false},
		{func() error { return p.Set(cut) }, true},
		{func() error { return p.SetDown(true) }, true},
		{func() error { return p.Set(nil) }, true},
		{func() error { return p.SetDown(false) }, false},
	} {
		if err := change.do(); err != nil {
			t.Fatal(err)
		}
		refuses(change.want)
	}
}

func TestConnectionWithinTheProcessEndsWithEitherSide(t *testing.T) {
	p, node := listening(t)
	for _, first := range []string{"caller", "node"} {
		c, err := p.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		n := accepted(t, node)
		said(t, c, "hello")
		comes(t, n, "hello")
		said(t, n, "world")
		comes(t, c, "world")
		ends := map[string]net.Conn{"caller": c, "node": n}
		_ = ends[first].Close()
		delete(ends, first)
		for who, other := range ends {
			if k, err := other.Read(make([]byte, 1)); k > 0 || err == nil {
				t.Errorf("the %s ends, and the %s hears %d bytes, %v", first, who, k, err)
			}
			_ = other.Close()
		}
	}
}
