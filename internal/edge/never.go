package edge

// reserve is what is kept for the proof of Result.Never.
func (s *Search) reserve() int {
	if !s.cfg.Never {
		return 0
	}
	return min(2*fewest(s.never.bound, s.never.part())+2*neverTrials, s.cfg.Runs/4)
}

// neverTrials narrow the place down where the probability becomes 1-AtLeast.
const neverTrials = 32

// approachNever looks for the level from which nearly no answer is Yes.
func (s *Search) approachNever() {
	s.seek(1-s.cfg.AtLeast, neverTrials, s.proveNever)
}

// proveNever proves it, at the level nearest the edge where that costs little
// more than at the best one.
func (s *Search) proveNever() {
	if a := s.never.open; a != nil {
		s.ask(a.level, a.want(), s.fresh, a)
		return
	}
	const dearer = 1.5
	size := s.part.size()
	if s.never.shown >= 0 || s.never.limit >= size-1 {
		s.stage = nil
		return
	}
	c := s.fit()
	price := func(x int) float64 {
		return c.mean(x, func(q float64) float64 {
			return min(expected(s.never.bound, s.never.part(), q), float64(s.left()))
		})
	}
	best := price(size - 1)
	if best > 0.9*float64(s.left()) {
		s.stage = nil
		return
	}
	// The price falls with the position, as the probability does.
	low, high := s.never.limit+1, size-1
	for low < high {
		if x := (low + high) / 2; price(x) <= dearer*best {
			high = x
		} else {
			low = x + 1
		}
	}
	s.never.begin(high, s.part.level(high), s.left(), s.never.part())
}
