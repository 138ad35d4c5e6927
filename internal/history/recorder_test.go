package history

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/retry"
)

// anyNotes draws the notes of sales in the order in which they happen.
func anyNotes(t *rapid.T) []Note {
	var notes []Note
	now := time.Duration(0)
	pending, parked := 0, 0
	for range rapid.IntRange(0, 60).Draw(t, "notes") {
		now += time.Duration(rapid.IntRange(0, 1500).Draw(t, "pause")) * time.Millisecond
		n := Note{At: now, Took: time.Duration(rapid.IntRange(0, 5000).Draw(t, "took")) * time.Millisecond}
		n.What = What(rapid.IntRange(0, int(Parked)).Draw(t, "what"))
		n.Cause = retry.Cause(rapid.IntRange(0, int(retry.Causes)-1).Draw(t, "cause"))
		switch n.What {
		case Sold:
			pending++
		case Completed, CameLate, GivenUp:
			n.Settled = n.What != GivenUp && parked > 0 && rapid.Bool().Draw(t, "settled")
			if n.Settled {
				parked--
			} else if pending--; pending < 0 {
				pending, n.What = 0, Sent
			}
		case Parked:
			if pending == 0 {
				n.What = Sent
				break
			}
			pending--
			parked++
		}
		notes = append(notes, n)
	}
	return notes
}

func record(notes []Note, horizon time.Duration) []Bucket {
	r := NewRecorder(time.Second, horizon)
	for _, n := range notes {
		r.Note(&n)
	}
	r.Close(horizon)
	return r.Buckets()
}

func TestGaugesAreWhatTheCountsLeave(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		notes := anyNotes(t)
		var left, parked int64
		for i, b := range record(notes, 2*time.Minute) {
			left += b.Demand - b.Good - b.Late - b.Failed
			parked += b.Parked
			if b.Pending+b.Unsynced != left {
				t.Fatalf("second %d: %d pending and %d unsynced, want %d in all", i, b.Pending, b.Unsynced, left)
			}
			if b.Pending < 0 || b.Unsynced < 0 || b.Unsynced > parked {
				t.Fatalf("second %d: %d pending, %d unsynced of %d parked", i, b.Pending, b.Unsynced, parked)
			}
		}
	})
}

func TestGaugesLastThroughBucketsInWhichNothingHappens(t *testing.T) {
	r := NewRecorder(time.Second, 5*time.Second)
	for _, n := range []Note{{What: Sold}, {What: Sold}, {What: Parked}, {What: GivenUp, At: 3 * time.Second}} {
		r.Note(&n)
	}
	r.Close(5 * time.Second)
	var got [][2]int64
	for _, b := range r.Buckets() {
		got = append(got, [2]int64{b.Pending, b.Unsynced})
	}
	want := [][2]int64{{1, 1}, {1, 1}, {1, 1}, {0, 1}, {0, 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pending and unsynced by second, -want +got:\n%s", diff)
	}
}

func TestSyncedSalesLeaveTheLatencyAlone(t *testing.T) {
	r := NewRecorder(time.Second, time.Second)
	for _, n := range []Note{{What: Sold}, {What: Sold}, {What: Parked},
		{What: CameLate, Settled: true, Took: time.Hour}, {What: Completed, Took: time.Millisecond}} {
		r.Note(&n)
	}
	b := r.Buckets()[0]
	if b.Latency.Count() != 1 || b.Latency.Max() != time.Millisecond || b.Good != 1 || b.Late != 1 || b.Pending+b.Unsynced != 0 {
		t.Errorf("%d latencies up to %v; %d good, %d late, %d left", b.Latency.Count(), b.Latency.Max(), b.Good, b.Late, b.Pending+b.Unsynced)
	}
}

func TestNotesOutsideTheRunCountAtItsEnds(t *testing.T) {
	r := NewRecorder(time.Second, 2500*time.Millisecond)
	r.Note(&Note{What: Sold, At: -time.Second})
	r.Note(&Note{What: Sent, At: time.Hour})
	b := r.Buckets()
	if len(b) != 3 || b[0].Demand != 1 || b[2].Attempts != 1 {
		t.Errorf("%+v", b)
	}
}

func TestMergeDoesNotCareAboutTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := anyNotes(t), anyNotes(t), anyNotes(t)
		shard := func(n []Note, most int) []Bucket { return record(n, time.Duration(most)*time.Second) }
		x, y, z := shard(a, 90), shard(b, 60), shard(c, 120)
		before := Merge(x)
		one, two := Merge(x, y, z), Merge(z, Merge(y, x))
		if !reflect.DeepEqual(one, two) {
			t.Error("the order of merging shows")
		}
		if !reflect.DeepEqual(before, Merge(x)) {
			t.Error("merging changed a part")
		}
		if len(one) != 120 {
			t.Errorf("%d buckets, want those of the longest part", len(one))
		}
	})
}

func TestSumStaysWithinTheBuckets(t *testing.T) {
	buckets := []Bucket{{Demand: 1, Worked: 1}, {Demand: 2, Worked: 2}, {Demand: 4, Blind: true}}
	for _, c := range []struct {
		lo, hi int
		want   int64
	}{{0, 3, 7}, {-5, 99, 7}, {1, 2, 2}, {2, 1, 0}} {
		if got := Sum(buckets, c.lo, c.hi).Demand; got != c.want {
			t.Errorf("from %d to %d: %d, want %d", c.lo, c.hi, got, c.want)
		}
	}
	if all := Sum(buckets, 0, 3); all.Worked != 3 || !all.Blind {
		t.Errorf("worked %d, blind %v", all.Worked, all.Blind)
	}
}
