package compare

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// differencesByHand makes them all.
func differencesByHand(a, b []float64) []float64 {
	var all []float64
	for _, x := range a {
		for _, y := range b {
			all = append(all, minus(y, x))
		}
	}
	slices.Sort(all)
	return all
}

func TestDifferencesAreFoundWithoutMakingThemAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := samples(t, "a", 12), samples(t, "b", 12)
		all := differencesByHand(a, b)
		k := rapid.IntRange(0, len(all)-1).Draw(t, "k")
		if got := difference(a, b, k); got != all[k] {
			t.Fatalf("difference %d is %v, want %v", k, got, all[k])
		}
	})
}

func TestShiftTurnsRoundWithTheSides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := samples(t, "a", 12), samples(t, "b", 12)
		by, low, high := shift(a, b, 0.05)
		back, otherLow, otherHigh := shift(b, a, 0.05)
		if !opposite(by, back) || !opposite(low, otherHigh) || !opposite(high, otherLow) {
			t.Fatalf("%v (%v to %v) one way, %v (%v to %v) the other", by, low, high, back, otherLow, otherHigh)
		}
	})
}

func opposite(x, y Number) bool { return x == -y || !x.known() && !y.known() }

func TestShiftIsBoundedAsOftenAsPromised(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 9))
	for _, n := range []int{6, 12, 30} {
		const trials, truth = 400, 3.0
		missed := 0
		for range trials {
			a, b := make([]float64, n), make([]float64, n)
			for i := range n {
				a[i], b[i] = rng.NormFloat64(), truth+rng.NormFloat64()
			}
			slices.Sort(a)
			slices.Sort(b)
			by, low, high := shift(a, b, 0.1)
			if !(low <= by && by <= high) {
				t.Fatalf("%v is not from %v to %v", by, low, high)
			}
			if low > truth || high < truth {
				missed++
			}
		}
		// 10 % of 400 are 40, give or take 6.
		if missed > 58 || missed < 15 {
			t.Errorf("%d runs: the interval misses %d of %d times", n, missed, trials)
		}
	}
}

func TestShiftOfTooFewRunsHasNoBounds(t *testing.T) {
	by, low, high := shift([]float64{1, 2, 3}, []float64{5, 6, 7}, 0.05)
	if by != 4 || low.known() || high.known() {
		t.Errorf("%v (%v to %v)", by, low, high)
	}
}

func TestShiftToRunsThatNeverComeBackIsInfinite(t *testing.T) {
	never := []float64{math.Inf(1), math.Inf(1), math.Inf(1), math.Inf(1), math.Inf(1)}
	by, low, high := shift([]float64{1, 2, 3, 4, 5}, never, 0.05)
	if !math.IsInf(float64(by), 1) || !math.IsInf(float64(low), 1) || !math.IsInf(float64(high), 1) {
		t.Errorf("%v (%v to %v)", by, low, high)
	}
	if by, low, high := shift(never, never, 0.05); by != 0 || low != 0 || high != 0 {
		t.Errorf("%v (%v to %v) between runs that never come back", by, low, high)
	}
}
