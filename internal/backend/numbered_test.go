package backend_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/backend"
)

// A numbered node says in addition what it forgets, and does the same in all else.
func TestNumberedNodeDoesAsAnyNodeDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg := drawConfig(t)
		node := backend.NewNode(cfg, rand.New(rand.NewPCG(1, 2)))
		numbered := backend.NewNumbered(cfg, rand.New(rand.NewPCG(1, 2)))
		now := time.Duration(0)
		known := map[uint64]bool{}
		for range rapid.IntRange(1, 80).Draw(t, "events") {
			now += time.Duration(rapid.IntRange(0, 120).Draw(t, "later")) * time.Millisecond
			ev := backend.Event{
				Kind: rapid.SampledFrom([]backend.EventKind{backend.Arrive, backend.Arrive, backend.Leave, backend.Done}).Draw(t, "kind"),
				ID:   rapid.Uint64Range(1, 25).Draw(t, "id"),
			}
			if ev.Kind == backend.Arrive {
				if known[ev.ID] {
					continue
				}
				known[ev.ID] = true
				ev.Deadline = now + time.Duration(rapid.IntRange(0, 400).Draw(t, "deadline"))*time.Millisecond
			}
			want := node.Step(now, ev, nil)
			got := numbered.Step(now, ev, nil)
			for _, e := range got {
				if e.Kind != backend.Begin {
					delete(known, e.ID)
				}
			}
			if ev.Kind == backend.Leave && cfg.Abandoned == backend.Stop {
				delete(known, ev.ID)
			}
			said := cmpopts.IgnoreSliceElements(func(e backend.Effect) bool { return e.Kind == backend.Forget })
			if diff := cmp.Diff(want, got, said, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("effects (-any +numbered):\n%s", diff)
			}
			if diff := cmp.Diff(node.Stats(), numbered.Stats()); diff != "" {
				t.Fatalf("stats (-any +numbered):\n%s", diff)
			}
			if s := numbered.Stats(); len(known) != s.Queue+s.Busy {
				t.Fatalf("%d are known, %d wait and %d are served", len(known), s.Queue, s.Busy)
			}
		}
	})
}
