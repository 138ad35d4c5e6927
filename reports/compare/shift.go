package compare

import (
	"math"

	"github.com/aclements/go-moremath/stats"
)

// shift is the Hodges-Lehmann estimate of how much more b is than a: the median
// of all differences between a value of b and one of a, which are sorted and not
// empty. Low and high bound it with the probability 1 - alpha; they are NaN
// where the samples are too small for any bound.
func shift(a, b []float64, alpha float64) (by, low, high Number) {
	pairs := len(a) * len(b)
	lower, upper := difference(a, b, (pairs-1)/2), difference(a, b, pairs/2)
	by = Number(lower/2 + upper/2)
	k := outer(len(a), len(b), alpha)
	if k == 0 {
		return by, Number(math.NaN()), Number(math.NaN())
	}
	return by, Number(difference(a, b, k-1)), Number(difference(a, b, pairs-k))
}

// outer gives the k for which the k-th smallest and the k-th largest difference
// bound the shift: the largest one that a U below k has a probability of at most
// alpha/2; 0 if there is none.
func outer(n, m int, alpha float64) int {
	const mostExact = 400 // pairs; beyond it the normal approximation is as good
	if pairs := float64(n * m); pairs > mostExact {
		z := stats.InvCDF(stats.StdNormal)(1 - alpha/2)
		k := pairs/2 - z*math.Sqrt(pairs*float64(n+m+1)/12)
		return max(int(k), 0)
	}
	u := stats.UDist{N1: n, N2: m}
	k := 0
	for u.CDF(float64(k)) <= alpha/2 {
		k++
	}
	return k
}

// difference gives the k-th smallest of all differences, from 0: without making
// them all, by halving the range of numbers in which it must lie.
func difference(a, b []float64, k int) float64 {
	low, high := ordinal(math.Inf(-1)), ordinal(math.Inf(1))
	for low < high {
		middle := low + int64(uint64(high-low)/2) //nolint:gosec // less than the range
		if countUpTo(a, b, number(middle)) > k {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return number(low)
}

// countUpTo counts the differences that are at most x.
func countUpTo(a, b []float64, x float64) int {
	n, j := 0, 0
	for _, from := range a {
		for j < len(b) && minus(b[j], from) <= x {
			j++
		}
		n += j
	}
	return n
}

// minus subtracts; two infinite values do not differ.
func minus(to, from float64) float64 {
	if to == from {
		return 0
	}
	return to - from
}

// ordinal numbers the floating-point numbers in their order; number is its
// inverse.
func ordinal(x float64) int64 {
	bits := int64(math.Float64bits(x)) //nolint:gosec // the bits, not their value
	if bits < 0 {
		return math.MinInt64 - bits
	}
	return bits
}

func number(n int64) float64 {
	if n < 0 {
		n = math.MinInt64 - n
	}
	return math.Float64frombits(uint64(n)) //nolint:gosec // the bits, not their value
}
