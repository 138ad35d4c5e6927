package live

import (
	"bufio"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

const fine = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

// order is one request that a front has read; the test answers it.
type order struct {
	net.Conn
	key     string
	timeout string
	line    int // which connection, from 1
}

// say writes an answer.
func (o order) say(answer string) { _, _ = o.Write([]byte(answer)) }

// front is a server that hands every request to the test and says when a
// connection has gone.
type front struct {
	net.Listener
	orders  chan order
	gone    chan int      // which connection the client has closed
	over    chan struct{} // closed when the front stops
	readers sync.WaitGroup
	once    sync.Once
	mu      sync.Mutex
	open    []net.Conn
}

func newFront(t *testing.T) *front {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &front{Listener: l, orders: make(chan order, 1000), gone: make(chan int, 1000), over: make(chan struct{})}
	f.readers.Go(f.accept)
	t.Cleanup(f.stop)
	return f
}

func (f *front) stop() {
	f.once.Do(func() { close(f.over) })
	_ = f.Close()
	f.mu.Lock()
	for _, c := range f.open {
		_ = c.Close()
	}
	f.mu.Unlock()
	f.readers.Wait()
}

func (f *front) addr() string { return f.Addr().String() }

// accepts is how many connections there have been.
func (f *front) accepts() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.open)
}

func (f *front) accept() {
	for {
		c, err := f.Accept()
		if err != nil {
			return
		}
		f.mu.Lock()
		f.open = append(f.open, c)
		n := len(f.open)
		f.mu.Unlock()
		f.readers.Go(func() { f.serve(c, n) })
	}
}

func (f *front) serve(c net.Conn, n int) {
	in := bufio.NewReader(c)
	for {
		r, err := http.ReadRequest(in)
		if err != nil {
			_ = c.Close()
			f.gone <- n
			return
		}
		f.orders <- order{Conn: c, key: r.Header.Get("Idempotency-Key"), timeout: r.Header.Get("Retrystorm-Timeout"), line: n}
	}
}

// always answers every order alike until the front stops.
func (f *front) always(answer string) {
	f.readers.Go(func() {
		for {
			select {
			case o := <-f.orders:
				o.say(answer)
			case <-f.over:
				return
			}
		}
	})
}

// fleet declares terminals that sell regularly, as often as that, and wait
// longer than any test takes.
func fleet(n int, every time.Duration) terminal.Config {
	return terminal.Config{
		Cohort: "a", Terminals: n, Timeout: time.Minute,
		Sale: terminal.Sale{Every: every, Arrival: terminal.Regular, Deadline: 2 * time.Minute},
	}
}

// shardOf prepares the only shard of one cohort.
func shardOf(addr string, c terminal.Config, change ...func(*Config)) *Shard {
	cfg := Config{
		Fleet: []terminal.Config{c}, Shards: 1, Seed: 1, Addr: addr,
		Horizon: 10 * time.Minute, Bucket: 10 * time.Millisecond,
	}
	for _, f := range change {
		f(&cfg)
	}
	s := NewShard(cfg)
	s.epoch = time.Now() // for what is sent without Run
	return s
}

// total adds up everything that a shard has counted.
func total(s *Shard) history.Bucket {
	b := s.Outcome().Buckets
	return history.Sum(b, 0, len(b))
}

// serve lets a shard handle what comes until the condition holds.
func serve(s *Shard, holds func() bool) {
	for !holds() {
		<-s.inbox.signal
		s.receive()
	}
}
