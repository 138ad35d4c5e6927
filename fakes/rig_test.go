package fakes

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/retrystorm/retrystorm/internal/backend"
)

// endless is a service that ends only when a test says so.
const endless = 100 * time.Hour

// memory is a ledger that keeps nothing; err is its answer, which it never gives at once.
type memory struct{ err error }

func (m memory) submit(_ Entry, tell func(bool, error)) { go tell(false, m.err) }

// rig is a server on a loopback socket.
type rig struct {
	*server
	http *fasthttp.Server
	addr string
}

func serving(t *testing.T, cfg backend.Config, ledger recorder) *rig {
	t.Helper()
	return servingWith(t, Config{Node: cfg, Seed: 1}, ledger)
}

// servingWith is serving of a node that may call others.
func servingWith(t *testing.T, cfg Config, ledger recorder) *rig {
	t.Helper()
	cfg.Node.Name = "api"
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(cfg, ledger)
	r := &rig{server: s, http: loadPort(s), addr: l.Addr().String()}
	go func() { _ = r.http.Serve(listener{l.(*net.TCPListener)}) }()
	t.Cleanup(func() { l.Close() })
	return r
}

// slow is a node whose services end only when a test says so.
func slow() backend.Config {
	return backend.Config{Workers: 1, Service: backend.Service{Mean: endless}}
}

// reply is what the load port answered.
type reply struct {
	status     int
	retryAfter string
}

func send(t testing.TB, addr, head string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := io.WriteString(conn, head+"\r\nHost: pos\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	return conn
}

func sale(key, soldAt string) string {
	return fmt.Sprintf("POST /v1/sales HTTP/1.1\r\nContent-Length: 0\r\n"+
		"Idempotency-Key: %s\r\nRetrystorm-Sold-At: %s", key, soldAt)
}

func receive(t testing.TB, conn net.Conn) reply {
	t.Helper()
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return reply{status: resp.StatusCode, retryAfter: resp.Header.Get("Retry-After")}
}

func post(t testing.TB, addr, key, soldAt string) reply {
	t.Helper()
	return receive(t, send(t, addr, sale(key, soldAt)))
}

// job waits until the server has the n-th request and gives it.
func (r *rig) job(t *testing.T, n uint64) (j *job) {
	t.Helper()
	eventually(t, "the request arrives", func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		j = r.jobs[n]
		return j != nil
	})
	return j
}

func (r *rig) alone(t *testing.T, j *job) {
	t.Helper()
	eventually(t, "the server notices that the client left", func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return j.client == nil
	})
}
