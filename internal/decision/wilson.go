package decision

import "math"

// Wilson gives the 95% score interval of a share of which k in n were seen:
//
//	(p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) ÷ (1 + z²/n),  p = k/n
//
// It is E. B. Wilson's, "Probable Inference, the Law of Succession, and
// Statistical Inference", JASA 22 (1927), which holds near 0 and 1 and for few
// runs, where the textbook interval does not (Brown, Cai, DasGupta, "Interval
// Estimation for a Binomial Proportion", Statistical Science 16, 2001). Of
// nothing seen it is all from 0 to 1.
func Wilson(k, n int) (low, high float64) {
	if n <= 0 {
		return 0, 1
	}
	const z = 1.959963984540054 // the 97.5th percentile of the normal distribution
	runs := float64(n)
	p := float64(k) / runs
	middle := p + z*z/(2*runs)
	spread := z * math.Sqrt(p*(1-p)/runs+z*z/(4*runs*runs))
	scale := 1 + z*z/runs
	return max((middle-spread)/scale, 0), min((middle+spread)/scale, 1)
}
