package edge

// Answer is what a trial answered.
type Answer uint8

// The answers. A trial that is Unknown proves nothing.
const (
	Unknown Answer = iota
	No
	Yes
)

// Trial is one to be made. Run numbers its seed: the same number is the same
// seed at each level.
type Trial struct{ Level, Run int }

// Count is what the trials of one level answered: K times Yes of N that were
// known, and Unknown that were not.
type Count struct{ Level, K, N, Unknown int }

// mute says whether the level is one that gives no answer: most of its trials
// were unknown.
func (c *Count) mute() bool { return c.Unknown > c.N }

// share is the part of Yes among the answers that were known.
func (c *Count) share() float64 {
	if c.N == 0 {
		return 0
	}
	return float64(c.K) / float64(c.N)
}

func (c *Count) add(a Answer) {
	switch a {
	case Yes:
		c.K++
		c.N++
	case No:
		c.N++
	default:
		c.Unknown++
	}
}
