package compare

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// fisherByHand counts in whole numbers.
func fisherByHand(k, n, l, m int) float64 {
	ways := func(i int) *big.Int {
		left := new(big.Int).Binomial(int64(n), int64(i))
		return left.Mul(left, new(big.Int).Binomial(int64(m), int64(k+l-i)))
	}
	sum := new(big.Int)
	for i := max(0, k+l-m); i <= min(n, k+l); i++ {
		if w := ways(i); w.Cmp(ways(k)) <= 0 {
			sum.Add(sum, w)
		}
	}
	p, _ := new(big.Rat).SetFrac(sum, new(big.Int).Binomial(int64(n+m), int64(k+l))).Float64()
	return p
}

func TestFisherIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, m := rapid.IntRange(1, 60).Draw(t, "n"), rapid.IntRange(1, 60).Draw(t, "m")
		k, l := rapid.IntRange(0, n).Draw(t, "k"), rapid.IntRange(0, m).Draw(t, "l")
		got := fisher(k, n, l, m)
		want := fisherByHand(k, n, l, m)
		if k*m == l*n {
			want = 1
		}
		if math.Abs(got.p-want) > 1e-9 {
			t.Fatalf("%d of %d and %d of %d: p %v, want %v", k, n, l, m, got.p, want)
		}
		if back := fisher(l, m, k, n); math.Abs(back.p-got.p) > 1e-9 || back.sign != -got.sign {
			t.Fatalf("%+v one way, %+v the other", got, back)
		}
	})
}

// The lady who tastes tea, with three of four cups right: R. A. Fisher, "The
// Design of Experiments" (1935); two-sided 34 in 70.
func TestFisherOfTheTeaTasting(t *testing.T) {
	if got := fisher(3, 4, 1, 4).p; math.Abs(got-34.0/70) > 1e-12 {
		t.Errorf("p %v", got)
	}
}

func TestSharesThatAreAllOrNothingOnBothSidesAreNoTest(t *testing.T) {
	for _, share := range []int{0, 9} {
		if got := fisher(share, 9, share, 9); got.live || got.p != 1 || got.sign != 0 {
			t.Errorf("%d of 9 twice: %+v", share, got)
		}
	}
}

// As p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") of R has it.
func TestHolmCorrectsStepByStep(t *testing.T) {
	got := holm([]float64{0.01, 0.04, 0.03, 0.005})
	near := cmp.Comparer(func(x, y float64) bool { return math.Abs(x-y) < 1e-12 })
	if diff := cmp.Diff([]float64{0.03, 0.06, 0.06, 0.02}, got, near); diff != "" {
		t.Error(diff)
	}
	if got := holm(nil); len(got) != 0 {
		t.Errorf("%v of nothing", got)
	}
}

func TestRunsNeededAreTheLeastThatCanShowADifference(t *testing.T) {
	for _, tc := range []struct {
		alpha float64
		tests int
		want  int
	}{{0.05, 1, 4}, {0.05, 7, 6}, {0.05, 400, 9}, {0.01, 1, 5}, {0.5, 1, 2}} {
		n := runsNeeded(tc.alpha, tc.tests)
		if n != tc.want {
			t.Errorf("%d tests at %v need %d runs, want %d", tc.tests, tc.alpha, n, tc.want)
		}
		for _, runs := range []int{n - 1, n} {
			if runs < 1 {
				continue
			}
			low, high := make([]float64, runs), make([]float64, runs)
			for i := range runs {
				low[i], high[i] = float64(i), float64(runs+i)
			}
			p := rankSum(low, high).p
			if shown := p*float64(tc.tests) <= tc.alpha; shown != (runs == n) {
				t.Errorf("%d runs show a difference: %t, of %d needed; p %v", runs, shown, n, p)
			}
		}
	}
}

func TestLeastPIsThatOfTheTest(t *testing.T) {
	for n := 1; n <= 12; n++ {
		for m := 1; m <= 12; m++ {
			low, high := make([]float64, n), make([]float64, m)
			for i := range low {
				low[i] = float64(-1 - i)
			}
			for i := range high {
				high[i] = float64(1 + i)
			}
			slices.Sort(low)
			if got, want := leastP(n, m), rankSum(low, high).p; math.Abs(got-want) > 1e-9 {
				t.Errorf("%d and %d runs: %v, want %v", n, m, got, want)
			}
		}
	}
}
