package decision

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The first four are the examples of R. G. Newcombe, "Two-sided confidence
// intervals for the single proportion", Statistics in Medicine 17 (1998),
// Table I, method 3.
func TestWilsonGivesPublishedIntervals(t *testing.T) {
	for _, tc := range []struct {
		k, n      int
		low, high float64
	}{
		{81, 263, 0.2553, 0.3662},
		{15, 148, 0.0624, 0.1605},
		{0, 20, 0.0000, 0.1611},
		{1, 29, 0.0061, 0.1718},
		{9, 10, 0.5958, 0.9821},
		{10, 10, 0.7225, 1.0000},
		{0, 0, 0, 1},
	} {
		low, high := Wilson(tc.k, tc.n)
		if math.Abs(low-tc.low) > 0.00005 || math.Abs(high-tc.high) > 0.00005 {
			t.Errorf("%d of %d: %.4f to %.4f; want %.4f to %.4f", tc.k, tc.n, low, high, tc.low, tc.high)
		}
	}
}

func TestWilsonHoldsTheShareSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 1_000_000).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		low, high := Wilson(k, n)
		p := float64(k) / float64(n)
		const slack = 1e-12
		if !(low >= 0 && low <= p+slack && p <= high+slack && high <= 1) {
			t.Fatalf("%d of %d: %v to %v", k, n, low, high)
		}
	})
}
