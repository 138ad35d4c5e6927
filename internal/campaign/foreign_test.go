package campaign

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/topology"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// foreign is an engine whose backend is a plain HTTP server that knows nothing of
// retrystorm. It serves four requests at a time in 20 ms each, for clients that have
// left, too, and tells nothing of itself.
type foreign struct {
	server  *httptest.Server
	workers chan struct{}
	done    chan struct{}
	stop    sync.Once
	stall   sync.RWMutex // written while nothing is served
}

func (*foreign) Name() string                                { return "foreign" }
func (*foreign) Check([]backend.Config, []fault.Event) error { return nil }

func (f *foreign) Start(context.Context, *topology.Graph, uint64) (harness.Backend, error) {
	f.workers, f.done = make(chan struct{}, 4), make(chan struct{})
	f.server = httptest.NewServer(f)
	return f, nil
}

func (f *foreign) ServeHTTP(http.ResponseWriter, *http.Request) {
	select {
	case f.workers <- struct{}{}:
	case <-f.done:
		return
	}
	defer func() { <-f.workers }()
	f.stall.RLock()
	defer f.stall.RUnlock()
	select {
	case <-time.After(20 * time.Millisecond):
	case <-f.done:
	}
}

func (f *foreign) Addrs() []string                               { return []string{f.server.Listener.Addr().String()} }
func (*foreign) Nodes() []harness.Node                           { return nil }
func (*foreign) Disturbed(context.Context) []harness.Disturbance { return nil }

func (f *foreign) Inject(context.Context, fault.Event) (string, error) {
	f.stall.Lock()
	return "stalled", nil
}

func (f *foreign) Lift(context.Context, fault.Event) (string, error) {
	f.stall.Unlock()
	return "it serves again", nil
}

func (f *foreign) Stop(context.Context) error {
	f.stop.Do(func() {
		close(f.done)
		f.server.CloseClientConnections()
		f.server.Close()
	})
	return nil
}

// somebodyElses is a plan for it. What the machine is busy with besides is no doubt.
const somebodyElses = `{
	"name": "foreign", "horizon": "3s",
	"fleet": [{"cohort": "till", "terminals": 60, "sale": {"every": "1s"}, "timeout": "200ms",
		"retry": {"backoff": "immediate", "maxAttempts": 20}}],
	"backend": {"nodes": [{"name": "api", "workers": 4, "service": {"mean": "20ms"}}]},
	"judge": {"window": "500ms", "hold": 2, "goodput": 0.5, "amplification": 4, "latency": 100, "lag": "10s", "cpu": 1, "undelivered": 1},
	"gate": {"nothingLost": true},
	"variants": {
		"calm": {},
		"stalled": {"horizon": "8s", "timeline": [{"kind": "freeze", "at": "2s", "for": "2s"}]}
	}
}`

func TestABackendThatTellsNothingIsJudgedByWhatItsClientsSaw(t *testing.T) {
	for _, v := range variants(t, somebodyElses) {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel() // their time is spent waiting
			var j journal
			c := campaignOf(t, Config{Variants: []experiment.Variant{v}, Seed: 1, Engine: &RealTime{Backends: &foreign{}}})
			c.Run(t.Context(), j.observer())
			h, got := j.runs[0].History, j.runs[0].Verdict
			if !h.Unobserved || !h.Ledger.None || len(h.Nodes) != 0 || len(h.Links) != 1 || h.Problem != "" {
				t.Errorf("unobserved: %t, ledger %+v, %d nodes, %d links, problem %q", h.Unobserved, h.Ledger, len(h.Nodes), len(h.Links), h.Problem)
			}
			if got.Kind == verdict.Invalid || (v.Name == "calm") != (got.Kind == verdict.Healthy) ||
				!strings.HasSuffix(got.Reason, "The backend told nothing of itself: this rests on what its clients saw.") {
				t.Errorf("%v: %s", got.Kind, got.Reason)
			}
			t.Logf("%v: %s", got.Kind, got.Reason)
			d := decision.Decide(v.Expect, v.Gate, []decision.Run{decision.Of(1, h, &got)})
			if len(d.Gates) != 1 || d.Gates[0].Passed || d.Passed {
				t.Errorf("a gate on a ledger that does not exist comes to %+v", d.Gates)
			}
		})
	}
}
