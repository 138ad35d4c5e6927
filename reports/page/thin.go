package page

import (
	"cmp"
	"math"
	"slices"
)

// missing stands in a list of figures where there is none.
var missing = math.NaN()

// mostPoints is how many points a line has at most. More would show the noise
// of short buckets and not how the run went.
const mostPoints = 160

// perPoint gives how many buckets one point of a line stands for: 1, 2, 5, 10
// and so on.
func perPoint(buckets int) int {
	for scale := 1; ; scale *= 10 {
		for _, n := range []int{1, 2, 5} {
			if (buckets+n*scale-1)/(n*scale) <= mostPoints {
				return n * scale
			}
		}
	}
}

// middle makes one figure of several: the mean of a rate or a count, the median
// of a percentile, since a mean of percentiles is no percentile.
type middle func(known []float64) float64

func mean(known []float64) float64 {
	sum := 0.0
	for _, x := range known {
		sum += x / float64(len(known)) // a sum of all might be more than a number can be
	}
	return sum
}

func median(known []float64) float64 {
	sorted := slices.Sorted(slices.Values(known))
	n := len(sorted)
	return mean(sorted[(n-1)/2 : n/2+1])
}

// thinned gives the middle of every so many figures, missing where all are.
func thinned(figures []float64, per int, of middle) []float64 {
	out := make([]float64, 0, len(figures)/per+1)
	for part := range slices.Chunk(figures, per) {
		known := slices.DeleteFunc(slices.Clone(part), math.IsNaN)
		if len(known) == 0 {
			out = append(out, missing)
			continue
		}
		out = append(out, of(known))
	}
	return out
}

// reach is how far figures go within a column of a chart.
type reach struct {
	column    int
	low, high float64
}

// reaches gives the lowest and the highest figure of each column of a chart
// that has any, from left to right: whatever is drawn of them, no extreme is
// lost. place gives the column of a figure's index.
func reaches(figures []float64, place func(i int) int) []reach {
	seen := map[int]reach{}
	for i, x := range figures {
		if math.IsNaN(x) {
			continue
		}
		r, ok := seen[place(i)]
		if !ok {
			r = reach{place(i), x, x}
		}
		seen[place(i)] = reach{r.column, min(r.low, x), max(r.high, x)}
	}
	out := make([]reach, 0, len(seen))
	for _, r := range seen {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b reach) int { return cmp.Compare(a.column, b.column) })
	return out
}

// stretches parts figures where some are missing: the indices from and to, to
// excluded, of those in between.
func stretches(figures []float64) [][2]int {
	var parts [][2]int
	from := -1
	for i, x := range figures {
		switch {
		case math.IsNaN(x) && from >= 0:
			parts = append(parts, [2]int{from, i})
			from = -1
		case !math.IsNaN(x) && from < 0:
			from = i
		}
	}
	if from >= 0 {
		parts = append(parts, [2]int{from, len(figures)})
	}
	return parts
}
