package compare

import (
	"cmp"
	"slices"
)

// holm corrects the p values of several tests for each other (Holm's step-down
// procedure): a test counts where its corrected value is at most alpha, and then
// the probability that any test of two equal things counts is at most alpha,
// whatever the tests have to do with each other.
func holm(ps []float64) []float64 {
	order := make([]int, len(ps))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(ps[i], ps[j]) })
	out := make([]float64, len(ps))
	least := 0.0
	for rank, i := range order {
		least = max(least, min(ps[i]*float64(len(ps)-rank), 1))
		out[i] = least
	}
	return out
}

// leastP is the smallest p value that so many runs of each side can give: that
// of two samples of which one lies wholly above the other, which is 2 in all the
// ways to divide the runs among the sides.
func leastP(n, m int) float64 {
	p := 2.0
	for i := 1; i <= min(n, m); i++ {
		p *= float64(i) / float64(max(n, m)+i)
	}
	return min(p, 1)
}

// runsNeeded is how many runs of each side can show a difference in one figure,
// where so many tests are made at once, which are at least one.
func runsNeeded(alpha float64, tests int) int {
	n := 1
	for leastP(n, n) > alpha/float64(tests) {
		n++
	}
	return n
}
