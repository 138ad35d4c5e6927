package harness

import (
	"context"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/moby/moby/api/types/events"
	"github.com/moby/moby/client"

	"github.com/retrystorm/retrystorm/internal/fault"
)

// interference is what somebody else does to a node, as the words that must
// tell of it say it.
type interference struct {
	name string
	in   fault.Kind // the fault that is on meanwhile; none if it is a spike
	do   func(t *testing.T, n *node)
	want string
}

func TestWhatSomebodyElseDoesToAProcessIsTold(t *testing.T) {
	send := func(signals ...syscall.Signal) func(*testing.T, *node) {
		return func(t *testing.T, n *node) {
			p := pid(t, n)
			for _, s := range signals {
				if err := syscall.Kill(p, s); err != nil {
					t.Error(err)
				}
			}
		}
	}
	ended := func(how string) string { return "process N ended, which nobody ordered: " + how }
	for _, tt := range []interference{
		{"nothing", fault.Spike, send(), ""},
		{"a kill", fault.Spike, send(syscall.SIGKILL), ended("signal: killed")},
		{"a polite end", fault.Spike, send(syscall.SIGTERM), ended("exit status 0")},
		{"a stop", fault.Spike, send(syscall.SIGSTOP), "process N was stopped by a signal, which nobody ordered"},
		{"a kill while it stands still", fault.Freeze, send(syscall.SIGKILL), ended("signal: killed")},
		{"a push while it stands still", fault.Freeze, send(syscall.SIGCONT), "process N was let go on by a signal, which nobody ordered"},
		{"a stop while it stands still", fault.Freeze, send(syscall.SIGSTOP), ""},
		{"a crash", fault.Crash, func(*testing.T, *node) {}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tells(t, start(t, Local(), api()), tt)
		})
	}
}

func TestWhatSomebodyElseDoesToAContainerIsTold(t *testing.T) {
	e := withDocker(t)
	ctx := t.Context()
	id := func(n *node) string { return n.instance.(*dockerContainer).record.id }
	kill := func(t *testing.T, n *node) {
		_, err := e.daemon.ContainerKill(ctx, id(n), client.ContainerKillOptions{Signal: "KILL"})
		must(t, err)
	}
	restart := func(t *testing.T, n *node) {
		_, err := e.daemon.ContainerRestart(ctx, id(n), client.ContainerRestartOptions{})
		must(t, err)
	}
	pause := func(t *testing.T, n *node) {
		_, err := e.daemon.ContainerPause(ctx, id(n), client.ContainerPauseOptions{})
		must(t, err)
	}
	unpause := func(t *testing.T, n *node) {
		_, err := e.daemon.ContainerUnpause(ctx, id(n), client.ContainerUnpauseOptions{})
		must(t, err)
	}
	drop := func(t *testing.T, n *node) {
		_, err := e.daemon.ContainerRemove(ctx, id(n), client.ContainerRemoveOptions{Force: true})
		must(t, err)
	}
	inside := func(t *testing.T, n *node) { must(t, syscall.Kill(pid(t, n), syscall.SIGKILL)) }
	blink := func(t *testing.T, n *node) { pause(t, n); unpause(t, n) }
	const was = "container N was "
	for _, tt := range []interference{
		{"nothing", fault.Spike, func(*testing.T, *node) {}, ""},
		{"a kill", fault.Spike, kill, was + "sent signal 9, ended with code 137, which nobody ordered"},
		{"the end of its process", fault.Spike, inside, "container N ended with code 137, which nobody ordered"},
		{"a restart", fault.Spike, restart, was + "sent signal 15, ended with code 0, was started, which nobody ordered"},
		{"a pause", fault.Spike, pause, was + "paused, which nobody ordered"},
		{"a pause that is over", fault.Spike, blink, was + "paused, was let go on, which nobody ordered"},
		{"a removal", fault.Spike, drop, "was removed, which nobody ordered"},
		{"a push while it stands still", fault.Freeze, unpause, was + "let go on, which nobody ordered"},
		{"a start while it is down", fault.Crash, restart, was + "started, which nobody ordered"},
		{"a crash", fault.Crash, func(*testing.T, *node) {}, ""},
		{"a freeze", fault.Freeze, func(*testing.T, *node) {}, ""},
		{"a cut of the processor", fault.CPU, func(*testing.T, *node) {}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tells(t, start(t, e, api()), tt)
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// tells brings a fault, interferes, lifts the fault, and compares what the node
// tells with what is wanted.
func tells(t *testing.T, n *node, tt interference) {
	t.Helper()
	ev := fault.Event{Kind: tt.in, CPUs: 0.5}
	if tt.in != fault.Spike {
		expect(t, n.Inject, ev, "")
	}
	tt.do(t, n)
	if tt.in != fault.Spike {
		_, err := n.Lift(t.Context(), ev) // which may not be able to any more
		t.Log(err)
	}
	if got := settled(t, n, tt.want); tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
		t.Errorf("told %q, want %q", got, tt.want)
	}
}

// settled gives what the node tells, with N for its name, once the system has told all
// that is wanted, for which it may take its time, or has had the time to tell of
// anything where nothing is wanted.
func settled(t *testing.T, n *node, want string) (got string) {
	t.Helper()
	var name string
	switch v := n.instance.(type) {
	case *dockerContainer:
		name = "container " + v.name
	case *process:
		name = fmt.Sprintf("process %d", v.children[0].process.Pid)
	}
	for end := time.Now().Add(patience); ; {
		<-time.After(silence)
		var words []string
		for _, d := range n.Disturbed(context.Background()) {
			words = append(words, strings.ReplaceAll(d.What, name, strings.Fields(name)[0]+" N"))
		}
		// Whether what comes together is told in one is the daemon's speed, and another test's matter.
		got = strings.ReplaceAll(strings.Join(words, "; "), ", which nobody ordered; container N ", ", ")
		if want == "" || strings.Contains(got, want) || time.Now().After(end) {
			return got
		}
	}
}

func TestEachOrderExplainsTheNearestEventOfItsKind(t *testing.T) {
	begin := time.Unix(1000, 0)
	at := func(a events.Action, s float64) events.Message {
		return events.Message{Action: a, TimeNano: begin.Add(time.Duration(s * 1e9)).UnixNano(),
			Actor: events.Actor{Attributes: map[string]string{"exitCode": "137", "signal": "9"}}}
	}
	type order = due
	ordered := func(a events.Action, s float64) order { return order{a, begin.Add(time.Duration(s * 1e9))} }
	for _, tt := range []struct {
		name    string
		ordered []order
		seen    []events.Message
		want    []string
	}{
		{"all explained", []order{ordered("kill", 5), ordered("die", 5), ordered("start", 9)},
			[]events.Message{at("start", 9.1), at("kill", 5), at("die", 5.1)}, nil},
		{"a death before the crash", []order{ordered("kill", 5), ordered("die", 5)},
			[]events.Message{at("die", 2), at("kill", 5), at("die", 5.1)}, []string{"2 s: c ended with code 137, which nobody ordered"}},
		{"a restart by hand", nil, []events.Message{at("kill", 5), at("die", 5.1), at("start", 5.3)},
			[]string{"5 s: c was sent signal 9, ended with code 137, was started, which nobody ordered"}},
		{"two of them", nil, []events.Message{at("pause", 5), at("die", 50)},
			[]string{"5 s: c was paused, which nobody ordered", "50 s: c ended with code 137, which nobody ordered"}},
		{"an order that is still to show", []order{ordered("die", 5)}, nil, nil},
		{"events that change nothing", nil, []events.Message{at("attach", 1), at("exec_start: ls", 2), at("resize", 3)}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := record{ordered: tt.ordered}
			for range 2 { // as questions overlap
				for _, m := range tt.seen {
					r.note(m)
				}
			}
			var got []string
			for _, d := range told("c", r.odd()) {
				got = append(got, fmt.Sprintf("%g s: %s", d.At.Sub(begin).Seconds(), d.What))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnOrderThatWasNotCarriedOutExplainsNothing(t *testing.T) {
	var r record
	r.order(events.ActionDie, events.ActionKill)()
	r.note(events.Message{Action: events.ActionDie, TimeNano: time.Now().UnixNano()})
	if len(r.odd()) != 1 {
		t.Errorf("%v is explained by %v", r.seen, r.ordered)
	}
}
