package harness

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/store"
)

func TestEveryFaultTakesHoldAndGoesAgain(t *testing.T) {
	tests := map[string]struct {
		ev           fault.Event
		dockerOnly   bool
		mute         bool   // while the fault is there the node does not answer
		young        bool   // afterwards the process is a new one
		hold, lifted string // in what the probe saw
	}{
		"crash":  {ev: fault.Event{Kind: fault.Crash}, mute: true, young: true, hold: "does not answer", lifted: "answers, up for"},
		"freeze": {ev: fault.Event{Kind: fault.Freeze}, mute: true, hold: "does not answer", lifted: "answers, up for"},
		"cpu": {
			ev: fault.Event{Kind: fault.CPU, CPUs: 0.25}, dockerOnly: true,
			hold: "is allowed 0.25 processors", lifted: "is allowed all processors",
		},
		"memory": {
			ev: fault.Event{Kind: fault.Memory}, dockerOnly: true, mute: true, young: true,
			hold: "killed for want of memory and does not answer; its limit was", lifted: "answers, up for",
		},
		"shed": {
			ev: fault.Event{Kind: fault.Shed, Share: 0.5, For: 20 * time.Second}, hold: "sheds 50% of what arrives",
			lifted: "sheds nothing, as it says itself; it was ordered for 20s, and turned 0 of 0 requests away",
		},
	}
	for name, ev := range map[string]fault.Event{
		"an fsync takes 1":            {Kind: fault.DiskSlow, Latency: 150 * time.Millisecond},
		"of 24 commits":               {Kind: fault.DiskErrors, Share: 0.5},
		"of as many lookups fail":     {Kind: fault.DiskErrors, Share: 0.5, Of: store.Reads},
		"a write fails with ENOSPC":   {Kind: fault.DiskFull},
		"a write fails with EROFS":    {Kind: fault.DiskReadOnly},
		"by its file layer, an fsync": {Kind: fault.DiskDegraded, Times: 4},
	} {
		tt := tests["shed"]
		tt.ev, tt.hold, tt.lifted = ev, name, "on the disk of"
		tests[ev.Kind.String()+" of "+ev.Of.String()] = tt
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			onEachEngine(t, func(t *testing.T, e Engine) {
				if tt.dockerOnly && e.Name() != "docker" {
					t.Skip("the local engine refuses this fault")
				}
				cfg := api()
				if tt.ev.Kind.StrikesDisk() {
					cfg.Disk = &store.Config{}
				}
				n := start(t, e, cfg)
				before := pid(t, n)
				expect(t, n.Inject, tt.ev, tt.hold)
				if _, err := n.stats(t.Context(), answerWithin(tt.mute)); (err != nil) != tt.mute {
					t.Errorf("while the fault is there: the node's answer came with error %v", err)
				}
				expect(t, n.Lift, tt.ev, tt.lifted)
				if young := pid(t, n) != before; young != tt.young {
					t.Errorf("after the fault: a new process: %v", young)
				}
				undisturbed(t, n)
				if err := n.Stop(t.Context()); err != nil {
					t.Error(err)
				}
				gone(t, n)
			})
		})
	}
}

// answerWithin is how long a test waits for an answer: of a node that is to answer, as
// long as the machine may take for one.
func answerWithin(mute bool) time.Duration {
	if mute {
		return silence
	}
	return patience
}

// undisturbed fails the test if an order passes for somebody else's deed.
func undisturbed(t *testing.T, n *node) {
	t.Helper()
	if odd := n.Disturbed(t.Context()); len(odd) > 0 {
		t.Errorf("the node tells of %v", odd)
	}
}

func expect(t *testing.T, do func(context.Context, fault.Event) (string, error), ev fault.Event, want string) {
	t.Helper()
	saw, err := do(t.Context(), ev)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(saw)
	if !strings.Contains(saw, want) {
		t.Errorf("the probe saw %q, want %q in it", saw, want)
	}
}

// pid asks the system, not the node, which process the node is.
func pid(t *testing.T, n *node) int {
	t.Helper()
	b, ok := n.instance.(*dockerContainer)
	if !ok {
		return n.instance.(*process).latest().process.Pid
	}
	found, err := b.daemon.ContainerInspect(t.Context(), b.name, client.ContainerInspectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return found.Container.State.Pid
}

func TestStopWorksInEveryState(t *testing.T) {
	tests := map[string]func(ctx context.Context, n *node) error{
		"running": func(context.Context, *node) error { return nil },
		"frozen":  func(ctx context.Context, n *node) error { return n.obey(ctx, freeze, 0) },
		"crashed": func(ctx context.Context, n *node) error { return n.obey(ctx, kill, 0) },
	}
	for name, into := range tests {
		t.Run(name, func(t *testing.T) {
			onEachEngine(t, func(t *testing.T, e Engine) {
				n := start(t, e, api())
				if err := into(t.Context(), n); err != nil {
					t.Fatal(err)
				}
				ended, cancel := context.WithCancel(t.Context())
				cancel() // as when the run was interrupted
				for range 2 {
					if err := n.Stop(ended); err != nil {
						t.Fatal(err)
					}
				}
				gone(t, n)
			})
		})
	}
}

func TestFaultsThatOverlapDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	e := withDocker(t)
	n := start(t, e, api())
	cpu := fault.Event{Kind: fault.CPU, CPUs: 0.5}
	expect(t, n.Inject, fault.Event{Kind: fault.Crash}, "exited")
	expect(t, n.Inject, cpu, "from then on")
	expect(t, n.Lift, fault.Event{Kind: fault.Crash}, "answers")
	if st, err := n.stats(t.Context(), patience); err != nil || st.Quota != 0.5 {
		t.Errorf("after the restart the process reads %v, %v; want a quota of 0.5", st.Quota, err)
	}
	expect(t, n.Lift, cpu, "all processors")
	undisturbed(t, n)
}

func TestNodeCanCrashWhileItIsFrozen(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e Engine) {
		n := start(t, e, api())
		expect(t, n.Inject, fault.Event{Kind: fault.Freeze}, "does not answer")
		expect(t, n.Inject, fault.Event{Kind: fault.Crash}, "does not answer")
		expect(t, n.Lift, fault.Event{Kind: fault.Freeze}, "nothing stands still")
		expect(t, n.Lift, fault.Event{Kind: fault.Crash}, "answers")
		undisturbed(t, n)
	})
}

func TestFaultThatDoesNotTakeHoldIsAnError(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e Engine) {
		n := start(t, e, api())
		if err := n.obey(t.Context(), kill, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := n.await(t.Context(), down); err != nil {
			t.Fatal(err)
		}
		if saw, err := n.Inject(t.Context(), fault.Event{Kind: fault.Freeze}); err == nil {
			t.Errorf("a node that is down was frozen: %s", saw)
		}
		if saw, err := n.Inject(t.Context(), fault.Event{Kind: fault.Spike}); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("a spike was done to a node: %s, %v", saw, err)
		}
	})
}
