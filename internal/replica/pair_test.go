package replica

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const s = time.Second

func sale(n uint32) Sale { return Sale{1, n} }

func TestACopyIsBehindByTheLag(t *testing.T) {
	p := NewPair(5 * s)
	p.Write(1*s, Original, sale(1), nil)
	p.Write(3*s, Original, sale(2), nil)
	for _, c := range []struct {
		at   time.Duration
		want int64
	}{{4 * s, 2}, {6*s - 1, 2}, {6 * s, 1}, {8 * s, 0}} {
		if got := p.Behind(c.at); got != c.want {
			t.Errorf("at %v it is %d sales behind, want %d", c.at, got, c.want)
		}
	}
	if !p.Has(8*s, Copy, sale(2)) {
		t.Error("the copy lacks what it has got")
	}
}

func TestWhatWasNotCopiedWhenTheOriginalFellIsBehindUntilItIsMerged(t *testing.T) {
	p := NewPair(5 * s)
	p.Write(1*s, Original, sale(1), nil)
	p.Write(4*s, Original, sale(2), nil)
	p.Reach(7*s, false)
	p.Promote(20 * s)
	if got := p.Behind(60 * s); got != 1 || p.Has(60*s, Copy, sale(2)) || !p.Has(60*s, Copy, sale(1)) {
		t.Errorf("%d sales behind, want that of 4 s alone", got)
	}
	p.Reach(30*s, true)
	if got := p.Behind(90 * s); got != 1 || !p.Promoted() {
		t.Errorf("%d sales behind, and promoted is %v: what is promoted copies nothing", got, p.Promoted())
	}
	p.Merge()
	if got := p.Behind(90 * s); got != 0 || p.Promoted() {
		t.Errorf("%d sales behind after they were merged", got)
	}
}

func TestACopyCatchesUpOnceTheOriginalIsBack(t *testing.T) {
	p := NewPair(5 * s)
	p.Write(1*s, Original, sale(1), nil)
	p.Reach(2*s, false)
	if got := p.Behind(60 * s); got != 1 {
		t.Errorf("%d sales behind while the original is down", got)
	}
	p.Reach(60*s, true)
	if got := p.Behind(60 * s); got != 0 {
		t.Errorf("%d sales behind after it", got)
	}
}

func TestRecordsThatBothSidesWriteApartAreInConflictOnce(t *testing.T) {
	slot := &Record{7, 3}
	p := NewPair(s)
	p.Write(0, Original, sale(1), slot) // together
	p.Promote(10 * s)
	p.Write(11*s, Copy, sale(2), slot)
	if p.Conflicts() != 0 {
		t.Error("what was written before they were apart is in conflict")
	}
	p.Write(12*s, Original, sale(3), slot)
	p.Write(13*s, Original, sale(4), slot)
	p.Write(14*s, Original, sale(5), &Record{8, 3})
	if got := p.Conflicts(); got != 1 {
		t.Errorf("%d conflicts, want one", got)
	}
	p.Merge()
	p.Write(20*s, Original, sale(6), slot)
	if got := p.Conflicts(); got != 1 {
		t.Errorf("%d conflicts, want no more after the merge", got)
	}
}

func TestTheSameSaleOnBothSidesIsNoConflict(t *testing.T) {
	slot := &Record{7, 3}
	p := NewPair(s)
	p.Promote(0)
	p.Write(1*s, Copy, sale(1), slot)
	p.Write(2*s, Original, sale(1), slot)
	if p.Conflicts() != 0 || p.Behind(9*s) != 0 || !p.Has(9*s, Copy, sale(1)) || !p.Has(9*s, Original, sale(1)) {
		t.Errorf("%d conflicts, %d behind", p.Conflicts(), p.Behind(9*s))
	}
}

// TestBehindIsWhatAPlainListSays compares with a list of all writes of an original that
// is up throughout.
func TestBehindIsWhatAPlainListSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lag := time.Duration(rapid.Int64Range(0, int64(10*s)).Draw(t, "lag"))
		p := NewPair(lag)
		var all []time.Duration
		now := time.Duration(0)
		for n := range rapid.IntRange(0, 50).Draw(t, "sales") {
			now += time.Duration(rapid.Int64Range(0, int64(2*s)).Draw(t, "gap"))
			p.Write(now, Original, sale(uint32(n)), nil)
			all = append(all, now)
		}
		at := now + time.Duration(rapid.Int64Range(0, int64(12*s)).Draw(t, "later"))
		var want int64
		for _, w := range all {
			if w+lag > at {
				want++
			}
		}
		if got := p.Behind(at); got != want {
			t.Fatalf("%d behind, want %d", got, want)
		}
	})
}

func TestEachRecordIsAsLikely(t *testing.T) {
	const records, sales = 10, 100_000
	var hits [records]int
	for n := range uint32(sales) {
		hits[RecordOf(Sale{n % 100, n / 100}, records)]++
	}
	for i, n := range hits {
		if math.Abs(float64(n)-sales/records) > 5*math.Sqrt(sales/records) {
			t.Errorf("record %d is written %d times of %d", i, n, sales)
		}
	}
}
