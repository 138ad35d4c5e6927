package compare

import (
	"math"
	"slices"

	"github.com/aclements/go-moremath/stats"
)

// test is what one test says of two samples.
type test struct {
	p    float64 // two-sided
	sign int     // 1 if the second sample tends to be larger, -1 if smaller, 0 if neither
	live bool    // the samples are not all one value, so that something could be shown
}

// rankSum is the Mann-Whitney U test of two samples that are sorted, not empty
// and may hold infinity: exact for small ones, ties included, and otherwise the
// normal approximation. The two-sided p is twice the smaller tail.
func rankSum(a, b []float64) test {
	u, ties := superiority(a, b)
	middle := float64(len(a)*len(b)) / 2
	out := test{p: 1, live: len(ties) > 1}
	if !out.live || u == middle {
		return out
	}
	out.sign = 1
	if u < middle {
		out.sign = -1
	}
	if exact(a, b, ties) {
		out.p = min(2*smallTail(len(a), len(b), u, ties), 1)
	} else {
		out.p = normalTails(len(a), len(b), math.Abs(u-middle), ties)
	}
	return out
}

// superiority counts the pairs in which b's value is the larger one, and half of
// those that are equal, which is the U statistic of b. It also gives how many
// values are equal to each other, from the smallest value up.
func superiority(a, b []float64) (u float64, ties []int) {
	for i, j := 0, 0; i < len(a) || j < len(b); {
		x := math.Inf(1)
		if i < len(a) {
			x = a[i]
		}
		if j < len(b) {
			x = min(x, b[j])
		}
		inA, inB := leading(a[i:], x), leading(b[j:], x)
		u += float64(inB) * (float64(i) + float64(inA)/2)
		ties = append(ties, inA+inB)
		i, j = i+inA, j+inB
	}
	return u, ties
}

// leading counts the values x that a sorted sample begins with.
func leading(sorted []float64, x float64) int {
	n := 0
	for n < len(sorted) && sorted[n] == x {
		n++
	}
	return n
}

// exact says whether the exact distribution is worth its time. The bounds are
// those of the library.
func exact(a, b []float64, ties []int) bool {
	limit := stats.MannWhitneyTiesExactLimit
	if slices.Max(ties) == 1 {
		limit = stats.MannWhitneyExactLimit
	}
	return len(a) <= limit && len(b) <= limit
}

// smallTail gives the probability of a U at least as far out as b's, on its
// side. Where the sizes differ and there are ties, the distribution is not
// symmetric, so that the upper tail is the lower one of the other sample.
func smallTail(n, m int, u float64, ties []int) float64 {
	if other := float64(n*m) - u; other < u {
		return stats.UDist{N1: n, N2: m, T: ties}.CDF(other)
	}
	return stats.UDist{N1: m, N2: n, T: ties}.CDF(u)
}

// normalTails is the normal approximation with the correction of the variance
// for ties. The correction for continuity is half the least step that U can take
// from the largest group of equal values: among many zeros, that is much more
// than the usual one half, with which three or four odd runs out of a thousand
// would count as evidence.
func normalTails(n, m int, distance float64, ties []int) float64 {
	total := float64(n + m)
	var tied float64
	for _, t := range ties {
		t := float64(t)
		tied += t*t*t - t
	}
	sigma := math.Sqrt(float64(n) * float64(m) / 12 * (total + 1 - tied/(total*(total-1))))
	z := max(distance-halfStep(ties), 0) / sigma
	return math.Erfc(z / math.Sqrt2)
}

// halfStep is half of what U changes by if a value of the largest group of equal
// ones changes places with one of the next group, whichever is the smaller.
func halfStep(ties []int) float64 {
	largest := slices.Index(ties, slices.Max(ties))
	next := math.MaxInt
	if largest > 0 {
		next = ties[largest-1]
	}
	if largest < len(ties)-1 {
		next = min(next, ties[largest+1])
	}
	return float64(ties[largest]+next) / 4
}
