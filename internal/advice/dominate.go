package advice

import (
	"math"
	"slices"
)

// figure is a figure of a proposal's cost, as a multiple of a difference that means
// something: less is better.
type figure int

// burden lists what is compared between proposals, in steps so wide that the chance of a
// few runs makes none: a sale in a thousand, a tenth of the time, a hundredth of an
// attempt per sale. Under the declared trigger, where chance is greatest, it is ten sales.
func (c *Cost) burden() []figure {
	var out []figure
	step := func(x, unit float64) { out = append(out, figure(math.Round(x/unit))) }
	for i, e := range []*Effect{c.Calm, c.Mild, c.Storm} {
		if e == nil {
			e = &Effect{}
		}
		unit := 1.0
		if i == 2 {
			unit = 10
		}
		step(e.With.FailedPer1000, unit)
		step(e.With.ParkedPer1000, unit)
		step(-e.With.GoodputShare*1000, unit)
		if i < 2 {
			step(math.Log(max(e.With.P99, 1e-3)), math.Log(1.1))
			step(e.With.AttemptsPerSale, 0.01)
		}
	}
	return out
}

// dominates says whether p is at least as good as q in everything and better in
// something: with no more changes, made by nobody else, no dearer and with no more workers.
func (p *Proposal) dominates(q *Proposal) bool {
	if p.Cost == nil || q.Cost == nil || len(p.Knobs) > len(q.Knobs) || p.Price > q.Price || p.Workers > q.Workers {
		return false
	}
	for _, c := range p.Classes {
		if !slices.Contains(q.Classes, c) {
			return false
		}
	}
	better := len(p.Knobs) < len(q.Knobs) || p.Price < q.Price || p.Workers < q.Workers
	x, y := p.Cost.burden(), q.Cost.burden()
	for i := range x {
		if x[i] > y[i] {
			return false
		}
		better = better || x[i] < y[i]
	}
	return better
}

// undominated splits proposals into those that no other dominates, and the rest.
func undominated(all []Proposal) (kept, left []Proposal) {
	for i := range all {
		if slices.ContainsFunc(all, func(p Proposal) bool { return p.dominates(&all[i]) }) {
			left = append(left, all[i])
		} else {
			kept = append(kept, all[i])
		}
	}
	return kept, left
}
