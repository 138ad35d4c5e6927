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

func TestNumberedNodeDoesAsAnyNodeDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg := drawConfig(t)
		node := backend.NewNode(cfg, rand.New(rand.NewPCG(1, 2)))
		numbered := backend.NewNumbered(cfg, rand.New(rand.NewPCG(1, 2)))
		now := time.Duration(0)
		known, dropped, held := map[uint64]bool{}, map[uint64]bool{}, 0
		for range rapid.IntRange(1, 80).Draw(t, "events") {
			now += time.Duration(rapid.IntRange(0, 120).Draw(t, "later")) * time.Millisecond
			ev := backend.Event{
				Kind: rapid.SampledFrom([]backend.EventKind{backend.Arrive, backend.Arrive, backend.Leave, backend.Done, backend.Held}).Draw(t, "kind"),
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
				switch e.Kind {
				case backend.Begin:
				case backend.Drop:
					held++
				case backend.HangUp:
					held--
					delete(known, e.ID)
				default:
					if e.Kind == backend.Forget && dropped[e.ID] {
						held--
					}
					delete(known, e.ID)
				}
				dropped[e.ID] = e.Kind == backend.Drop
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("effects (-any +numbered):\n%s", diff)
			}
			if diff := cmp.Diff(node.Stats(), numbered.Stats()); diff != "" {
				t.Fatalf("stats (-any +numbered):\n%s", diff)
			}
			if s := numbered.Stats(); len(known) != s.Queue+s.Busy+held {
				t.Fatalf("%d are known, %d wait, %d are served and %d are held", len(known), s.Queue, s.Busy, held)
			}
		}
	})
}
