package runner

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/live"
	"github.com/retrystorm/retrystorm/internal/retry"
)

const ms = time.Millisecond

func TestARunThatCompletesAddsUp(t *testing.T) {
	s := newStage(t)
	var progress []Progress
	h := conduct(context.Background(), t, s, plan(time.Second), func(live.Tick) {}, func(p Progress) { progress = append(progress, p) })
	if h.Problem != "" || len(h.Buckets) != 10 || h.Bucket != 100*ms || h.Demand != 200 {
		t.Fatalf("%d buckets of %v at a demand of %v; problem %q", len(h.Buckets), h.Bucket, h.Demand, h.Problem)
	}
	sum, end := history.Sum(h.Buckets, 0, 10), h.Buckets[9]
	if left := sum.Demand - sum.Good - sum.Late - sum.Failed; left != end.Pending || sum.Good == 0 || sum.Parked != 0 {
		t.Errorf("%d sales are left of %d, %d pending", left, sum.Demand, end.Pending)
	}
	if sum.Outcomes[retry.OK] != sum.Good || sum.Attempts != sum.Good+end.Pending {
		t.Errorf("%d attempts, %d acknowledged, %d good", sum.Attempts, sum.Outcomes[retry.OK], sum.Good)
	}
	if l := h.Ledger; !l.Done || l.Lost != 0 || l.Duplicated != 0 || l.Misdated != 0 || l.Entries-l.Unknown != sum.Good {
		t.Errorf("the audit gives %+v for %d good sales", l, sum.Good)
	}
	seen, ok := lastSeen(h)
	if !ok || seen.Queue != 3 || seen.InFlight != 5 || sum.Served == 0 || sum.Served > h.Ledger.Entries {
		t.Errorf("seen last: %d waiting, %d in flight; %d served", seen.Queue, seen.InFlight, sum.Served)
	}
	if g := h.Generator; g.Undelivered != 0 || g.Wall < time.Second || g.Cores < 1 || g.CPU <= 0 {
		t.Errorf("the generator says %+v", g)
	}
	var told int64
	for i, p := range progress {
		told += p.Bucket.Attempts
		if p.At != time.Duration(i+1)*100*ms || p.Phase != "baseline" || p.Horizon != time.Second {
			t.Errorf("progress %d is %+v", i, p)
		}
	}
	if len(progress) != 10 || told != sum.Attempts {
		t.Errorf("told of %d attempts in %d buckets, want %d", told, len(progress), sum.Attempts)
	}
}

// lastSeen gives the last bucket in which the backend answered in time, which on a busy
// machine need not be the last one.
func lastSeen(h *history.History) (b history.Bucket, ok bool) {
	for _, b := range slices.Backward(h.Buckets) {
		if !b.Blind {
			return b, true
		}
	}
	return b, false
}

func TestAllShardsShareACohortsPool(t *testing.T) {
	s := newStage(t)
	p := plan(300 * ms)
	p.Fleet[0].Connections.Pool = 1
	h := conduct(context.Background(), t, s, p, func(live.Tick) {}, nil)
	if sum := history.Sum(h.Buckets, 0, len(h.Buckets)); h.Problem != "" || sum.Good < 10 || len(s.callers) != 1 {
		t.Errorf("%d sales over %d connections, want one; problem %q", sum.Good, len(s.callers), h.Problem)
	}
}

func TestABackendThatDoesNotStartIsAProblem(t *testing.T) {
	s := newStage(t)
	s.startErr = errBroken
	h := conduct(context.Background(), t, s, plan(time.Hour), nil, nil)
	if want := "the backend could not be started: it is broken"; h.Problem != want || len(h.Buckets) != 0 {
		t.Errorf("problem %q, %d buckets; want %q", h.Problem, len(h.Buckets), want)
	}
}

func TestTerminalsThatCannotConnectAreAProblem(t *testing.T) {
	s := newStage(t)
	s.onStart = s.load.Close
	h := conduct(context.Background(), t, s, plan(time.Hour), nil, nil)
	if !strings.HasPrefix(h.Problem, "the terminals could not connect: ") || s.stopped != 1 {
		t.Errorf("problem %q", h.Problem)
	}
}

func TestABackendThatCannotBeTakenDownIsAProblem(t *testing.T) {
	s := newStage(t)
	s.stopErr = errBroken
	h := conduct(context.Background(), t, s, plan(200*ms), nil, nil)
	if want := "the backend could not be taken down: it is broken"; h.Problem != want {
		t.Errorf("problem %q, want %q", h.Problem, want)
	}
}

func TestAnInterruptedRunEndsAtOnceAndLeavesNothing(t *testing.T) {
	tests := []struct {
		name string
		when func(s *stage, cancel func()) (tick func(live.Tick))
		want string
	}{
		{"before the start", func(_ *stage, cancel func()) func(live.Tick) { cancel(); return nil }, "the run was interrupted before its start"},
		{"while connecting", func(s *stage, cancel func()) func(live.Tick) { s.onStart = cancel; return nil }, "the run was interrupted before its start"},
		{"in the midst of it", func(_ *stage, cancel func()) func(live.Tick) { return func(live.Tick) { cancel() } }, "after its start"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := runtime.NumGoroutine()
			s := newStage(t)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			crash := fault.Event{Kind: fault.Crash, At: 10 * time.Minute, For: time.Minute}
			h := conduct(ctx, t, s, plan(15*time.Minute, crash), tt.when(s, cancel), nil)
			if !strings.HasPrefix(h.Problem, "the run was interrupted") || !strings.HasSuffix(h.Problem, tt.want) {
				t.Errorf("problem %q", h.Problem)
			}
			if len(s.acts) != 0 {
				t.Errorf("carried out %v", s.acts)
			}
			if s.started > 0 && tt.name == "in the midst of it" && (!h.Ledger.Done || len(h.Buckets) == 0) {
				t.Error("what was measured is lost")
			}
			s.load.Close()
			s.control.Close()
			for runtime.NumGoroutine() > before {
				runtime.Gosched() // the last ones are on their way out
			}
		})
	}
}

func TestAShardInterruptedAloneEndsTheRun(t *testing.T) {
	s := newStage(t)
	r := New(Config{Plan: plan(time.Hour), Engine: s, Shards: 2})
	over, cancel := context.WithCancel(context.Background())
	cancel()
	go r.Drive(context.Background(), 0, nil)
	r.Drive(over, 1, nil) // before the backend is up
	if h := r.Direct(context.Background()); h.Problem != "the run was interrupted before its start" {
		t.Errorf("problem %q", h.Problem)
	}
}

// A node serves until the kernel has killed it for want of memory, which takes a while; a
// crash goes with the order.
func TestAFaultBeginsWhenItTookHold(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	var late time.Time
	s.hold = func(e fault.Event) (at time.Time) {
		if e.Kind == fault.Memory {
			late = time.Now().Add(50 * ms)
			return late
		}
		return at
	}
	h := conduct(context.Background(), t, s, plan(2*time.Second,
		fault.Event{Kind: fault.Crash, At: 300 * ms, For: 300 * ms, Node: "api"},
		fault.Event{Kind: fault.Memory, At: time.Second, For: 10 * ms, Node: "api"},
	), nil, nil)
	if f := h.Faults[0]; !f.Applied || f.Span.From < 300*ms || f.Span.From >= time.Second {
		t.Errorf("the crash is %+v", f)
	}
	if f := h.Faults[1]; f.Span.From < 1050*ms || f.Span.To < 1010*ms || !f.Applied || !f.Removed {
		t.Errorf("the fault of memory is %+v", f)
	}
	if h.Trigger.From != 300*ms || late.IsZero() {
		t.Errorf("the trigger began at %v", h.Trigger.From)
	}
}

func TestFaultsAreCarriedOutInTheirOrder(t *testing.T) {
	t.Parallel() // it waits, so that a busy machine mixes up no two of them
	s := newStage(t)
	s.actErr["inject freeze"] = errBroken
	s.actErr["lift cpu"] = errBroken
	h := conduct(context.Background(), t, s, plan(6*time.Second,
		fault.Event{Kind: fault.CPU, At: 4 * time.Second, For: 800 * ms, Node: "api"},
		fault.Event{Kind: fault.Crash, At: 100 * ms, For: 800 * ms, Node: "api"},
		fault.Event{Kind: fault.Spike, At: 300 * ms, For: 1200 * ms, Times: 1},
		fault.Event{Kind: fault.Freeze, At: 2 * time.Second, For: time.Second, Node: "api"},
	), nil, nil)
	acts := []string{"inject crash", "lift crash", "inject freeze", "lift freeze", "inject cpu", "lift cpu"}
	if diff := cmp.Diff(acts, s.acts); diff != "" {
		t.Errorf("carried out (-want +got):\n%s", diff)
	}
	var got []string
	for _, f := range h.Faults {
		got = append(got, f.Kind+" "+map[bool]string{true: "applied", false: "not applied"}[f.Applied]+", "+
			map[bool]string{true: "removed", false: "not removed"}[f.Removed])
	}
	want := []string{"cpu applied, not removed", "crash applied, removed", "freeze not applied, removed", "spike applied, removed"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	if f := h.Faults[2]; f.Evidence != "it is broken; lift freeze seen" || f.Node != "api" || f.Span.From < 2*time.Second || f.Span.To < 3*time.Second {
		t.Errorf("the freeze is recorded as %+v", f)
	}
	if h.Trigger.From != 100*ms || h.Trigger.To < 4800*ms || h.Problem != "" {
		t.Errorf("trigger %v, problem %q", h.Trigger, h.Problem)
	}
}

func TestALoadPortThatStopsIsNoCollapse(t *testing.T) {
	s := newStage(t)
	var once atomic.Bool
	h := conduct(context.Background(), t, s, plan(time.Second), func(live.Tick) {
		if once.CompareAndSwap(false, true) {
			_ = s.load.Listener.Close()
		}
	}, nil)
	if !strings.HasPrefix(h.Problem, "the load port "+s.Addr()+" refused connections while the backend was up") {
		t.Errorf("problem %q", h.Problem)
	}
}

func TestAShardThatConnectedInVainHangsUp(t *testing.T) {
	s := newStage(t)
	before := runtime.NumGoroutine()
	r := New(Config{Plan: plan(time.Hour), Engine: s, Shards: 1})
	r.addrs = s.Addrs()
	close(r.up)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); r.Drive(ctx, 0, nil) }()
	if err := <-r.connected; err != nil {
		t.Fatal(err)
	}
	cancel()
	<-done
	for runtime.NumGoroutine() > before {
		runtime.Gosched() // the server's side goes as soon as it sees the end
	}
}
