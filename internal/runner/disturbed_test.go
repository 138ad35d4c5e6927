package runner

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/live"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

func TestMain(m *testing.M) {
	harness.TakeOver()
	// Those that run beside each other do little but wait.
	_ = flag.Set("test.parallel", "4")
	os.Exit(m.Run())
}

// backendAt gives the number of the backend of this process's own that takes load
// at addr, once there is one beside the given one, which is 0 or has ended.
func backendAt(t *testing.T, addr string, before int) int {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); <-time.After(5 * ms) {
		dirs, err := filepath.Glob("/proc/[0-9]*")
		if err != nil {
			t.Error(err)
		}
		for _, dir := range dirs {
			line, _ := os.ReadFile(filepath.Join(dir, "cmdline"))
			stat, _ := os.ReadFile(filepath.Join(dir, "stat"))
			after := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
			if !strings.HasPrefix(string(line), fakes.Name+"\x00") || len(after) < 2 || after[1] != strconv.Itoa(os.Getpid()) {
				continue
			}
			if env, _ := os.ReadFile(filepath.Join(dir, "environ")); !strings.Contains(string(env), `"load":"`+addr+`"`) {
				continue
			}
			if pid, _ := strconv.Atoi(filepath.Base(dir)); pid != before {
				return pid
			}
		}
	}
	t.Errorf("no backend takes load at %s", addr)
	return 0
}

// locally leads a run with a backend of its own in a child process; tick is
// called once at the end of each bucket.
func locally(t *testing.T, p experiment.Plan, tick func(i int, r *Run)) *history.History {
	t.Helper()
	r := New(Config{Plan: p, Seed: 1, Engine: harness.Local(), Shards: 1})
	var tasks sync.WaitGroup
	tasks.Go(func() { r.Drive(context.Background(), 0, func(k live.Tick) { tick(k.Index, r) }) })
	h := r.Direct(context.Background())
	tasks.Wait()
	return h
}

func TestABackendKilledByHandMakesTheRunInvalidWheneverThatIs(t *testing.T) {
	crash := fault.Event{Kind: fault.Crash, At: 1500 * ms, For: 500 * ms, Node: "api"}
	spike := fault.Event{Kind: fault.Spike, At: 1500 * ms, For: time.Second, Times: 2}
	for _, tt := range []struct {
		name     string
		after    int // buckets of 100 ms
		timeline []fault.Event
		again    bool // the backend is killed that was started after the crash
	}{
		{"in the first bucket", 0, nil, false},
		{"before the trigger", 9, []fault.Event{crash}, false},
		{"in the trigger", 16, []fault.Event{spike}, false},
		{"after a crash", 23, []fault.Event{crash}, true},
		{"1.4 s before the horizon", 25, nil, false},
		{"in the last 100 ms", 38, nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var first int
			var killed time.Duration
			h := locally(t, plan(4*time.Second, tt.timeline...), func(i int, r *Run) {
				if i == 0 {
					first = backendAt(t, r.addrs[0], 0)
				}
				if i != tt.after || t.Failed() {
					return
				}
				victim := first
				if tt.again {
					victim = backendAt(t, r.addrs[0], first)
				}
				killed = time.Since(r.epoch)
				if err := syscall.Kill(victim, syscall.SIGKILL); err != nil {
					t.Error(err)
				}
			})
			if len(h.Disturbed) != 1 || !toldAt(h.Disturbed[0], killed) ||
				!strings.HasSuffix(h.Disturbed[0], "ended, which nobody ordered: signal: killed") {
				t.Errorf("killed after %v; disturbed: %q", killed, h.Disturbed)
			}
			v := verdict.Judge(h, verdict.Config{})
			if v.Kind != verdict.Invalid || !strings.HasPrefix(v.Reason, "The run proves nothing: "+strings.Join(h.Disturbed, "")) {
				t.Errorf("%s: %s", v.Kind, v.Reason)
			}
		})
	}
}

// toldAt says whether words tell of what happened at a moment, or of what came of it
// within the seconds that a busy machine may take.
func toldAt(words string, moment time.Duration) bool {
	var s float64
	if _, err := fmt.Sscanf(words, "at %f s process", &s); err != nil {
		return false
	}
	const rounding = 0.051
	return s >= moment.Seconds()-rounding && s < moment.Seconds()+5
}

func TestFaultsThatWereOrderedDisturbNothing(t *testing.T) {
	t.Parallel()
	crash := fault.Event{Kind: fault.Crash, For: 300 * ms, Node: "api"}
	freeze := fault.Event{Kind: fault.Freeze, For: 400 * ms, Node: "api"}
	var timeline []fault.Event
	for i, ev := range []fault.Event{crash, freeze, crash, freeze, freeze} {
		ev.At = 300*ms + time.Duration(i)*800*ms
		timeline = append(timeline, ev)
	}
	h := locally(t, plan(5*time.Second, timeline...), func(int, *Run) {})
	if len(h.Disturbed) > 0 || h.Problem != "" || !h.Ledger.Done {
		t.Errorf("disturbed: %q; problem %q; ledger %+v", h.Disturbed, h.Problem, h.Ledger)
	}
	for _, f := range h.Faults {
		if !f.Applied || !f.Removed || f.Failure != "" {
			t.Errorf("%+v", f)
		}
	}
}

func TestWhatTheBackendTellsOfIsInTheHistory(t *testing.T) {
	s := newStage(t)
	var once atomic.Bool
	h := conduct(context.Background(), t, s, plan(time.Second), func(live.Tick) {
		if once.CompareAndSwap(false, true) {
			s.odd = []harness.Disturbance{{What: "n died"}, {At: time.Now().Add(time.Hour), What: "n came back"}}
		}
	}, nil)
	if len(h.Disturbed) != 2 || h.Disturbed[0] != "before the start n died" || !strings.HasPrefix(h.Disturbed[1], "at 36") {
		t.Errorf("disturbed: %q", h.Disturbed)
	}
}

func TestADiskThatIsFullIsSaidFirst(t *testing.T) {
	s := newStage(t)
	s.failure, s.torn = "the disk is full", true
	s.actErr["lift crash"] = errBroken
	h := conduct(context.Background(), t, s, plan(time.Second,
		fault.Event{Kind: fault.Crash, At: 300 * ms, For: 100 * ms, Node: "api"}), nil, nil)
	want := "The run proves nothing: the backend could not record sales: the disk is full; the fault crash on api was not removed: it is broken; "
	if v := verdict.Judge(h, verdict.Config{}); !strings.HasPrefix(v.Reason, want) {
		t.Errorf("the reason is %q, want %q…", v.Reason, want)
	}
	if h.Ledger.Done || !strings.Contains(h.Ledger.Failure, "without its end") {
		t.Errorf("the ledger: %+v", h.Ledger)
	}
}

func TestAFailureIsWordedInOneLineOfSomeLength(t *testing.T) {
	long := failure(errors.New(strings.Repeat("trace\n", 1000)))
	if len(long) > 500 || strings.Contains(long, "\n") {
		t.Errorf("%d bytes: %s", len(long), long)
	}
	if failure(nil) != "" {
		t.Error("no error has words")
	}
}
