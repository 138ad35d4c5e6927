package history

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// anyDuration covers each doubling alike, from none to 36 hours.
func anyDuration(t *rapid.T) time.Duration {
	exp := rapid.Float64Range(0, math.Log2(float64(36*time.Hour))).Draw(t, "exponent")
	return time.Duration(math.Exp2(exp))
}

func filled(of []time.Duration) Histogram {
	var h Histogram
	for _, d := range of {
		h.Add(d)
	}
	return h
}

func TestQuantileIsThatOfTheSortedDataOrALittleMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOfN(rapid.Custom(anyDuration), 1, 200).Draw(t, "data")
		h := filled(data)
		slices.Sort(data)
		for _, q := range []float64{0, 0.01, 0.5, 0.9, 0.99, 0.999, 1} {
			rank := min(max(int(math.Ceil(q*float64(len(data))-1e-9)), 1), len(data))
			exact := data[rank-1]
			got := h.Quantile(q)
			if most := exact + max(exact/32, time.Microsecond); got < exact || got > most {
				t.Errorf("quantile %v of %d: %v, want %v to %v", q, len(data), got, exact, most)
			}
		}
		if h.Count() != int64(len(data)) || h.Max() != data[len(data)-1] {
			t.Errorf("%d up to %v, want %d up to %v", h.Count(), h.Max(), len(data), data[len(data)-1])
		}
	})
}

func TestAnEmptyHistogramHasZeroQuantiles(t *testing.T) {
	var h Histogram
	if h.Quantile(0.99) != 0 || h.Count() != 0 || h.Max() != 0 {
		t.Error("an empty histogram is not empty")
	}
}

func TestDurationsOutOfRangeCountAtTheEnds(t *testing.T) {
	h := filled([]time.Duration{-time.Second})
	if h.Quantile(1) != 0 || h.Count() != 1 {
		t.Errorf("a negative duration counts as %v", h.Quantile(1))
	}
	h = filled([]time.Duration{36 * time.Hour, 1000 * time.Hour})
	if got := h.Quantile(0.5); got < 36*time.Hour || got > 38*time.Hour {
		t.Errorf("36 h comes back as %v", got)
	}
	if got := h.Quantile(1); got < 36*time.Hour {
		t.Errorf("1000 h comes back as %v, shorter than the range", got)
	}
}

func TestMergedHistogramsAreTheHistogramOfAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOf(rapid.Custom(anyDuration))
		a, b := data.Draw(t, "a"), data.Draw(t, "b")
		all := filled(slices.Concat(a, b))
		ab, ba := filled(a), filled(b)
		first, second := filled(a), filled(b)
		ab.Merge(&second)
		ba.Merge(&first)
		for _, q := range []float64{0.1, 0.5, 0.99, 1} {
			if ab.Quantile(q) != all.Quantile(q) || ba.Quantile(q) != all.Quantile(q) {
				t.Errorf("quantile %v: %v and %v, want %v", q, ab.Quantile(q), ba.Quantile(q), all.Quantile(q))
			}
		}
		if ab.Count() != all.Count() || ba.Max() != all.Max() {
			t.Error("counts or maxima differ")
		}
		again := filled(b)
		if second.Count() != again.Count() || second.Quantile(0.5) != again.Quantile(0.5) {
			t.Error("merging changed what was merged")
		}
	})
}
