package edge

import "math"

// Search looks for the crossing along one parameter, in three steps. A scan of
// the whole range tells the direction and whether it crosses several times, with
// the same run numbers at each level. Further trials narrow the place down where
// a fitted curve is unsure. Then both ends of an interval are proven by
// sequential tests, with run numbers that nothing else used: where an end was
// chosen by its luck so far, that luck does not count.
//
// The order of calls is Next, Learn, Next, Learn, until Next gives nothing.
type Search struct {
	cfg    Config
	counts []Count // by level
	used   int     // trials asked for
	fresh  int     // the next run number that nothing used
	batch  []Trial
	owners []*attempt // of the batch's trials, nil for those of no proof
	stage  func()     // asks for trials or sets another stage; nil once done

	finding   Finding
	part      segment
	others    []int
	confirmed bool // several crossings were looked at again
	yes, no   side
	never     side
	ends      [2]*attempt
	narrowed  int      // trials spent on narrowing
	lattice   *lattice // for part
	curve     curve
	fitted    int // used when curve was fitted
}

// New begins a search. The configuration must be valid.
func New(cfg Config) *Search {
	s := &Search{cfg: cfg, counts: make([]Count, cfg.Levels), fitted: -1}
	for i := range s.counts {
		s.counts[i].Level = i
	}
	errs := 1 - cfg.Confidence
	yes, no := split(cfg.AtLeast, errs)
	s.yes = side{bound: 1 - cfg.AtLeast, contrary: No, left: yes, shown: -1}
	s.no = side{bound: cfg.AtLeast, contrary: Yes, left: no, shown: -1}
	s.never = side{bound: 1 - cfg.AtLeast, contrary: Yes, left: errs, shown: -1}
	s.stage = s.scan
	return s
}

// Next gives the trials to be made next, which can run beside each other. It is
// the same until they are learnt from, and nil once the search is done.
func (s *Search) Next() []Trial {
	for s.stage != nil && len(s.batch) == 0 {
		if s.left() == 0 {
			s.stage = nil
			break
		}
		s.stage()
	}
	return s.batch
}

// Learn takes the answers to the last batch, in its order. It panics if their
// number is another.
func (s *Search) Learn(answers []Answer) {
	if len(answers) != len(s.batch) {
		panic("edge: as many answers as trials are needed")
	}
	for i, a := range answers {
		s.counts[s.batch[i].Level].add(a)
		if owner := s.owners[i]; owner != nil {
			owner.learn(a)
		}
	}
	s.batch, s.owners = nil, nil
	s.yes.settle()
	s.no.settle()
	s.never.settle()
}

// left is the number of trials that may still be asked for.
func (s *Search) left() int { return s.cfg.Runs - s.used }

// ask adds trials of a level to the batch, as far as there are any left, with
// the run numbers from first on.
func (s *Search) ask(level, n, first int, owner *attempt) {
	n = min(n, s.left())
	for i := range n {
		s.batch = append(s.batch, Trial{Level: level, Run: first + i})
		s.owners = append(s.owners, owner)
	}
	s.used += n
	s.fresh = max(s.fresh, first+n)
}

// Ahead estimates how many trials are still to come. It is rough until the
// proofs have begun, and never more than Runs leave.
func (s *Search) Ahead() int {
	const search = 40 // what a step takes from the scan to the proofs
	if s.stage == nil {
		return 0
	}
	n := 0.0
	for _, side := range []*side{&s.yes, &s.no} {
		switch {
		case side.open != nil:
			n += max(side.open.test.toGo(0), 1)
		case side.shown < 0 && s.finding == Open:
			n += float64(fewest(side.bound, side.part()))
		}
	}
	if s.yes.open == nil && s.no.open == nil && s.finding == Open {
		n += search
	}
	if s.cfg.Never && s.never.shown < 0 {
		n += float64(fewest(s.never.bound, s.never.part()))
	}
	return int(min(n, float64(s.left()+len(s.batch))))
}

// fit gives the curve of the answers so far.
func (s *Search) fit() curve {
	if s.fitted != s.used {
		if s.lattice == nil {
			s.lattice = newLattice(s.part.size(), s.cfg.AtLeast)
		}
		s.curve = s.lattice.fit(s.part.points(s.counts), s.part.size(), s.curve)
		s.fitted = s.used
	}
	return s.curve
}

// narrow asks for trials where the curve says that the crossing may be, until
// that is a small part of an interval that would do.
func (s *Search) narrow() {
	s.seek(s.cfg.AtLeast, s.cfg.Runs/4, s.prove)
}

// seek narrows the place down where the probability is p, with at most so many
// trials, and goes on to another stage then.
func (s *Search) seek(p float64, most int, then func()) {
	const each = 2
	places := 8
	if s.part.size() <= 100 {
		places = 4
	}
	at := make([]float64, places)
	for i := range at {
		at[i] = (float64(i) + 0.5) / float64(places)
	}
	last := float64(s.part.size() - 1)
	found := s.fit().quantiles(p, at...)
	for i, x := range found {
		found[i] = min(max(x, -1), last+0.5)
	}
	spread := math.Floor(found[places-1]) - math.Floor(found[0])
	if 3*spread <= float64(s.widest(found[places/2])) || s.narrowed+places*each > most {
		s.stage, s.narrowed = then, 0
		return
	}
	for i, x := range found {
		x = math.Floor(x) + float64(i%2)
		s.ask(s.part.level(int(min(max(x, 0), last))), each, s.fresh, nil)
	}
	s.narrowed += places * each
}

// enough says whether the interval between two positions is narrow enough.
func (s *Search) enough(from, to int) bool {
	if to-from <= 1 {
		return true
	}
	if s.cfg.Enough == nil {
		return false
	}
	a, b := s.part.level(from), s.part.level(to)
	return s.cfg.Enough(min(a, b), max(a, b))
}

// widest is the width of the widest interval around a position that would do.
func (s *Search) widest(around float64) int {
	last := s.part.size() - 1
	x := int(min(max(around, 0), float64(last)))
	low, high := 1, max(last, 1)
	for low < high {
		w := (low + high + 1) / 2
		from := min(max(x-w/2, 0), last-w)
		if s.enough(from, from+w) {
			low = w
		} else {
			high = w - 1
		}
	}
	return low
}

// Result says what is known so far.
func (s *Search) Result() Result {
	r := Result{
		Done: s.stage == nil, Finding: s.finding, Found: s.finding == Crossing, Rising: s.part.rising,
		Yes: s.levelOf(&s.yes), No: s.levelOf(&s.no), Never: s.levelOf(&s.never), Estimate: math.NaN(), Others: s.others,
	}
	for _, c := range s.counts {
		if c.N+c.Unknown > 0 {
			r.Counts = append(r.Counts, c)
		}
	}
	if s.part.size() > 1 && s.finding != AllYes && s.finding != AllNo {
		r.Estimate = s.estimate()
	}
	return r
}

func (s *Search) levelOf(side *side) int {
	if side.shown < 0 {
		return -1
	}
	return s.part.level(side.shown)
}

// estimate is the middle of where the curve crosses, within what is shown.
func (s *Search) estimate() float64 {
	x := s.fit().quantiles(s.cfg.AtLeast, 0.5)[0]
	low, high := 0.0, float64(s.part.size()-1)
	if s.finding == Crossing {
		low, high = float64(s.yes.shown), float64(s.no.shown)
		x = min(max(x, low), high)
	}
	if x < low || x > high {
		return math.NaN()
	}
	if s.part.rising {
		return float64(s.part.high) - x
	}
	return float64(s.part.low) + x
}
