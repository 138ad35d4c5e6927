package history

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestWhatHurtsATenant(t *testing.T) {
	tests := []struct {
		name string
		note Note
		want Harm
	}{
		{"sold", Note{What: Sold}, Unharmed},
		{"an attempt that failed", Note{What: Ended}, Unharmed},
		{"given up", Note{What: GivenUp}, Hurts},
		{"gone offline", Note{What: Parked}, Hurts},
		{"turned away", Note{What: TurnedAway}, Hurts},
		{"too late", Note{What: CameLate}, Hurts},
		{"synced late", Note{What: CameLate, Settled: true}, Unharmed},
		{"completed", Note{What: Completed}, Heals},
		{"synced in time", Note{What: Completed, Settled: true}, Unharmed},
	}
	for _, tt := range tests {
		if got := tt.note.Harm(); got != tt.want {
			t.Errorf("%s: harm %d, want %d", tt.name, got, tt.want)
		}
	}
}

// TestTenantsHurtAreTheSameAsTheyGoAndAfterwards compares the count that the simulator
// keeps with the spells that the real arm counts afterwards, and both with a plain list.
func TestTenantsHurtAreTheSameAsTheyGoAndAfterwards(t *testing.T) {
	const bucket = 10
	rapid.Check(t, func(t *rapid.T) {
		tenants := rapid.IntRange(1, 3).Draw(t, "tenants")
		terminals := tenants * rapid.IntRange(1, 3).Draw(t, "terminals of each")
		tenantOf := func(terminal int) uint32 { return uint32(terminal * tenants / terminals) }
		buckets := make([]Bucket, rapid.IntRange(1, 8).Draw(t, "buckets"))
		want := make([]int64, len(buckets))
		end := time.Duration(len(buckets) * bucket)
		w := NewHarmWatch(terminals, tenants)
		hurt := make([]bool, terminals)
		open := make([]int, terminals)
		var spells []Spell
		now := time.Duration(0)
		for i := range buckets {
			for now < time.Duration((i+1)*bucket) {
				k := rapid.IntRange(0, terminals-1).Draw(t, "terminal")
				h := rapid.SampledFrom([]Harm{Unharmed, Hurts, Heals}).Draw(t, "harm")
				w.Note(uint32(k), tenantOf(k), h)
				switch {
				case h == Hurts && !hurt[k]:
					open[k] = len(spells)
					spells = append(spells, Spell{tenantOf(k), Span{now, end}})
					hurt[k] = true
				case h == Heals && hurt[k]:
					spells[open[k]].To = now
					hurt[k] = false
				}
				now += time.Duration(rapid.IntRange(1, 2*bucket).Draw(t, "wait"))
			}
			of := map[uint32]bool{}
			for k, is := range hurt {
				if is {
					of[tenantOf(k)] = true
				}
			}
			if w.Count() != int64(len(of)) {
				t.Fatalf("after bucket %d %d tenants are hurt, want %d", i, w.Count(), len(of))
			}
			want[i] = w.Count()
		}
		CountHurt(buckets, bucket, spells)
		for i := range buckets {
			if buckets[i].Hurt != want[i] {
				t.Fatalf("afterwards %d tenants are hurt at the end of bucket %d, as it went %d were", buckets[i].Hurt, i, want[i])
			}
		}
	})
}
