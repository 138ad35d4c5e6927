package edge

// firstPart is the part of a side's error that an attempt takes. What an
// attempt took is lost if it does not succeed. If it succeeds it is free again:
// either the level is what it was claimed to be, and no error was made, or the
// one error has been made that the rest of the attempts can only repeat. So the
// probability of any wrong claim stays below the sum of what failed attempts
// took, and of the one that claims wrongly: below the whole (the argument of the
// fallback procedure, B. L. Wiens, Pharmaceutical Statistics 2, 2003).
const firstPart = 0.8

// side is an end of the interval: what is to be shown there and how far that is.
type side struct {
	bound    float64 // of the probability of a contrary answer
	contrary Answer
	left     float64 // the error that may still be made
	shown    int     // the innermost position where it was shown; -1 if nowhere
	failed   int     // attempts that did not succeed
	limit    int     // the position of the last of them: only those outside of it are tried
	open     *attempt
}

// attempt is a proof at one level.
type attempt struct {
	at, level int // position and level
	contrary  Answer
	test      *proof
	most      int // answers after which it is given up
	unknown   int
}

func (a *attempt) learn(answer Answer) {
	if answer == Unknown {
		a.unknown++
		return
	}
	a.test.learn(answer == a.contrary)
}

// over says whether the attempt has come to an end.
func (a *attempt) over() bool { return a.test.shown || a.hopeless() }

// hopeless says whether it will hardly come to a proof within its trials. When
// to give up does not touch what a proof shows.
func (a *attempt) hopeless() bool {
	const mute = 6
	if a.unknown >= mute && a.unknown > a.test.n {
		return true
	}
	return a.test.n >= a.most || a.test.toGo(patience) > float64(a.most-a.test.n)
}

// patience is by how many standard deviations fewer answers may be contrary in
// the long run than were so far, before an attempt counts as hopeless.
const patience = 0.7

// want is how many trials to make next.
func (a *attempt) want() int {
	const least, most = 2, 32
	return int(max(least, min(most, a.test.toGo(0))))
}

// begin opens an attempt that may take so many answers and a part of the error.
func (s *side) begin(at, level, most int, part float64) *attempt {
	s.open = &attempt{at: at, level: level, contrary: s.contrary, most: most, test: newProof(s.bound, part)}
	return s.open
}

// part is the error that the next attempt takes.
func (s *side) part() float64 { return s.left * firstPart }

// settle closes the attempt if it is over.
func (s *side) settle() {
	switch a := s.open; {
	case a == nil || !a.over():
		return
	case a.test.shown:
		s.shown = a.at
	default:
		s.left -= a.test.err
		s.failed++
		s.limit = a.at
	}
	s.open = nil
}
