package edge

import "math"

// prove goes on with the proofs at both ends, and chooses where to make others.
func (s *Search) prove() {
	for _, side := range []*side{&s.yes, &s.no} {
		if a := side.open; a != nil {
			s.ask(a.level, a.want(), s.fresh, a)
		}
	}
	if len(s.batch) == 0 {
		s.choose()
	}
}

// choose begins the next proofs, or ends the search for the crossing.
func (s *Search) choose() {
	last := s.part.size() - 1
	budget := s.left() - s.reserve()
	if s.no.shown == 0 || s.yes.shown == last {
		s.end(s.verdict())
		return
	}
	if s.yes.shown >= 0 && s.no.shown >= 0 && s.enough(s.yes.shown, s.no.shown) {
		s.end(Crossing)
		return
	}
	middle := s.fit().quantiles(s.cfg.AtLeast, 0.5)[0]
	openYes, openNo := s.yes.limit > last, s.no.limit < 0
	switch {
	case s.yes.shown < 0 && (s.yes.limit == 0 || middle < 0 && openNo):
		s.proveEnd(&s.no, 0, openNo, budget)
	case s.no.shown < 0 && (s.no.limit == last || middle > float64(last) && openYes):
		s.proveEnd(&s.yes, last, openYes, budget)
	default:
		s.provePair(budget)
	}
}

// verdict is what is found by now.
func (s *Search) verdict() Finding {
	switch {
	case s.yes.shown >= 0 && s.no.shown >= 0:
		return Crossing
	case s.no.shown == 0:
		return AllNo
	case s.yes.shown == s.part.size()-1:
		return AllYes
	}
	return Open
}

// end ends the search for the crossing.
func (s *Search) end(found Finding) {
	s.finding, s.stage = found, nil
	if s.cfg.Never && s.no.shown >= 0 {
		s.never.limit = s.no.shown - 1
		s.stage = s.approachNever
	}
}

// proveEnd tries to show that nothing crosses before an end of the range.
func (s *Search) proveEnd(side *side, at int, open bool, budget int) {
	if !open || budget <= 0 {
		s.end(s.verdict())
		return
	}
	side.begin(at, s.part.level(at), budget, side.part())
}

// provePair begins the proofs of the narrowest interval that the budget pays
// for, in expectation, with some left for what does not succeed.
func (s *Search) provePair(budget int) {
	const share = 0.6
	p := newPricing(s, budget)
	both := s.yes.shown >= 0 && s.no.shown >= 0
	now := s.no.shown - s.yes.shown
	for w := p.width; w < s.part.size(); w = max(w+1, w*5/4) {
		if both && 5*w > 4*now {
			break
		}
		yes, no, cost := p.cheapest(w)
		if cost <= share*float64(budget) {
			s.open(&s.yes, yes, budget)
			s.open(&s.no, no, budget)
			return
		}
	}
	if yes, no, cost := p.anywhere(); !both && cost <= 0.95*float64(budget) {
		s.open(&s.yes, yes, budget)
		s.open(&s.no, no, budget)
		return
	}
	s.end(s.verdict())
}

// open begins a proof at a position, unless it was shown there.
func (s *Search) open(side *side, at, budget int) {
	if at != side.shown {
		side.begin(at, s.part.level(at), budget, side.part())
	}
}

// pricing estimates what proofs at the positions cost.
type pricing struct {
	s         *Search
	curve     curve
	most      float64
	width     int // the widest interval that would do
	low, high int // the positions around the crossing that are worth a look
	prices    [2]map[int]float64
}

func newPricing(s *Search, budget int) *pricing {
	p := &pricing{s: s, curve: s.fit(), most: float64(budget), prices: [2]map[int]float64{{}, {}}}
	last := float64(s.part.size() - 1)
	around := p.curve.quantiles(s.cfg.AtLeast, 0.02, 0.5, 0.98)
	for i := range around {
		around[i] = min(max(around[i], 0), last)
	}
	p.width = s.widest(around[1])
	p.low, p.high = int(around[0])-1, int(around[2])+1
	for p.width > 1 {
		if yes, no, cost := p.cheapest(p.width); math.IsInf(cost, 1) || s.enough(yes, no) {
			break
		}
		p.width -= max(1, p.width/10)
	}
	return p
}

// cheapest gives the interval of a width whose proof costs least.
func (p *pricing) cheapest(width int) (yes, no int, cost float64) {
	cost = math.Inf(1)
	last := p.s.part.size() - 1
	from, to := max(p.low-width, 0), min(p.high, last-width)
	step := max(1, width/16)
	try := func(x int) {
		if c := p.yes(x) + p.no(x+width); c < cost {
			yes, no, cost = x, x+width, c
		}
	}
	for x := from; x <= to; x += step {
		try(x)
	}
	for _, x := range []int{p.s.yes.shown, p.s.no.shown - width, p.s.yes.limit - 1, p.s.no.limit + 1 - width} {
		if x >= 0 && x+width <= last {
			try(x)
		}
	}
	return yes, no, cost
}

// anywhere gives the cheapest interval of any width.
func (p *pricing) anywhere() (yes, no int, cost float64) {
	cost = math.Inf(1)
	for w := p.width; w < p.s.part.size(); w = max(w+1, w*5/4) {
		if y, n, c := p.cheapest(w); c < cost {
			yes, no, cost = y, n, c
		}
	}
	return yes, no, cost
}

// yes is the price of showing that the probability is high at a position.
func (p *pricing) yes(x int) float64 {
	side := &p.s.yes
	switch {
	case x == side.shown:
		return 0
	case x < side.shown || x >= side.limit || p.s.no.shown >= 0 && x >= p.s.no.shown:
		return math.Inf(1)
	}
	return p.price(0, x, func(q float64) float64 { return expected(side.bound, side.part(), 1-q) })
}

// no is the price of showing that it is low.
func (p *pricing) no(x int) float64 {
	side := &p.s.no
	switch {
	case x == side.shown:
		return 0
	case side.shown >= 0 && x > side.shown || x <= side.limit || x <= p.s.yes.shown:
		return math.Inf(1)
	}
	return p.price(1, x, func(q float64) float64 { return expected(side.bound, side.part(), q) })
}

// price averages over the curves, none over the whole budget.
func (p *pricing) price(kind, x int, of func(q float64) float64) float64 {
	if known, ok := p.prices[kind][x]; ok {
		return known
	}
	price := p.curve.mean(x, func(q float64) float64 { return min(of(q), p.most) })
	p.prices[kind][x] = price
	return price
}
