package compare

import "github.com/aclements/go-moremath/stats"

// fisher is Fisher's exact test of two shares, k of n and l of m: the
// probability, given how many there are in all, of a split no more likely than
// this one. Neither n nor m is zero.
func fisher(k, n, l, m int) test {
	out := test{p: 1, live: k+l > 0 && k+l < n+m}
	if !out.live {
		return out
	}
	switch left, right := k*m, l*n; {
	case right > left:
		out.sign = 1
	case right < left:
		out.sign = -1
	default:
		return out
	}
	splits := stats.HypergeometicDist{N: n + m, K: k + l, Draws: n}
	// Two splits that mirror each other must count as equally likely, however
	// the last digits are rounded.
	const rounding = 1 + 1e-7
	bound := splits.PMF(float64(k)) * rounding
	low, high := splits.Bounds()
	var p float64
	for i := low; i <= high; i++ {
		if q := splits.PMF(i); q <= bound {
			p += q
		}
	}
	out.p = min(p, 1)
	return out
}
