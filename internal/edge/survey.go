package edge

// scan asks for the first trials, with the same run numbers everywhere.
func (s *Search) scan() {
	points, each := scanSize(s.cfg.Levels, s.cfg.Runs)
	for _, level := range grid(s.cfg.Levels, points) {
		s.ask(level, each, 0, nil)
	}
	s.stage = s.survey
}

// survey judges the scan: it sets the part of the range to search, or finds that
// nothing crosses there.
func (s *Search) survey() {
	seen := s.answering()
	if len(seen) == 0 {
		s.finding, s.stage = NoAnswer, nil
		return
	}
	found := swings(seen, s.turn())
	if len(found) > 1 && !s.confirmed {
		const again = 4
		s.confirmed = true
		first := s.fresh
		for _, c := range seen {
			s.ask(c.Level, again, first, nil)
		}
		return
	}
	if len(found) == 0 {
		if !s.explore(seen) {
			s.flat(seen)
		}
		return
	}
	s.choosePart(seen, found)
	s.stage = s.narrow
}

// turn is by how much a share must go back to count as a crossing. Levels that
// were looked at again have answers enough to ask for more: where the probability
// is 0.8 all over, one of them hardly ever has a share of 0.3 by chance.
func (s *Search) turn() float64 {
	if s.confirmed {
		return 0.7
	}
	return 0.5
}

// answering gives the counts of the levels that gave answers.
func (s *Search) answering() []Count {
	var seen []Count
	for i := range s.counts {
		if c := &s.counts[i]; c.N > 0 && !c.mute() {
			seen = append(seen, *c)
		}
	}
	return seen
}

// explore asks halfway between the outermost levels that gave answers and those
// beyond that gave none. It says whether there was anything to ask.
func (s *Search) explore(seen []Count) bool {
	const each = 3
	first := s.fresh
	asked := len(s.batch)
	low, high := seen[0].Level, seen[len(seen)-1].Level
	for level := low - 1; level >= 0; level-- {
		if s.counts[level].mute() {
			if low-level > 1 {
				s.ask((low+level)/2, each, first, nil)
			}
			break
		}
	}
	for level := high + 1; level < s.cfg.Levels; level++ {
		if s.counts[level].mute() {
			if level-high > 1 {
				s.ask((high+level)/2, each, first, nil)
			}
			break
		}
	}
	return len(s.batch) > asked
}

// choosePart sets the part of the range around the steepest swing that lies
// closer to it than to another one.
func (s *Search) choosePart(seen []Count, found []swing) {
	best := steepest(found)
	s.part = segment{low: seen[0].Level, high: seen[len(seen)-1].Level, rising: found[best].change > 0}
	for i := range found {
		if i == best {
			continue
		}
		s.others = append(s.others, int(found[i].at))
		between := int(found[i].at+found[best].at) / 2
		switch i {
		case best - 1:
			s.part.low = between
		case best + 1:
			s.part.high = between
		}
	}
	s.orient()
}

// orient sets the limits of both sides to the whole of the part.
func (s *Search) orient() {
	s.yes.limit, s.no.limit = s.part.size(), -1
}

// flat tries to show of both ends of the range what was seen all over it.
func (s *Search) flat(seen []Count) {
	s.part = segment{low: seen[0].Level, high: seen[len(seen)-1].Level}
	s.orient()
	k, n := 0, 0
	for _, c := range seen {
		k, n = k+c.K, n+c.N
	}
	claim := &s.no
	if float64(k) >= 0.9*s.cfg.AtLeast*float64(n) {
		claim = &s.yes
	}
	if s.part.size() < 2 {
		s.stage = nil
		return
	}
	for i, at := range []int{0, s.part.size() - 1} {
		s.ends[i] = claim.begin(at, s.part.level(at), s.left()/2, claim.part()/2)
	}
	claim.open = nil // they are settled together
	s.stage = func() { s.tryEnds(claim) }
}

// tryEnds goes on with the proofs at both ends. If only one succeeds, something
// crosses near the other.
func (s *Search) tryEnds(claim *side) {
	for _, a := range s.ends {
		if !a.over() {
			s.ask(a.level, a.want(), s.fresh, a)
		}
	}
	if len(s.batch) > 0 {
		return
	}
	low, high := s.ends[0].test, s.ends[1].test
	last := s.part.size() - 1
	if low.shown && high.shown {
		if claim == &s.yes {
			s.yes.shown = last
			s.end(AllYes)
		} else {
			s.no.shown = 0
			s.end(AllNo)
		}
		return
	}
	yes := claim == &s.yes
	s.part.rising = high.shown == yes && (low.shown || high.shown)
	if !low.shown {
		claim.left -= low.err
	}
	if !high.shown {
		claim.left -= high.err
	}
	claim.failed++
	switch {
	case yes:
		claim.limit = last
	default:
		claim.limit = 0
	}
	if low.shown || high.shown {
		claim.shown = last - claim.limit
	} else {
		claim.limit = last - claim.limit
	}
	s.stage = s.narrow
}
