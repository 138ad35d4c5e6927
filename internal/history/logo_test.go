package history

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestAStoreIsRedWhileAnyOfItsTerminalsIs(t *testing.T) {
	red := func(store uint32, from, to time.Duration) Spell { return Spell{store, Span{from, to}} }
	tests := []struct {
		name string
		reds []Spell
		want Logos
	}{
		{"never", nil, Logos{}},
		{"one terminal twice", []Spell{red(0, 1, 4), red(0, 6, 8)}, Logos{RedUntil: 8, LongestRed: 3}},
		{"one takes over from another", []Spell{red(0, 3, 9), red(0, 1, 4)}, Logos{RedUntil: 9, LongestRed: 8}},
		{"one within another", []Spell{red(0, 1, 9), red(0, 2, 3), red(0, 8, 10)}, Logos{RedUntil: 10, LongestRed: 9}},
		{"two stores", []Spell{red(0, 1, 4), red(1, 3, 9)}, Logos{RedUntil: 9, LongestRed: 6}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, LogosOf(tt.reds)); diff != "" {
				t.Errorf("logos (-want +got):\n%s", diff)
			}
		})
	}
}

// turn is a change of the logo of a store's terminal.
type turn struct {
	at    time.Duration
	store uint32
	to    Logo
}

func TestLogosAreTheSameInTheCourseOfTimeAndAfterwards(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const stores, end = 3, 100
		var reds []Spell
		var turns []turn
		for range rapid.IntRange(0, 6).Draw(t, "terminals") {
			store := rapid.Uint32Range(0, stores-1).Draw(t, "store")
			for at := time.Duration(0); ; {
				from := at + time.Duration(rapid.IntRange(1, 30).Draw(t, "blue"))
				to := from + time.Duration(rapid.IntRange(1, 30).Draw(t, "red"))
				if from >= end {
					break
				}
				reds = append(reds, Spell{store, Span{from, min(to, end)}})
				turns = append(turns, turn{from, store, TurnedRed})
				if to < end {
					turns = append(turns, turn{to, store, TurnedBlue})
				}
				at = to
			}
		}
		slices.SortStableFunc(turns, func(a, b turn) int { return int(a.at - b.at) })
		w := NewLogoWatch(stores)
		for _, x := range turns {
			w.Turn(x.store, x.to, x.at)
		}
		if diff := cmp.Diff(LogosOf(reds), w.Logos(end)); diff != "" {
			t.Fatalf("logos afterwards and in the course of time (-want +got):\n%s", diff)
		}
	})
}

func TestRecorderCountsRedLogosAndCustomersTurnedAway(t *testing.T) {
	r := NewRecorder(time.Second, 3*time.Second)
	for _, n := range []Note{
		{What: Sold, At: 1}, {What: Parked, Logo: TurnedRed, At: 2}, {What: Sold, At: 3}, {What: TurnedAway, At: 4},
		{What: CameLate, Settled: true, Logo: TurnedBlue, At: 2 * time.Second},
	} {
		r.Note(&n)
	}
	type counts struct{ Red, TurnedAway, Pending, Unsynced int64 }
	var got []counts
	for _, b := range r.Buckets() {
		got = append(got, counts{b.Red, b.TurnedAway, b.Pending, b.Unsynced})
	}
	if diff := cmp.Diff([]counts{{1, 1, 0, 1}, {1, 0, 0, 1}, {}}, got); diff != "" {
		t.Errorf("buckets (-want +got):\n%s", diff)
	}
}
