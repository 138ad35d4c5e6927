package capacity

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestScaleHasRoundValues(t *testing.T) {
	for _, c := range []struct {
		from, to float64
		whole    bool
		has      []float64
		lacks    []float64
		count    [2]int // at least, at most
	}{
		{1000, 20000, true, []float64{1000, 1010, 7420, 9990, 10000, 10100, 20000}, []float64{7425, 10050}, [2]int{900, 1100}},
		{1, 6, false, []float64{1, 1.01, 2.5, 3.33, 6}, []float64{1.005}, [2]int{500, 502}},
		{10, 500, true, []float64{10, 11, 12, 499, 500}, nil, [2]int{491, 491}},
		{7000, 7100, true, []float64{7000, 7001, 7100}, nil, [2]int{101, 101}},
		{3, 8, true, []float64{3, 4, 5, 6, 7, 8}, nil, [2]int{6, 6}},
		{0, 1, false, []float64{0, 0.5, 0.95, 1}, nil, [2]int{100, 4000}},
		{0.5, 3, false, []float64{0.5, 0.501, 1.4, 3}, nil, [2]int{600, 800}},
		{20, 2, true, []float64{20, 19, 2}, nil, [2]int{19, 19}},
		{5, 5, false, []float64{5}, nil, [2]int{1, 1}},
	} {
		got := scale(c.from, c.to, c.whole)
		if n := len(got); n < c.count[0] || n > c.count[1] {
			t.Errorf("%v to %v has %d values, want %v", c.from, c.to, n, c.count)
		}
		for _, x := range c.has {
			if !slices.Contains(got, x) {
				t.Errorf("%v to %v lacks %v: %v", c.from, c.to, x, got[:min(len(got), 20)])
			}
		}
		for _, x := range c.lacks {
			if slices.Contains(got, x) {
				t.Errorf("%v to %v has %v", c.from, c.to, x)
			}
		}
	}
}

func TestScaleRunsFromBoundToBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.Float64Range(0, 1e6).Draw(t, "from")
		to := from + rapid.Float64Range(0, 1e6).Draw(t, "more")
		whole := rapid.Bool().Draw(t, "whole")
		if whole {
			from, to = math.Round(from), math.Round(to)
		}
		for _, values := range [][]float64{scale(from, to, whole), grid(from, to, 20, whole)} {
			if values[0] != from || values[len(values)-1] != to {
				t.Fatalf("%v … %v is not %v … %v", values[0], values[len(values)-1], from, to)
			}
			for i, x := range values {
				if i > 0 && x <= values[i-1] {
					t.Fatalf("%v does not lie above %v", x, values[i-1])
				}
				if whole && x != math.Trunc(x) {
					t.Fatalf("%v is not whole", x)
				}
			}
			if len(values) > 20_000 {
				t.Fatalf("%d values", len(values))
			}
		}
	})
}

func TestGridGoesInProportionOverDecades(t *testing.T) {
	got := grid(1, 1000, 4, true)
	if want := []float64{1, 10, 100, 1000}; !slices.Equal(got, want) {
		t.Errorf("grid = %v, want %v", got, want)
	}
	if got, want := grid(1, 3, 20, true), []float64{1, 2, 3}; !slices.Equal(got, want) {
		t.Errorf("grid = %v, want %v", got, want)
	}
}
