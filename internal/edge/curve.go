package edge

import (
	"math"
	"sort"
)

// point is what is known at a position.
type point struct {
	at    int
	k, no float64
}

// shape is one way in which the probability can fall with the position:
//
//	p(x) = ceiling ÷ (1 + exp((x - middle) ÷ scale))
//
// A ceiling below 1 is for what goes wrong now and then everywhere.
type shape struct {
	weight, middle, scale, ceiling float64
}

func (s *shape) p(x float64) float64 {
	return s.ceiling / (1 + math.Exp((x-s.middle)/s.scale))
}

// crossing is the position where the probability is p; -Inf if it is below p
// everywhere.
func (s *shape) crossing(p float64) float64 {
	if s.ceiling <= p {
		return math.Inf(-1)
	}
	return s.middle + s.scale*math.Log(s.ceiling/p-1)
}

// curve is what the answers so far say of the probability: shapes with their
// posterior probabilities. It only steers the search. What is shown rests on
// proofs, so a curve that is wrong costs trials and no more.
type curve []shape

// The grid of shapes. Middles are refined where the weight is.
const (
	middles  = 40
	scales   = 8
	zooms    = 4
	weightOf = 1e-4 // the weight below which a shape is left out
)

// ceilings gives the ceilings that are considered, as parts of what a
// probability of atLeast leaves to 1, and their prior weights.
func ceilings(atLeast float64) (heights, priors []float64) {
	for _, c := range []struct{ part, prior float64 }{{0, 0.5}, {0.25, 0.15}, {0.6, 0.15}, {1.5, 0.1}, {4, 0.1}} {
		heights = append(heights, max(1-c.part*(1-atLeast), 0.3))
		priors = append(priors, c.prior)
	}
	return heights, priors
}

// fit gives the posterior over shapes for positions 0 to size-1.
func fit(points []point, size int, atLeast float64) curve {
	low, high := -0.3*float64(size), 1.3*float64(size)
	var c curve
	for range zooms {
		step := (high - low) / (middles - 1)
		c = posterior(points, size, atLeast, low, step)
		first, last := math.Inf(1), math.Inf(-1)
		for i := range c {
			first, last = min(first, c[i].middle), max(last, c[i].middle)
		}
		first, last = first-step, last+step
		if last-first > 0.7*(high-low) {
			break
		}
		low, high = first, last
	}
	return c
}

// posterior gives the shapes with middles from low on that have weight.
func posterior(points []point, size int, atLeast, low, step float64) curve {
	heights, priors := ceilings(atLeast)
	const narrowest = 0.15 // of a level: a step between two of them
	ratio := math.Pow(max(float64(size)/6, 1)/narrowest, 1.0/(scales-1))
	all := make(curve, 0, middles*scales*len(heights))
	best := math.Inf(-1)
	for i := range middles {
		for j := range scales {
			s := shape{middle: low + float64(i)*step, scale: narrowest * math.Pow(ratio, float64(j))}
			for h, height := range heights {
				s.ceiling = height
				s.weight = math.Log(priors[h]) + likelihood(points, &s)
				best = max(best, s.weight)
				all = append(all, s)
			}
		}
	}
	total := 0.0
	for i := range all {
		all[i].weight = math.Exp(all[i].weight - best)
		total += all[i].weight
	}
	kept, sum := all[:0], 0.0
	for _, s := range all {
		if s.weight >= weightOf*total {
			kept = append(kept, s)
			sum += s.weight
		}
	}
	for i := range kept {
		kept[i].weight /= sum
	}
	return kept
}

// likelihood is the logarithm of the probability of the answers. No answer is
// taken for quite impossible: a shape is only a guess.
func likelihood(points []point, s *shape) float64 {
	const rare = 0.002
	sum := 0.0
	for i := range points {
		p := min(max(s.p(float64(points[i].at)), rare), 1-rare)
		if points[i].k > 0 {
			sum += points[i].k * math.Log(p)
		}
		if points[i].no > 0 {
			sum += points[i].no * math.Log1p(-p)
		}
	}
	return sum
}

// quantiles gives positions of the crossing of p by their posterior
// probabilities, which rise.
func (c curve) quantiles(p float64, at ...float64) []float64 {
	type place struct{ x, weight float64 }
	places := make([]place, len(c))
	for i := range c {
		places[i] = place{c[i].crossing(p), c[i].weight}
	}
	sort.SliceStable(places, func(i, j int) bool { return places[i].x < places[j].x })
	found := make([]float64, 0, len(at))
	sum, i := 0.0, 0
	for _, a := range at {
		for i < len(places)-1 && sum+places[i].weight < a {
			sum += places[i].weight
			i++
		}
		found = append(found, places[i].x)
	}
	return found
}

// mean averages what f gives for the probability at a position.
func (c curve) mean(x int, f func(p float64) float64) float64 {
	sum := 0.0
	for i := range c {
		sum += c[i].weight * f(c[i].p(float64(x)))
	}
	return sum
}
