package advice

import (
	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/edge"
)

// trial asks for a run of a level.
type trial struct{ level, run int }

// The runs of a search before its proofs.
const (
	screened   = 3 // of each level that is looked at first
	scanned    = 4 // such levels
	bisected   = 8 // of a level between one that seems to suffice and one that does not
	hopelessAt = 3 // failures that say a level does not suffice
)

// climb looks for the least level that suffices among some that get stronger, of
// which the level before the first is known not to suffice. It looks at a few levels
// all over the range, halves the interval between those that fail and the lowest that
// never failed, and proves that level with fresh runs: upwards until one is proven,
// downwards until the one below is not.
//
// The order of calls is next, learn, next, learn, until next gives nothing.
type climb struct {
	levels  int
	atLeast float64
	proves  bool // whether proofs are made; otherwise it ends with the likely level

	tallies   []tally  // by level, of the search
	proofs    []*proof // by level
	stage     func() []trial
	asked     []trial
	low, high int // it fails at low, or low is -1; it seems to suffice at high
	at        int // the level being proven
	found     int // the least level known to suffice; -1 if none is
}

// tally counts the runs of a level in the search.
type tally struct{ made, yes int }

func (t tally) failed() int { return t.made - t.yes }

func newClimb(levels int, atLeast float64, proves bool) *climb {
	c := &climb{levels: levels, atLeast: atLeast, proves: proves, tallies: make([]tally, levels), proofs: make([]*proof, levels), found: -1}
	c.stage = c.scan
	return c
}

func (c *climb) next() []trial {
	for c.stage != nil && len(c.asked) == 0 {
		c.asked = c.stage()
	}
	return c.asked
}

func (c *climb) learn(answers []edge.Answer) {
	for i, t := range c.asked {
		if t.run >= proofRuns {
			c.proofs[t.level].learn(answers[i])
			continue
		}
		c.tallies[t.level].made++
		if answers[i] == edge.Yes {
			c.tallies[t.level].yes++
		}
	}
	c.asked = nil
}

// ask gives runs of a level that the search has not made yet, up to n in all.
func (c *climb) ask(level, n int) []trial {
	var out []trial
	for run := c.tallies[level].made; run < n; run++ {
		out = append(out, trial{level, run})
	}
	return out
}

// scan looks at a few levels from the first to the last.
func (c *climb) scan() []trial {
	c.stage = c.judge
	var out []trial
	for i := range min(c.levels, scanned) {
		level := c.levels - 1
		if i > 0 {
			level = (i - 1) * (c.levels - 1) / (min(c.levels, scanned) - 1)
		}
		out = append(out, c.ask(level, screened)...)
	}
	return out
}

// judge finds the interval to be halved; where no level suffices, but one came back
// at times, all levels are looked at once.
func (c *climb) judge() []trial {
	best := -1
	for level, t := range c.tallies {
		if t.made > 0 && t.failed() == 0 {
			c.low, c.high = -1, level
			for below := level - 1; below >= 0 && c.low < 0; below-- {
				if c.tallies[below].made > 0 {
					c.low = below
				}
			}
			c.stage = c.halve
			return nil
		}
		if t.yes > 0 {
			best = level
		}
	}
	c.stage = nil
	if best < 0 {
		return nil
	}
	var out []trial
	for level, t := range c.tallies {
		if t.made == 0 {
			out = append(out, c.ask(level, screened)...)
		}
	}
	if len(out) > 0 {
		c.stage = c.judge
	}
	return out
}

// halve looks at the middle of the interval.
func (c *climb) halve() []trial {
	for c.high-c.low > 1 {
		middle := (c.low + c.high) / 2
		t := c.tallies[middle]
		switch {
		case t.failed() > 0:
			c.low = middle
		case t.made >= bisected:
			c.high = middle
		default:
			return c.ask(middle, bisected)
		}
	}
	c.found, c.at = c.high, c.high
	c.stage = nil
	if c.proves {
		c.found = -1
		c.stage = c.prove
	}
	return nil
}

// prove makes the proof of a level and says what comes after it.
func (c *climb) prove() []trial {
	p := c.proofs[c.at]
	if p == nil {
		p = newProof(c.atLeast, c.at, mostFailed)
		c.proofs[c.at] = p
	}
	if !p.over() {
		var out []trial
		for _, run := range p.next() {
			out = append(out, trial{c.at, run})
		}
		return out
	}
	switch {
	case p.shown():
		c.found = c.at
		c.at--
		if c.at < 0 || c.refuted(c.at) {
			c.stage = nil
		}
	case c.found >= 0: // the level above is proven
		c.stage = nil
	default:
		c.at++
		if c.at >= c.levels {
			c.stage = nil
		}
	}
	return nil
}

// refuted says whether a level is known not to suffice.
func (c *climb) refuted(level int) bool {
	return c.tallies[level].failed() >= hopelessAt || c.proofs[level] != nil && !c.proofs[level].shown()
}

// best gives the level that came back most often in the search, the least of several,
// and its share.
func (c *climb) best() (level int, share float64) {
	for i, t := range c.tallies {
		if t.made > 0 && float64(t.yes)/float64(t.made) > share {
			level, share = i, float64(t.yes)/float64(t.made)
		}
	}
	return level, share
}

// seen gives what is known of a level: the runs of its proof if there was one, else
// those of the search.
func (c *climb) seen(level int) Probability {
	if p := c.proofs[level]; p != nil {
		return p.probability()
	}
	t := c.tallies[level]
	low, high := decision.Wilson(t.yes, t.made)
	return Probability{K: t.yes, N: t.made, Low: decision.Rounded(low), High: decision.Rounded(high)}
}

// never says whether no run of the search came back.
func (c *climb) never() bool {
	for _, t := range c.tallies {
		if t.yes > 0 {
			return false
		}
	}
	return true
}
