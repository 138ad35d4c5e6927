package compare

import (
	"math"
	"math/bits"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// rankSumByHand tries every way to divide the values among the two samples.
func rankSumByHand(a, b []float64) (p float64, sign int) {
	all := slices.Concat(b, a)
	u := func(inB uint) float64 {
		var sum float64
		for i, x := range all {
			for j, y := range all {
				if inB>>i&1 == 1 && inB>>j&1 == 0 && x >= y {
					sum++
					if x == y {
						sum -= 0.5
					}
				}
			}
		}
		return sum
	}
	seen := u(1<<len(b) - 1)
	var low, high, ways float64
	for split := range uint(1) << len(all) {
		if bits.OnesCount(split) != len(b) {
			continue
		}
		ways++
		v := u(split)
		if v <= seen {
			low++
		}
		if v >= seen {
			high++
		}
	}
	middle := float64(len(a)*len(b)) / 2
	switch {
	case seen > middle:
		return min(2*high/ways, 1), 1
	case seen < middle:
		return min(2*low/ways, 1), -1
	}
	return 1, 0
}

func samples(t *rapid.T, label string, most int) []float64 {
	value := rapid.OneOf(
		rapid.Map(rapid.IntRange(-2, 3), func(n int) float64 { return float64(n) }),
		rapid.SampledFrom([]float64{0, 0, 0, math.Inf(1), 1.5}),
		rapid.Float64(),
	)
	out := rapid.SliceOfN(value, 1, most).Draw(t, label)
	slices.Sort(out)
	return out
}

func TestRankSumOfSmallSamplesIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := samples(t, "a", 6), samples(t, "b", 6)
		p, sign := rankSumByHand(a, b)
		got := rankSum(a, b)
		if math.Abs(got.p-p) > 1e-9 || got.sign != sign {
			t.Fatalf("p %v, sign %d; want %v, %d", got.p, got.sign, p, sign)
		}
		if !got.live && p != 1 {
			t.Fatalf("not live, but p is %v", p)
		}
	})
}

// The example is that of M. Hollander and D. A. Wolfe, "Nonparametric
// Statistical Methods" (1973), p. 69, on the permeability of membranes, with the
// one-sided p of 0.1272.
func TestRankSumOfThePublishedExample(t *testing.T) {
	a := []float64{0.73, 0.80, 0.83, 1.04, 1.38, 1.45, 1.46, 1.64, 1.89, 1.91}
	b := []float64{0.74, 0.88, 0.90, 1.15, 1.21}
	got := rankSum(a, b)
	if math.Abs(got.p-2*0.1272) > 1e-4 || got.sign != -1 {
		t.Errorf("p %v, sign %d", got.p, got.sign)
	}
}

func TestRankSumIsTheSameBothWays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := samples(t, "a", 60), samples(t, "b", 60)
		there, back := rankSum(a, b), rankSum(b, a)
		if math.Abs(there.p-back.p) > 1e-9 || there.sign != -back.sign || there.live != back.live {
			t.Fatalf("%+v one way, %+v the other", there, back)
		}
		if !(there.p >= 0 && there.p <= 1) {
			t.Fatalf("p is %v", there.p)
		}
	})
}

// uneven is a sample of many zeros and a few odd values, no two the same.
func uneven(zeros int, odd ...float64) []float64 {
	out := append(make([]float64, zeros), odd...)
	slices.Sort(out)
	return out
}

// With odd values on one side only, the exact p is that of as many coins that
// all fall on one side, nearly: the approximation must not be far below it.
func TestApproximationDoesNotTakeAFewOddRunsForEvidence(t *testing.T) {
	for _, n := range []int{30, 100, 1000, 10_000} {
		for k := 1; k <= 12; k++ {
			odd := make([]float64, k)
			exact := 2.0
			for i := range odd {
				odd[i] = float64(i + 1)
				exact *= float64(n-i) / float64(2*n-i)
			}
			got := rankSum(uneven(n), uneven(n-k, odd...))
			if got.p < 0.9*exact || got.sign != 1 {
				t.Errorf("%d odd runs of %d: p %.2g, exactly %.2g", k, n, got.p, exact)
			}
			if k >= 8 && got.p > 4*exact {
				t.Errorf("%d odd runs of %d: p %.2g is far above the exact %.2g", k, n, got.p, exact)
			}
		}
	}
}

func TestApproximationIsCloseToTheExactTest(t *testing.T) {
	for _, n := range []int{20, 25} {
		a, b := make([]float64, n), make([]float64, n)
		for _, by := range []float64{0, 0.1, 0.3, 0.5} {
			for i := range n {
				a[i], b[i] = float64(i/2), float64(i/2)+by*float64(n)/2
			}
			u, ties := superiority(a, b)
			exact := rankSum(a, b).p
			if near := normalTails(n, n, math.Abs(u-float64(n*n)/2), ties); math.Abs(near-exact) > 0.02 {
				t.Errorf("%d runs, moved by %v: p %v, exactly %v", n, by, near, exact)
			}
		}
	}
}
