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
	scales   = 9
	lightest = -7 // the logarithm of the weight, to the heaviest, below which a shape is left out
)

// ceilings gives the ceilings that are considered, as parts of what a
// probability of atLeast leaves to 1, and the logarithms of their prior weights.
func ceilings(atLeast float64) (heights, priors []float64) {
	for _, c := range []struct{ part, prior float64 }{{0, 0.5}, {0.25, 0.15}, {0.6, 0.15}, {1.5, 0.1}, {4, 0.1}} {
		heights = append(heights, max(1-c.part*(1-atLeast), 0.3))
		priors = append(priors, math.Log(c.prior))
	}
	return heights, priors
}

// fit gives the posterior over shapes for positions 0 to size-1. It looks for
// their middles first where last has them, if there was one.
func (g *lattice) fit(points []point, size int, last curve) curve {
	if len(last) > 0 {
		low, high := last.middles()
		margin := max((high-low)/2, 0.5)
		low, high = low-margin, high+margin
		c := g.posterior(points, low, high)
		if first, final := c.middles(); first > low && final < high {
			return c
		}
	}
	low, high := -0.3*float64(size), 1.3*float64(size)
	for {
		c := g.posterior(points, low, high)
		first, final := c.middles()
		step := (high - low) / (middles - 1)
		first, final = first-step, final+step
		if final-first > 0.7*(high-low) {
			return c
		}
		low, high = first, final
	}
}

// middles gives the range of the middles.
func (c curve) middles() (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for i := range c {
		low, high = min(low, c[i].middle), max(high, c[i].middle)
	}
	return low, high
}

// lattice is the grid of scales and ceilings, with the logarithms that the
// likelihoods are made of in tables.
type lattice struct {
	scales          [scales]float64
	heights, priors []float64
	yes, no         []float64 // of the probabilities of both answers, by distance and ceiling
}

const (
	far     = 7  // from so many scales on, the curve is within a thousandth of flat
	perUnit = 32 // entries of the tables for a scale
)

func newLattice(size int, atLeast float64) *lattice {
	const narrowest = 0.04 // of a level: a step between two of them
	g := &lattice{}
	ratio := math.Pow(max(float64(size)/6, 1)/narrowest, 1.0/(scales-1))
	for j := range g.scales {
		g.scales[j] = narrowest * math.Pow(ratio, float64(j))
	}
	g.heights, g.priors = ceilings(atLeast)
	// No answer is taken for quite impossible: a shape is only a guess.
	rare := min(0.002, (1-atLeast)/5)
	for i := range 2*far*perUnit + 1 {
		fall := 1 / (1 + math.Exp(float64(i)/perUnit-far))
		for _, h := range g.heights {
			p := min(max(h*fall, rare), 1-rare)
			g.yes = append(g.yes, math.Log(p))
			g.no = append(g.no, math.Log1p(-p))
		}
	}
	return g
}

// posterior gives the shapes with middles from low to high that have weight.
func (g *lattice) posterior(points []point, low, high float64) curve {
	all := make(curve, 0, middles*scales*len(g.heights))
	best := math.Inf(-1)
	sums := make([]float64, len(g.heights))
	for i := range middles {
		middle := low + (high-low)*float64(i)/(middles-1)
		for _, scale := range g.scales {
			copy(sums, g.priors)
			g.likelihoods(sums, points, middle, scale)
			for h, height := range g.heights {
				best = max(best, sums[h])
				all = append(all, shape{weight: sums[h], middle: middle, scale: scale, ceiling: height})
			}
		}
	}
	kept, sum := all[:0], 0.0
	for _, s := range all {
		if s.weight -= best; s.weight > lightest {
			s.weight = math.Exp(s.weight)
			sum += s.weight
			kept = append(kept, s)
		}
	}
	for i := range kept {
		kept[i].weight /= sum
	}
	return kept
}

// likelihoods adds the logarithm of the probability of the answers, for each
// ceiling.
func (g *lattice) likelihoods(sums []float64, points []point, middle, scale float64) {
	for i := range points {
		pt := &points[i]
		z := min(max((float64(pt.at)-middle)/scale, -far), far)
		entry := int((z+far)*perUnit+0.5) * len(sums)
		yes, no := g.yes[entry:entry+len(sums)], g.no[entry:entry+len(sums)]
		for h := range sums {
			sums[h] += pt.k*yes[h] + pt.no*no[h]
		}
	}
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
