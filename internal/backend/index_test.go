package backend

import (
	"testing"

	"pgregory.net/rapid"
)

func TestRosterFindsWhatAMapFindsAndUsesPlacesAgain(t *testing.T) {
	// Numbers that lie together, and some that are spread in the high bits.
	ids := rapid.OneOf(rapid.Uint64Range(0, 60), rapid.Map(rapid.Uint64Range(0, 60), func(i uint64) uint64 { return i << 40 }))
	rapid.Check(t, func(t *rapid.T) {
		r, twin, most := newRequestTable(false), make(map[uint64]place), 0
		for _, id := range rapid.SliceOfN(ids, 0, 300).Draw(t, "ids") {
			p, known := r.find(id)
			if want, there := twin[id]; known != there || p != want {
				t.Fatalf("%d stands at %d (%v), want %d (%v)", id, p, known, want, there)
			}
			if known {
				r.drop(p)
				delete(twin, id)
				continue
			}
			twin[id] = r.add(id, 0)
			most = max(most, len(twin))
		}
		for id, want := range twin {
			if p, known := r.find(id); !known || p != want || r.id(p) != id {
				t.Fatalf("%d stands at %d (%v), want %d", id, p, known, want)
			}
		}
		if got := r.length - 1; got != most {
			t.Fatalf("%d places for %d requests at once", got, most)
		}
		if r.byID.used != len(twin) {
			t.Fatalf("%d in use, want %d", r.byID.used, len(twin))
		}
	})
}
