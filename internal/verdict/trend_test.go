package verdict

import (
	"math"
	"testing"
)

func TestKendallTellsATrendFromOscillation(t *testing.T) {
	series := map[string]struct {
		of       func(i int) float64
		low, top float64
	}{
		"rising":      {func(i int) float64 { return float64(i) }, 6, 9},
		"falling":     {func(i int) float64 { return -float64(i) }, -9, -6},
		"constant":    {func(int) float64 { return 3 }, 0, 0},
		"alternating": {func(i int) float64 { return float64(i % 2) }, -1, 1},
		"waves":       {func(i int) float64 { return math.Sin(float64(i)) }, -1, 1},
	}
	for name, s := range series {
		var points []float64
		for i := range 30 {
			points = append(points, s.of(i))
		}
		if z := kendall(points); z < s.low || z > s.top {
			t.Errorf("%s: %.2f standard deviations, want %v to %v", name, z, s.low, s.top)
		}
	}
}

func TestKendallOfAFewPoints(t *testing.T) {
	if z := kendall(nil); z != 0 {
		t.Errorf("no point: %v", z)
	}
	// S = 10 of n(n−1)(2n+5)/18 = 16.67.
	if z := kendall([]float64{1, 2, 3, 4, 5}); math.Abs(z-10/math.Sqrt(300.0/18)) > 1e-12 {
		t.Errorf("five rising points: %v", z)
	}
}

func TestThirdsKeepALongSeriesShort(t *testing.T) {
	var long []float64
	for i := range 86400 {
		long = append(long, float64(i))
	}
	a, b, c, later := thirds(long)
	if len(later) > mostPoints || !(a < b && b < c) {
		t.Errorf("%v, %v, %v and %d points", a, b, c, len(later))
	}
	if a, b, c, later := thirds([]float64{1, 2}); a != 0 || b != 0 || c != 0 || later != nil {
		t.Error("two points have no thirds")
	}
}
