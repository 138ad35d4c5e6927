package fakes

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// linkTo is a link that tries once and waits for as long as a test may take.
func linkTo(names ...string) caller.Config {
	return caller.Config{To: names, Timeout: time.Hour}
}

// calling is a node that calls others, each at its address.
func calling(link caller.Config, addrs ...string) Config {
	cfg := Config{
		Node:  backend.Config{Workers: 10, Service: backend.Service{Mean: 1}, Calls: []caller.Config{link}},
		Links: map[string]Peer{},
	}
	for i, to := range link.To {
		cfg.Links[to] = Peer{Addr: addrs[i]}
	}
	return cfg
}

// shelf is a ledger in memory.
type shelf struct {
	mu   sync.Mutex
	kept []Entry
}

func (s *shelf) submit(e Entry, tell func(bool, error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(s.kept, e)
	go tell(false, nil)
}

// called is a node that answers as a test says.
func called(t *testing.T, answer http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s.Listener.Addr().String()
}

// over is what went over the only link that there is.
func (r *rig) over(t *testing.T) LinkStats {
	t.Helper()
	links := r.stats().Links
	if len(links) != 1 {
		t.Fatalf("%d links, want 1", len(links))
	}
	return links[0]
}

func outcomes(to string, causes ...retry.Cause) LinkStats {
	l := LinkStats{To: to, Stats: caller.Stats{Calls: 1, Attempts: int64(len(causes))}}
	for _, c := range causes {
		l.Outcomes[c]++
	}
	return l
}

func TestSaleIsRecordedAtTheEndOfTheChain(t *testing.T) {
	var front, back shelf
	db := serving(t, backend.Config{Workers: 1, Service: backend.Service{Mean: 1}}, &back)
	app := servingWith(t, calling(linkTo("db"), db.addr), memory{})
	gateway := servingWith(t, calling(linkTo("app"), app.addr), memory{})
	if got := post(t, gateway.addr, "3-4", "99"); got != (reply{status: 201}) {
		t.Errorf("answered with %+v", got)
	}
	if diff := cmp.Diff([]Entry{{Terminal: 3, Sale: 4, SoldAt: 99}}, back.kept); diff != "" || len(front.kept) > 0 {
		t.Error(diff, front.kept)
	}
	if diff := cmp.Diff(outcomes("app", retry.OK), gateway.over(t)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(outcomes("db", retry.OK), app.over(t)); diff != "" {
		t.Error(diff)
	}
}

func TestWhatTheCalledNodeAnswersDecides(t *testing.T) {
	status := func(code int, after ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for _, a := range after {
				w.Header().Set("Retry-After", a)
			}
			w.WriteHeader(code)
		}
	}
	breaks := func(w http.ResponseWriter, _ *http.Request) {
		conn, _, _ := w.(http.Hijacker).Hijack()
		conn.Close()
	}
	silent := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		want   reply
		cause  retry.Cause
	}{
		"recorded":               {status(201), reply{status: 201}, retry.OK},
		"known":                  {status(200), reply{status: 201}, retry.OK},
		"nonsense":               {status(400), reply{status: 502}, retry.Failed},
		"broken":                 {status(500), reply{status: 502}, retry.Failed},
		"late":                   {status(504), reply{status: 502}, retry.Failed},
		"turned away":            {status(503), reply{status: 503}, retry.Rejected},
		"too many":               {status(429), reply{status: 503}, retry.Rejected},
		"turned away for a time": {status(503, "7"), reply{503, "7"}, retry.Rejected},
		"connection breaks":      {breaks, reply{status: 502}, retry.Reset},
		"no answer":              {silent, reply{status: 504}, retry.Timeout},
	} {
		t.Run(name, func(t *testing.T) {
			link := linkTo("db")
			if tt.cause == retry.Timeout {
				link.Timeout = time.Millisecond
			}
			r := servingWith(t, calling(link, called(t, tt.answer)), memory{})
			if got := post(t, r.addr, "1-1", "0"); got != tt.want {
				t.Errorf("answered with %+v, want %+v", got, tt.want)
			}
			if diff := cmp.Diff(outcomes("db", tt.cause), r.over(t)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNodeThatNobodyListensAtIsRefused(t *testing.T) {
	r := servingWith(t, calling(linkTo("db"), free(t)), memory{})
	if got := post(t, r.addr, "1-1", "0"); got != (reply{status: 502}) {
		t.Errorf("answered with %+v", got)
	}
	if diff := cmp.Diff(outcomes("db", retry.Refused), r.over(t)); diff != "" {
		t.Error(diff)
	}
}

// Each layer that tries three times sends three times what the one above sends.
func TestRetriesMultiplyFromLayerToLayer(t *testing.T) {
	thrice := linkTo("next")
	thrice.Retry = retry.Config{Backoff: retry.Immediate, MaxAttempts: 3}
	var tries atomic.Int64
	addr := called(t, func(w http.ResponseWriter, _ *http.Request) {
		tries.Add(1)
		w.WriteHeader(500)
	})
	app := servingWith(t, calling(thrice, addr), memory{})
	gateway := servingWith(t, calling(thrice, app.addr), memory{})
	if got := post(t, gateway.addr, "1-1", "0"); got != (reply{status: 502}) {
		t.Errorf("answered with %+v", got)
	}
	want := outcomes("next", retry.Failed, retry.Failed, retry.Failed)
	if diff := cmp.Diff(want, gateway.over(t)); diff != "" {
		t.Error(diff)
	}
	want.Calls, want.Attempts, want.Outcomes[retry.Failed] = 3, 9, 9
	if diff := cmp.Diff(want, app.over(t)); diff != "" || tries.Load() != 9 {
		t.Errorf("%d tries\n%s", tries.Load(), diff)
	}
}

func TestRetriesOfALinkAreSwitchedOffAndOn(t *testing.T) {
	link := linkTo("db")
	link.Retry = retry.Config{Backoff: retry.Immediate, MaxAttempts: 4}
	cfg := usable(t)
	cfg.Node.Calls, cfg.Links = []caller.Config{link}, map[string]Peer{"db": {Addr: free(t)}}
	child(t, cfg)
	c := ready(t, cfg)
	for _, tt := range []struct {
		off      bool
		attempts int64 // so far
	}{{true, 1}, {false, 5}} {
		if err := c.RetriesOff(t.Context(), tt.off); err != nil {
			t.Fatal(err)
		}
		if got := post(t, cfg.Load, "1-1", "0"); got.status != 502 {
			t.Errorf("answered with %+v", got)
		}
		st, err := c.Stats(t.Context())
		if err != nil || st.RetriesOff != tt.off || len(st.Links) != 1 || st.Links[0].To != "db" || st.Links[0].Attempts != tt.attempts {
			t.Errorf("%+v, %v; want retries off %v and %d attempts", st, err, tt.off, tt.attempts)
		}
	}
	if all := entries(t, c); len(all) > 0 {
		t.Errorf("a node without a ledger gives %v", all)
	}
}

func TestLinkHonoursRetryAfter(t *testing.T) {
	var tries atomic.Int64
	addr := called(t, func(w http.ResponseWriter, _ *http.Request) {
		if tries.Add(1) == 1 {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(503)
		}
	})
	link := linkTo("db")
	link.Retry = retry.Config{Backoff: retry.Immediate}
	r := servingWith(t, calling(link, addr), memory{})
	conn := send(t, r.addr, sale("1-1", "0"))
	job := r.job(t, 1)
	eventually(t, "the node waits", func() bool { return r.waits(time.Hour) })
	r.wake() // too early
	if n := tries.Load(); n != 1 || r.job(t, 1) != job {
		t.Errorf("%d tries before the hour is over", n)
	}
	r.later(time.Hour)
	if got := receive(t, conn); got.status != 201 || tries.Load() != 2 {
		t.Errorf("answered with %+v after %d tries", got, tries.Load())
	}
}

// later lets so much time pass at once.
func (r *rig) later(d time.Duration) {
	r.mu.Lock()
	r.start = r.start.Add(-d)
	r.mu.Unlock()
	r.wake()
}

// waits says whether the node does nothing for about that long.
func (r *rig) waits(d time.Duration) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.calls) == 0 && r.wakes > d && r.wakes < r.now()+d
}
