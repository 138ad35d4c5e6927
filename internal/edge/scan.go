package edge

import "math"

// swing is a part of the range over which the share of Yes goes from one
// extreme to another: one crossing.
type swing struct {
	at     float64 // the level of the crossing, about
	change float64 // of the share, falling below 0
}

// swings finds the crossings in counts that lie in the order of their levels. A
// share turns where it has gone back by at least so much, so that what one level
// has by chance is no crossing.
func swings(counts []Count, turn float64) []swing {
	var found []swing
	var start, low, high, direction int // indices of counts, and 1 upwards or -1 downwards
	for i := range counts {
		x := counts[i].share()
		if x < counts[low].share() {
			low = i
		}
		if x > counts[high].share() {
			high = i
		}
		up, down := x-counts[low].share() >= turn, counts[high].share()-x >= turn
		switch {
		case up && direction < 0:
			found = append(found, crossed(counts, start, low))
			start, high, direction = low, i, 1
		case down && direction > 0:
			found = append(found, crossed(counts, start, high))
			start, low, direction = high, i, -1
		case up && direction == 0:
			start, high, direction = low, i, 1
		case down && direction == 0:
			start, low, direction = high, i, -1
		}
	}
	if direction > 0 {
		found = append(found, crossed(counts, start, high))
	} else if direction < 0 {
		found = append(found, crossed(counts, start, low))
	}
	return found
}

// crossed gives the swing between two extremes: where the share first passes
// the middle between them.
func crossed(counts []Count, from, to int) swing {
	a, b := counts[from].share(), counts[to].share()
	middle := (a + b) / 2
	for i := from; i < to; i++ {
		if next := counts[i+1].share(); b < a && next <= middle || b > a && next >= middle {
			return swing{at: float64(counts[i].Level+counts[i+1].Level) / 2, change: b - a}
		}
	}
	return swing{at: float64(counts[to].Level), change: b - a}
}

// steepest gives the index of the greatest swing, the lowest of equal ones.
func steepest(found []swing) int {
	best := 0
	for i := range found {
		if math.Abs(found[i].change) > math.Abs(found[best].change)+1e-9 {
			best = i
		}
	}
	return best
}

// grid spreads n levels over 0 to levels-1, both ends among them.
func grid(levels, n int) []int {
	n = min(n, levels)
	at := make([]int, n)
	for i := range at {
		at[i] = (i*(levels-1) + (n-1)/2) / (n - 1)
	}
	return at
}

// scanSize gives the levels of the first scan and the trials of each: few where
// there are few levels, since the proof costs most then anyhow.
func scanSize(levels, runs int) (points, each int) {
	switch {
	case levels <= 16:
		points, each = leastScan, 2
	case levels <= 100:
		points, each = 9, 2
	default:
		points, each = 17, 3
	}
	points = min(points, levels)
	for each > 1 && points*each > runs/4 {
		each--
	}
	if points > leastScan && points*each > runs/4 {
		points = leastScan
	}
	return points, each
}

// segment is the part of the range in which the crossing is sought. Positions in
// it count from the side of Yes, so that the probability falls with them.
type segment struct {
	low, high int // levels
	rising    bool
}

func (s segment) size() int { return s.high - s.low + 1 }

func (s segment) level(position int) int {
	if s.rising {
		return s.high - position
	}
	return s.low + position
}

// points gives the counts within the segment by their positions.
func (s segment) points(counts []Count) []point {
	var found []point
	for _, c := range counts {
		if c.N == 0 || c.Level < s.low || c.Level > s.high {
			continue
		}
		at := c.Level - s.low
		if s.rising {
			at = s.high - c.Level
		}
		found = append(found, point{at: at, k: float64(c.K), no: float64(c.N - c.K)})
	}
	return found
}
