package main

import (
	"strings"
	"syscall"
	"testing"
	"time"
)

// What the program promises, four times as long: so much longer may a busy machine take.
const (
	ending   = 4 * 5 * time.Second  // from a signal to the end
	orphaned = 4 * 15 * time.Second // from the harness's violent death to the backend's end

	interrupted = 105 // k6's exit code
)

func TestSignalEndsARunWithWhatWasMeasured(t *testing.T) {
	signals := map[string][]syscall.Signal{
		"interrupt": {syscall.SIGINT}, "terminate": {syscall.SIGTERM},
	}
	for name, sent := range signals {
		for _, engine := range engines(t) {
			t.Run(name+" on "+engine, func(t *testing.T) {
				t.Parallel()
				r := launch(t, engine, "")
				if r.backends(t) != 1 {
					t.Fatalf("%d backends run, want 1", r.backends(t))
				}
				r.signal(t, sent[0])
				if got := r.exits(t, ending); got != interrupted {
					t.Errorf("exit code %d, want %d; %v", got, interrupted, r)
				}
				if !strings.Contains(r.out.String(), "INVALID: broken off before every run was made\n") {
					t.Errorf("no table was printed: %v", r)
				}
				if strings.Contains(r.err.String(), "goroutine") {
					t.Errorf("it crashed: %v", r)
				}
				r.leavesNothing(t, ending)
				measured(t, r)
			})
		}
	}
}

// measured checks that the result of an interrupted run says so and holds sales.
func measured(t *testing.T, r *running) {
	t.Helper()
	res, err := read(r.dir)
	if err != nil {
		t.Fatal(err)
	}
	if !res.Incomplete || res.Passed || len(res.Variants) != 1 || len(res.Variants[0].Runs) != 1 {
		t.Fatalf("incomplete %t, passed %t, %d variants", res.Incomplete, res.Passed, len(res.Variants))
	}
	run := res.Variants[0].Runs[0]
	if run.Totals.Sales == 0 || run.Verdict.Kind.String() != "invalid" || !strings.Contains(run.Problem, "interrupted") {
		t.Errorf("%d sales, %v, %q", run.Totals.Sales, run.Verdict.Kind, run.Problem)
	}
}

func TestSecondInterruptLeavesNothingRunning(t *testing.T) {
	t.Parallel()
	r := launch(t, "local", "")
	r.signal(t, syscall.SIGINT)
	_ = r.cmd.Process.Signal(syscall.SIGINT) // it may be gone already
	if got := r.exits(t, ending); got != interrupted {
		t.Errorf("exit code %d, want %d; %v", got, interrupted, r)
	}
	r.leavesNothing(t, orphaned)
}

func TestKilledHarnessLeavesNothingRunning(t *testing.T) {
	for _, engine := range engines(t) {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			r := launch(t, engine, "")
			if r.backends(t) != 1 {
				t.Fatalf("%d backends run, want 1", r.backends(t))
			}
			r.signal(t, syscall.SIGKILL)
			r.exits(t, ending)
			await(t, orphaned, "the backend's end", func() bool { return r.backends(t) == 0 })
			r.leavesNothing(t, orphaned)
		})
	}
}
