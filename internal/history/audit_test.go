package history

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestAuditCountsAreThoseOfAPlainList counts sales as they are recorded, lost and
// acknowledged in any order, and compares that with a list of them all.
func TestAuditCountsAreThoseOfAPlainList(t *testing.T) {
	type sale struct {
		entries int64
		told    bool
	}
	rapid.Check(t, func(t *rapid.T) {
		sales := make([]sale, rapid.IntRange(1, 6).Draw(t, "sales"))
		var c AuditCount
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			s := &sales[rapid.IntRange(0, len(sales)-1).Draw(t, "sale")]
			switch rapid.SampledFrom([]string{"record", "lose", "tell"}).Draw(t, "what") {
			case "record":
				if s.told && s.entries == 0 {
					continue // it is lost, and nobody sends it again
				}
				n := rapid.Int64Range(1, 3).Draw(t, "entries")
				c.Record(n, s.entries == 0)
				s.entries += n
			case "lose":
				if s.entries > 0 {
					s.entries--
					c.Remove(s.entries == 0, s.told)
				}
			case "tell":
				if !s.told {
					s.told = true
					c.Acknowledge(s.entries > 0)
				}
			}
		}
		want := Audit{Done: true}
		for _, s := range sales {
			want.Entries += s.entries
			want.Duplicated += max(s.entries-1, 0)
			if s.told && s.entries == 0 {
				want.Lost++
			}
			if !s.told && s.entries > 0 {
				want.Unknown++
			}
		}
		if diff := cmp.Diff(want, c.Audit()); diff != "" {
			t.Fatalf("audit (-list +counted):\n%s", diff)
		}
	})
}
