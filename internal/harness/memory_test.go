package harness

import (
	"testing"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/topology"
)

// However much a node uses, and whether it has a limit of its own, the kernel kills it,
// and afterwards it may use as much as before.
func TestTheKernelKillsANodeThatHasTooLittleMemory(t *testing.T) {
	const much = 100 << 20
	for name, memory := range map[string]field.Bytes{"without a limit": 0, "within its limit": 200 << 20} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := api()
			cfg.Memory = memory
			n := start(t, withDocker(t), cfg)
			for range 2 {
				if err := n.control.Allocate(t.Context(), much); err != nil {
					t.Fatalf("a node with enough memory takes 100 MiB: %v", err)
				}
				expect(t, n.Inject, fault.Event{Kind: fault.Memory}, "killed for want of memory")
				s, err := n.instance.look(t.Context())
				if err != nil || s.alive || !s.oom || s.memory == 0 {
					t.Errorf("afterwards it is %+v, %v", s, err)
				}
				undisturbed(t, n)
				expect(t, n.Lift, fault.Event{Kind: fault.Memory}, "answers, up for")
				if s, err := n.instance.look(t.Context()); err != nil || s.memory != int64(memory) {
					t.Errorf("after the fault it is allowed %d bytes, not %d; %v", s.memory, memory, err)
				}
			}
			undisturbed(t, n)
		})
	}
}

func TestFaultsOfMemoryAreRefusedWhereNothingBoundsIt(t *testing.T) {
	nodes := []backend.Config{{Name: "api"}}
	timeline := []fault.Event{{Kind: fault.Crash}, {Kind: fault.Memory, Node: "api"}}
	for want, e := range map[string]Engine{
		"timeline[1]: the local engine cannot bound memory; use --engine docker, or fault.crash, which loses the same": Local(),
		"timeline[1]: this Docker daemon cannot bound memory; use fault.crash, which loses the same":                   docker{},
	} {
		if err := e.Check(nodes, timeline); err == nil || err.Error() != want {
			t.Errorf("%s says %v, want %s", e.Name(), err, want)
		}
		if err := e.Check(nodes, timeline[:1]); err != nil {
			t.Errorf("of a crash %s says %v", e.Name(), err)
		}
	}
	if err := (docker{daemon: daemon{memory: true}}).Check(nodes, timeline); err != nil {
		t.Errorf("a daemon that can bound memory refuses: %v", err)
	}
}

func TestTheKernelMakesFaultsOfMemory(t *testing.T) {
	s := newSystem(&topology.Graph{}, "")
	if got := s.Made(fault.Event{Kind: fault.Memory}); got != history.ByKernel {
		t.Errorf("they are made by %q", got)
	}
	if got := s.Made(fault.Event{Kind: fault.Crash}); got != "" {
		t.Errorf("of a crash it says %q", got)
	}
}
