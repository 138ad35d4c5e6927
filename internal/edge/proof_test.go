package edge

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestProofErrsAsRarelyAsItSays looks after each answer, at the bound itself,
// where a claim is wrong and likeliest.
func TestProofErrsAsRarelyAsItSays(t *testing.T) {
	const proofs, answers = 1500, 250
	for _, tc := range []struct{ bound, err float64 }{{0.05, 0.05}, {0.05, 0.2}, {0.95, 0.05}, {0.4, 0.02}, {0.5, 0.5}} {
		r := rand.New(rand.NewPCG(5, 5))
		// The boundary depends on the number of answers alone: one proof has it for
		// all of them.
		boundary := make([]int, answers)
		p := newProof(tc.bound, tc.err)
		for i := range boundary {
			p.learn(true)
			boundary[i] = p.below
		}
		claims := 0
		for range proofs {
			contrary := 0
			for _, below := range boundary {
				if r.Float64() < tc.bound {
					contrary++
				}
				if contrary < below {
					claims++
					break
				}
			}
		}
		share, deviation := float64(claims)/proofs, math.Sqrt(tc.err*(1-tc.err)/proofs)
		if share > tc.err+3*deviation {
			t.Errorf("bound %v: %.3f of the claims are wrong; at most %v may", tc.bound, share, tc.err)
		}
		if share < tc.err/2 {
			t.Errorf("bound %v: only %.3f of %v is used; the test is too careful", tc.bound, share, tc.err)
		}
		if math.Abs(share-p.spent) > 3*deviation+1e-9 {
			t.Errorf("bound %v: %.4f claims, but %.4f counted as spent", tc.bound, share, p.spent)
		}
	}
}

func TestProofTakesLittleMoreThanTheLeast(t *testing.T) {
	for _, atLeast := range []float64{0.55, 0.8, 0.9, 0.95, 0.99, 0.999} {
		for _, err := range []float64{0.2, 0.05, 0.025, 0.001} {
			least := math.Log(1/err) / -math.Log(atLeast)
			p := newProof(1-atLeast, err)
			for !p.shown {
				p.learn(false)
			}
			if n := float64(p.n); n < least || n > least*1.2+2 || p.n != fewest(1-atLeast, err) {
				t.Errorf("at least %v, error %v: shown after %d answers; the least is %.1f, foretold %d", atLeast, err, p.n, least, fewest(1-atLeast, err))
			}
		}
	}
}

func TestProofForetellsWhatItTakes(t *testing.T) {
	for _, tc := range []struct{ bound, err, contrary float64 }{
		{0.05, 0.0315, 0}, {0.05, 0.0315, 0.005}, {0.05, 0.0315, 0.015}, {0.05, 0.05, 0.02},
		{0.95, 0.0035, 0.85}, {0.95, 0.0035, 0.5}, {0.4, 0.01, 0.2},
	} {
		r := rand.New(rand.NewPCG(1, 2))
		const n = 60
		sum := 0
		for range n {
			p := newProof(tc.bound, tc.err)
			for !p.shown && p.n < 2000 {
				p.learn(r.Float64() < tc.contrary)
			}
			sum += p.n
		}
		mean, foretold := float64(sum)/n, expected(tc.bound, tc.err, tc.contrary)
		if mean > 1.5*foretold+1 || foretold > 1.5*mean+1 {
			t.Errorf("%+v: takes %.0f answers on average; foretold are %.0f", tc, mean, foretold)
		}
	}
	if got := expected(0.05, 0.05, 0.05); !math.IsInf(got, 1) {
		t.Errorf("at the bound there is nothing to show; foretold are %v answers", got)
	}
}
