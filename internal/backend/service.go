package backend

import (
	"math"
	"math/rand/v2"
	"time"
)

// longest is the longest service: 146 years, so that a moment plus a service
// is still a moment.
const longest = float64(1 << 62)

// law draws service times.
type law struct {
	kind      Distribution
	mean      float64 // ns
	mu, sigma float64 // of the logarithm of a lognormal time in ns
}

// newLaw gives the law with the declared mean. A lognormal variable has the
// mean exp(mu + sigma²/2) (Johnson, Kotz and Balakrishnan, "Continuous
// Univariate Distributions", volume 1, chapter 14), hence mu.
func newLaw(s Service) law {
	mean := float64(s.Mean)
	return law{
		kind:  s.Distribution,
		mean:  mean,
		mu:    math.Log(mean) - s.Sigma*s.Sigma/2,
		sigma: s.Sigma,
	}
}

// draw gives a service time, times as long as the law says.
func (l *law) draw(rng *rand.Rand, times float64) time.Duration {
	ns := l.mean
	switch l.kind {
	case Exponential:
		ns *= rng.ExpFloat64()
	case Lognormal:
		ns = math.Exp(l.mu + l.sigma*rng.NormFloat64())
	}
	return time.Duration(min(math.Round(ns*times), longest))
}
