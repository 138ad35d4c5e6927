package sim

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// small is one terminal that sells once a second, at the same point of every
// second, to a node that serves for 100 ms.
func small(e fault.Event) experiment.Plan {
	e.Node = "api"
	return experiment.Plan{
		Fleet: []terminal.Config{{
			Cohort: "one", Terminals: 1, Timeout: 20 * time.Second,
			Sale: terminal.Sale{Every: time.Second, Arrival: terminal.Regular},
		}},
		Backend: experiment.Backend{Nodes: []backend.Config{{
			Name: "api", Workers: 100, Service: backend.Service{Mean: 100 * time.Millisecond},
		}}},
		Timeline: []fault.Event{e},
		Horizon:  30 * time.Second,
	}
}

// sum is a history's totals.
func sum(t *testing.T, p experiment.Plan) (*history.History, history.Bucket) {
	t.Helper()
	h := Run(context.Background(), Config{Plan: valid(t, p), Seed: 3})
	if h.Problem != "" {
		t.Fatal(h.Problem)
	}
	return h, history.Sum(h.Buckets, 0, len(h.Buckets))
}

func TestCrashResetsWhatIsInTheNodeAndRefusesUntilItIsUpAgain(t *testing.T) {
	p := small(fault.Event{Kind: fault.Crash, At: 10 * time.Second, For: 5 * time.Second})
	p.Backend.Nodes[0].Service.Mean = 2500 * time.Millisecond // so that two or three are in the node
	_, all := sum(t, p)
	if n := all.Outcomes[retry.Reset]; n < 2 || n > 3 {
		t.Errorf("%d reset", n)
	}
	if n := all.Outcomes[retry.Refused]; n != 5 {
		t.Errorf("%d refused, one a second for 5 s expected", n)
	}
	if want := all.Demand - all.Failed - all.Good; want > 3 || all.Failed != all.Outcomes[retry.Reset]+5 {
		t.Errorf("%d of %d failed, %d completed", all.Failed, all.Demand, all.Good)
	}
}

func TestANodeThatIsKilledForWantOfMemoryLosesWhatACrashDoes(t *testing.T) {
	told := func(k fault.Kind) *history.History {
		p := small(fault.Event{Kind: k, At: 10 * time.Second, For: 5 * time.Second})
		p.Backend.Nodes[0].Service.Mean = 2500 * time.Millisecond
		h, _ := sum(t, p)
		return h
	}
	h, crash := told(fault.Memory), told(fault.Crash)
	if f := h.Faults[0]; f.Kind != "memory" || f.Made != history.InModel || !f.Applied || !f.Removed {
		t.Errorf("it was carried out so: %+v", f)
	}
	h.Faults, crash.Faults = nil, nil
	if diff := cmp.Diff(crash, h, cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
		t.Errorf("what a crash does and what this does differ (-crash +memory):\n%s", diff)
	}
}

func TestFrozenNodeSeesAtItsThawWhatCame(t *testing.T) {
	p := small(fault.Event{Kind: fault.Freeze, At: 10 * time.Second, For: 5 * time.Second})
	h, all := sum(t, p)
	if all.Good < 29 || all.Outcomes[retry.OK] != all.Good {
		t.Errorf("%d of %d completed", all.Good, all.Demand)
	}
	if frozen := history.Sum(h.Buckets, 101, 150); frozen.Served != 0 {
		t.Errorf("%d served by a frozen node", frozen.Served)
	}
	if after := history.Sum(h.Buckets, 150, 152); after.Served < 5 {
		t.Errorf("%d served right after the thaw", after.Served)
	}
	if longest := all.Latency.Max(); longest < 4100*time.Millisecond || longest > 5100*time.Millisecond {
		t.Errorf("the longest took %v", longest)
	}
}

func TestFrozenNodeSeesAtItsThawWhoHasLeft(t *testing.T) {
	for work, wasted := range map[backend.Abandoned]bool{backend.Continue: true, backend.Stop: false} {
		t.Run(work.String(), func(t *testing.T) {
			p := small(fault.Event{Kind: fault.Freeze, At: 10 * time.Second, For: 5 * time.Second})
			p.Fleet[0].Timeout = time.Second
			p.Backend.Nodes[0].Abandoned = work
			h, all := sum(t, p)
			if n := all.Outcomes[retry.Timeout]; n < 4 || n > 5 {
				t.Errorf("%d timed out", n)
			}
			if (h.Wasted > 0) != wasted {
				t.Errorf("%v wasted", h.Wasted)
			}
			if wasted && h.Ledger.Unknown != all.Outcomes[retry.Timeout] {
				t.Errorf("%d recorded that nobody knows of, %d timed out", h.Ledger.Unknown, all.Outcomes[retry.Timeout])
			}
		})
	}
}

// Waited work is done elsewhere and goes on while the node stands still, as a
// timer does in a stopped process; burned work does not.
func TestFreezePutsBurnedWorkOffAndWaitedWorkNot(t *testing.T) {
	for work, want := range map[backend.Work]time.Duration{backend.Waited: 8 * time.Second, backend.Burned: 11 * time.Second} {
		t.Run(work.String(), func(t *testing.T) {
			p := small(fault.Event{Kind: fault.Freeze, At: 10 * time.Second, For: 3 * time.Second})
			p.Backend.Nodes[0].Service = backend.Service{Mean: 8 * time.Second, Work: work}
			_, all := sum(t, p)
			if got := all.Latency.Max(); got < want || got > want+3*time.Second || work == backend.Burned && got != want {
				t.Errorf("the longest took %v, want %v", got, want)
			}
		})
	}
}

func TestCPUFaultStretchesBurnedWorkAndNotWaited(t *testing.T) {
	for work, want := range map[backend.Work]time.Duration{backend.Waited: 100 * time.Millisecond, backend.Burned: time.Second} {
		t.Run(work.String(), func(t *testing.T) {
			p := small(fault.Event{Kind: fault.CPU, At: 10 * time.Second, For: 10 * time.Second, CPUs: 0.1})
			p.Backend.Nodes[0].CPUs = 1
			p.Backend.Nodes[0].Service.Work = work
			h, _ := sum(t, p)
			during := history.Sum(h.Buckets, 120, 190)
			if got := during.Latency.Quantile(0.5); got < want || got > want*33/32+time.Microsecond {
				t.Errorf("%v in the fault, want %v", got, want)
			}
			after := history.Sum(h.Buckets, 220, 300)
			if got := after.Latency.Max(); got != 100*time.Millisecond {
				t.Errorf("%v after the fault", got)
			}
		})
	}
}

func TestPoolMakesAttemptsWaitForAConnection(t *testing.T) {
	p := small(fault.Event{Kind: fault.Crash, At: 20 * time.Second, For: time.Second})
	p.Fleet[0].Connections.Pool = 1
	p.Fleet[0].Sale.Every = 200 * time.Millisecond
	p.Backend.Nodes[0].Service.Mean = 300 * time.Millisecond
	h, all := sum(t, p)
	if served := history.Sum(h.Buckets, 10, 190).Served; served < 59 || served > 61 {
		t.Errorf("%d served in 18 s over one connection, 300 ms each", served)
	}
	if before := h.Buckets[190]; before.InFlight != 1 || before.Pending < 20 {
		t.Errorf("%d in the node, %d being tried", before.InFlight, before.Pending)
	}
	if all.Outcomes[retry.Refused] < 20 || all.Outcomes[retry.Reset] != 1 {
		t.Errorf("refused and reset: %v", all.Outcomes)
	}
}

func TestLedgerWithoutKeysHoldsCopies(t *testing.T) {
	for idem, copies := range map[backend.Idempotency]bool{backend.ByKey: false, backend.NoKey: true} {
		t.Run(idem.String(), func(t *testing.T) {
			p := small(fault.Event{Kind: fault.Spike, At: 10 * time.Second, For: time.Second, Times: 2})
			p.Timeline[0].Node = ""
			p.Fleet[0].Timeout = 2 * time.Second
			// The second copy goes out when the first is done with.
			p.Fleet[0].Retry = retry.Config{Backoff: retry.Constant, Base: time.Second, MaxAttempts: 2}
			p.Backend.Nodes[0].Service.Mean = 2500 * time.Millisecond
			p.Backend.Nodes[0].Idempotency = idem
			h, all := sum(t, p)
			if (h.Ledger.Duplicated > 0) != copies {
				t.Errorf("%d duplicated", h.Ledger.Duplicated)
			}
			if h.Ledger.Entries != h.Ledger.Duplicated+h.Ledger.Unknown || h.Ledger.Unknown > all.Demand || !h.Ledger.Done || all.Good != 0 {
				t.Errorf("%+v, %d completed", h.Ledger, all.Good)
			}
		})
	}
}

func TestRunThatWouldNotEndIsStoppedAndSaysWhatToMend(t *testing.T) {
	immediate := retry.Config{Backoff: retry.Immediate, MaxAttempts: field.Unbounded}
	for name, c := range map[string]struct {
		change func(p *experiment.Plan)
		want   []string
	}{
		"refused": {func(p *experiment.Plan) { p.Fleet[0].Retry = immediate },
			[]string{"fleet[0].retry.backoff: 'immediate'", "while connections are refused", "a base of at least '1ms'"}},
		"turned away": {func(p *experiment.Plan) {
			p.Fleet[0].Retry = immediate
			p.Backend.Nodes[0].Workers, p.Backend.Nodes[0].Service.Mean = 1, 2*time.Second
			p.Backend.Nodes[0].Queue.Limit = 1
		}, []string{"fleet[0].retry.backoff: 'immediate'", "while the backend turns requests away"}},
		"offline": {func(p *experiment.Plan) { p.Fleet[0].Offline = &terminal.Offline{Retry: immediate} },
			[]string{"fleet[0].offline.retry.backoff: 'immediate'", "while connections are refused"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := small(fault.Event{Kind: fault.Crash, At: 10 * time.Second, For: 5500 * time.Millisecond})
			c.change(&p)
			h := Run(context.Background(), Config{Plan: valid(t, p), Seed: 3})
			for _, want := range c.want {
				if !strings.Contains(h.Problem, want) {
					t.Errorf("the problem %q does not say %q", h.Problem, want)
				}
			}
		})
	}
}

func TestRunStopsAtItsLimits(t *testing.T) {
	big := friday(10_000, 20*time.Second, 10*time.Minute)
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for name, c := range map[string]struct {
		ctx    context.Context
		limits Limits
		want   string
	}{
		"events":       {context.Background(), Limits{Events: 100_000}, "horizon: after 100001 events"},
		"too small":    {context.Background(), Limits{Memory: 3 << 20}, "fleet: 10000 terminals need "},
		"queue grows":  {context.Background(), Limits{Memory: 10 << 20}, "backend.nodes[0].queue.limit: at "},
		"interruption": {ended, Limits{}, "the run was interrupted"},
	} {
		t.Run(name, func(t *testing.T) {
			h := Run(c.ctx, Config{Plan: valid(t, big), Seed: 1, Limits: c.limits})
			if !strings.HasPrefix(h.Problem, c.want) {
				t.Errorf("problem %q, want %q", h.Problem, c.want)
			}
		})
	}
}
