package verdict

import (
	"math"
	"slices"
)

// mostPoints is how many points a trend is read from; more windows are
// averaged, so that a day-long run costs no more than a short one.
const mostPoints = 60

// swelling says whether the backlog grows from third to third, beyond chance.
func (t *trial) swelling() bool {
	a, b, c, later := thirds(t.waiting())
	return a < b && b < c && c-a > 4*math.Sqrt(c) && kendall(later) >= 2
}

// noise is what chance adds to a rate, per second, over the length of m.
func noise(rate float64, m *tally) float64 {
	return capacitySigma * math.Sqrt(rate/max(m.length.Seconds(), 1e-9))
}

// waiting is the backlog at the end of each window after the trigger, without
// those in which the backend was blind. Sales still being tried count only
// where few are given up: giving up empties the tills without serving anybody.
func (t *trial) waiting() []float64 {
	after := t.after()
	patient := float64(after.failed) <= 0.1*float64(after.demand)
	var points []float64
	for _, w := range t.ws[t.post:] {
		b := &t.h.Buckets[w.hi-1]
		if b.Blind {
			continue
		}
		n := b.Queue + b.Unsynced
		if patient {
			n += b.Pending
		}
		points = append(points, float64(n))
	}
	return points
}

// thirds gives the medians of the thirds of a series, and the points of the
// latter two; all zero where there are fewer than three.
func thirds(all []float64) (a, b, c float64, later []float64) {
	points := thin(all)
	n := len(points)
	if n < 3 {
		return 0, 0, 0, nil
	}
	k := n / 3
	return median(points[:k]), median(points[k : n-k]), median(points[n-k:]), points[k:]
}

// thin averages neighbours until mostPoints are left at the most.
func thin(all []float64) []float64 {
	step := (len(all) + mostPoints - 1) / mostPoints
	if step <= 1 {
		return all
	}
	var out []float64
	for part := range slices.Chunk(all, step) {
		sum := 0.0
		for _, v := range part {
			sum += v
		}
		out = append(out, sum/float64(len(part)))
	}
	return out
}

func median(points []float64) float64 {
	if len(points) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(points))
	return sorted[len(sorted)/2]
}

// kendall is the rank correlation of a series with time, in standard deviations
// of a series without a trend (M. G. Kendall, 1938; H. B. Mann, 1945), with the
// correction for ties.
func kendall(points []float64) float64 {
	n := float64(len(points))
	s := 0
	for i, x := range points {
		for _, y := range points[i+1:] {
			if y > x {
				s++
			} else if y < x {
				s--
			}
		}
	}
	variance := n * (n - 1) * (2*n + 5)
	counts := map[float64]float64{}
	for _, x := range points {
		counts[x]++
	}
	ties := 0.0
	for _, c := range counts {
		ties += c * (c - 1) * (2*c + 5) // whole numbers: the order of adding does not matter
	}
	if variance-ties <= 0 {
		return 0
	}
	return float64(s) / math.Sqrt((variance-ties)/18)
}
