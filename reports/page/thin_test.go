package page

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func TestPointsStandForARoundNumberOfBuckets(t *testing.T) {
	for buckets, want := range map[int]int{0: 1, 1: 1, 160: 1, 161: 2, 320: 2, 321: 5, 720: 5, 950: 10, 1440: 10, 1601: 20, 86400: 1000} {
		if got := perPoint(buckets); got != want {
			t.Errorf("%d buckets: %d a point, want %d", buckets, got, want)
		}
	}
}

func TestThinnedFiguresAreTheMiddleOfThoseThatAreKnown(t *testing.T) {
	figures := []float64{1, 2, 9, missing, 4, 6, missing, missing, missing, 5}
	for name, tc := range map[string]struct {
		of   middle
		want []float64
	}{
		"mean":   {mean, []float64{4, 5, missing, 5}},
		"median": {median, []float64{2, 5, missing, 5}},
	} {
		if diff := cmp.Diff(tc.want, thinned(figures, 3, tc.of), cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestGapsPartALine(t *testing.T) {
	for _, tc := range []struct {
		figures []float64
		want    [][2]int
	}{
		{nil, nil},
		{[]float64{missing}, nil},
		{[]float64{1, 2}, [][2]int{{0, 2}}},
		{[]float64{missing, 1, missing, missing, 2, 3}, [][2]int{{1, 2}, {4, 6}}},
	} {
		if diff := cmp.Diff(tc.want, stretches(tc.figures)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tc.figures, diff)
		}
	}
}

func TestEachColumnKeepsItsExtremes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		figure := rapid.OneOf(rapid.Float64Range(-1e9, 1e9), rapid.Just(missing))
		figures := rapid.SliceOf(figure).Draw(t, "figures")
		columns := rapid.IntRange(1, 20).Draw(t, "columns")
		place := func(i int) int { return i * columns / len(figures) }
		at := reaches(figures, place)
		if !slices.IsSortedFunc(at, func(a, b reach) int { return a.column - b.column }) {
			t.Fatalf("columns out of order: %v", at)
		}
		for i, x := range figures {
			if math.IsNaN(x) {
				continue
			}
			in := slices.IndexFunc(at, func(r reach) bool { return r.column == place(i) })
			if in < 0 || x < at[in].low || x > at[in].high {
				t.Fatalf("figure %d, %v, is not in %v", i, x, at)
			}
		}
		for _, r := range at {
			if !slices.Contains(figures, r.low) || !slices.Contains(figures, r.high) {
				t.Fatalf("%v is of none of the figures", r)
			}
		}
	})
}
