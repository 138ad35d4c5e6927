package verdict

import (
	"math"
	"slices"
)

// mostPoints is how many points a trend is read from; more windows are
// averaged, so that a day-long run costs no more than a short one.
const mostPoints = 60

// improving says in words why the run was on its way back at the horizon,
// though not there; nothing if it was not. Each rule needs figures that a
// steady or an oscillating run does not have.
func (t *trial) improving() string {
	switch {
	case t.returning():
		return "it was in its healthy band at last, but not for long enough to count"
	case t.partlyBack():
		return "goodput was back, but not at the usual cost"
	case t.rising():
		return "goodput was rising"
	case t.draining():
		return "the backlog was draining"
	}
	return ""
}

// returning says whether the horizon cut off a return: the last windows are
// healthy, at least two of them, and since the trigger there were no two before.
func (t *trial) returning() bool {
	var streak []cut
	longest := 0
	for _, w := range t.ws[t.post:] {
		switch {
		case w.demand == 0:
		case w.healthy:
			streak = append(streak, w)
		default:
			longest, streak = max(longest, len(streak)), nil
		}
	}
	return len(streak) >= 2 && longest < 2 &&
		!t.band.outside(measure(t.h, streak[0].lo, streak[len(streak)-1].hi), exactly)
}

// partlyBack says whether goodput has held for the last Hold windows, so that
// only attempts or latency are outside.
func (t *trial) partlyBack() bool {
	last := t.ws[max(t.post, len(t.ws)-t.cfg.Hold):]
	for _, w := range last {
		if w.demand > 0 && !w.enough {
			return false
		}
	}
	return !t.band.short(t.final(), t.band.goodput, exactly)
}

// rising says whether goodput, as a share of demand, climbs: its median in the
// last third is 0.1 above that in the first; it still climbs, fast enough to
// be in the band within twice the time watched; and the climb since the first
// third is a trend and no oscillation (Kendall).
func (t *trial) rising() bool {
	var points []float64
	for _, w := range t.ws[t.post:] {
		if w.demand > 0 {
			points = append(points, min(w.Goodput/w.Demand, 1))
		}
	}
	a, b, c, later := thirds(points)
	left := max(t.band.goodput-c, 0)
	return c-a >= 0.1 && left <= 6*(c-b) && kendall(later) >= 2
}

// draining says whether the backlog falls because work gets done: its median
// falls from third to third, by a tenth in all (so that it is gone after some
// seven times the time watched) and beyond chance, and without coming to rest; it is a trend and no oscillation (Kendall); it is not at its
// usual level already, which would leave nothing to wait for; and no more is
// sent than the backend can serve, for else it falls because sales are given up.
func (t *trial) draining() bool {
	last := t.lastThird()
	if sent := last.perSec(last.attempts); t.h.Capacity > 0 && sent > t.h.Capacity+noise(t.h.Capacity, last) {
		return false
	}
	points := t.waiting()
	a, b, c, later := thirds(points)
	usual := t.usual()
	return a > b && b > c && c <= 0.9*a && a-c > 4*math.Sqrt(a) && b-c >= 0.25*(a-b) &&
		kendall(later) <= -2 && median(points[len(points)-min(len(points), t.cfg.Hold):]) > usual
}

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

// usual is the highest backlog of the baseline, and what chance adds to it.
func (t *trial) usual() float64 {
	var most int64
	for i := t.warm; i < t.from; i++ {
		most = max(most, t.backlog(i))
	}
	return float64(most) + 3*math.Sqrt(float64(most)+1)
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
