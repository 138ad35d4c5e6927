package runner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/live"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/topology"
)

// stage is an engine and its one backend, in this process.
type stage struct {
	load, control *httptest.Server
	began         time.Time

	mu       sync.Mutex
	entries  []fakes.Entry
	callers  map[string]bool // the connections that brought sales
	acts     []string
	started  int
	stopped  int
	startErr error
	stopErr  error
	actErr   map[string]error
	hold     func(fault.Event) time.Time // when a fault took hold
	onStart  func()                      // when the backend is up
	failure  string                      // of the ledger
	torn     bool                        // the ledger comes without its end
	odd      []harness.Disturbance
	others   []harness.Node
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{began: time.Now(), actErr: map[string]error{}, callers: map[string]bool{}}
	s.load = httptest.NewServer(http.HandlerFunc(s.sell))
	control := http.NewServeMux()
	control.HandleFunc("/stats", s.stats)
	control.HandleFunc("/ledger", s.ledger)
	s.control = httptest.NewServer(control)
	t.Cleanup(func() { s.load.Close(); s.control.Close() })
	return s
}

func (s *stage) sell(_ http.ResponseWriter, r *http.Request) {
	e := fakes.Entry{Copies: 1}
	_, _ = fmt.Sscanf(r.Header.Get("Idempotency-Key"), "%d-%d", &e.Terminal, &e.Sale)
	_, _ = fmt.Sscan(r.Header.Get("Retrystorm-Sold-At"), (*int64)(&e.SoldAt))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entries = append(s.entries, e)
	s.callers[r.RemoteAddr] = true
}

func (s *stage) stats(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = json.NewEncoder(w).Encode(fakes.Stats{
		Stats: backend.Stats{Served: int64(len(s.entries)), Queue: 3, Busy: 2}, Uptime: time.Since(s.began), Failure: s.failure,
	})
}

func (s *stage) ledger(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.entries {
		_, _ = fmt.Fprintf(w, "%d,%d,%d,%d\n", e.Terminal, e.Sale, int64(e.SoldAt), e.Copies)
	}
	if !s.torn {
		_, _ = fmt.Fprintf(w, "# %d\n", len(s.entries))
	}
}

func (s *stage) Name() string                                { return "stage" }
func (s *stage) Check([]backend.Config, []fault.Event) error { return nil }
func (s *stage) Addr() string                                { return s.load.Listener.Addr().String() }
func (s *stage) Addrs() []string                             { return []string{s.Addr()} }

// Nodes gives the one node, or all that a test has put beside it.
func (s *stage) Nodes() []harness.Node {
	own := harness.Node{Name: "api", Control: fakes.Control{Addr: s.control.Listener.Addr().String()}}
	return append([]harness.Node{own}, s.others...)
}
func (s *stage) Inject(_ context.Context, e fault.Event) (string, error) { return s.act("inject", e) }
func (s *stage) Lift(_ context.Context, e fault.Event) (string, error)   { return s.act("lift", e) }

// TookHold gives when a fault took hold, if a test says that.
func (s *stage) TookHold(e fault.Event) (at time.Time) {
	if s.hold != nil {
		at = s.hold(e)
	}
	return at
}

func (s *stage) Disturbed(context.Context) []harness.Disturbance { return s.odd }

func (s *stage) Start(ctx context.Context, _ *topology.Graph, _ uint64) (harness.Backend, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s.startErr != nil {
		return nil, s.startErr
	}
	s.started++
	if s.onStart != nil {
		s.onStart()
	}
	return s, nil
}

func (s *stage) Stop(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped++
	return s.stopErr
}

func (s *stage) act(verb string, e fault.Event) (string, error) {
	name := verb + " " + e.Kind.String()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.acts = append(s.acts, name)
	return name + " seen", s.actErr[name]
}

// plan declares 20 terminals that bring 200 sales a second.
func plan(horizon time.Duration, timeline ...fault.Event) experiment.Plan {
	return experiment.Plan{
		Fleet: []terminal.Config{{
			Cohort: "a", Terminals: 20, Timeout: 10 * time.Second, Sale: terminal.Sale{Every: 100 * time.Millisecond},
		}},
		Backend:  experiment.Backend{Nodes: []backend.Config{{Name: "api", Workers: 1, Service: backend.Service{Mean: time.Millisecond}}}},
		Timeline: timeline, Horizon: horizon,
	}
}

// conduct leads a run with two shards and waits for everyone.
func conduct(ctx context.Context, t *testing.T, s *stage, p experiment.Plan, tick func(live.Tick), progress func(Progress)) *history.History {
	t.Helper()
	const shards = 2
	r := New(Config{Plan: p, Seed: 1, Engine: s, Shards: shards, Progress: progress})
	var tasks sync.WaitGroup
	for i := range shards {
		tasks.Go(func() { r.Drive(ctx, i, tick) })
	}
	h := r.Direct(ctx)
	tasks.Wait()
	if s.stopped != s.started {
		t.Errorf("the backend was started %d times and stopped %d times", s.started, s.stopped)
	}
	return h
}

var errBroken = errors.New("it is broken")

// closedPort gives an address on which nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	return l.Addr().String()
}
