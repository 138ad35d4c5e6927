package edge

import (
	"errors"
	"fmt"
)

// Config says what a Search looks for and how long.
type Config struct {
	Levels     int     // there are the levels 0 to Levels-1, in the order of the parameter; at least 2
	AtLeast    float64 // the probability of Yes whose crossing is sought; over 0.5, at most 0.999
	Confidence float64 // that the interval holds the crossing; 0.5 to 0.999
	Runs       int     // the most trials in all; see Fewest
	// Never asks for Result.Never too, which takes about as many trials as the
	// interval's proof.
	Never bool
	// Enough says whether an interval between two levels, the lower one first, is
	// narrow enough to stop. A part of one that is must be as well. Nil: only
	// neighbours are, so a crossing that is spread uses all Runs.
	Enough func(low, high int) bool
}

// Validate says all that is wrong with the values.
func (c *Config) Validate() error {
	var wrong problems
	wrong.check(c.Levels >= 2, "Levels: is %d; give at least 2", c.Levels)
	wrong.check(c.AtLeast > 0.5 && c.AtLeast <= 0.999, "AtLeast: is %v; give one over 0.5, up to 0.999", c.AtLeast)
	wrong.check(c.Confidence >= 0.5 && c.Confidence <= 0.999, "Confidence: is %v; give one from 0.5 to 0.999", c.Confidence)
	wrong.check(c.Runs >= 1, "Runs: is %d; give at least 1", c.Runs)
	return errors.Join(wrong...)
}

// problems are what is wrong with a configuration.
type problems []error

func (p *problems) check(right bool, format string, values ...any) {
	if !right {
		*p = append(*p, fmt.Errorf(format, values...))
	}
}

// Fewest is how many trials a search with these bounds needs at the very least:
// those that prove both ends where the probability falls from 1 to 0 at once,
// and as many again as it takes to get there. With fewer Runs nothing is found.
func Fewest(atLeast, confidence float64) int {
	yes, no := split(atLeast, 1-confidence)
	return 2*leastScan + fewest(1-atLeast, yes*firstPart) + fewest(atLeast, no*firstPart)
}

// leastScan is the number of levels of the smallest scan.
const leastScan = 5

// split shares the error that is allowed between the proof of Yes and that of
// No, in proportion to what they cost at best, which makes the sum of the two
// smallest: a proof takes ln(1/error) ÷ -ln(1-bound) trials. A part goes to
// No at least, for the case that its end is not at probability 0.
func split(atLeast, err float64) (yes, no float64) {
	costYes, costNo := 1/bits(1-atLeast), 1/bits(atLeast)
	no = err * max(costNo/(costYes+costNo), 0.06)
	return err - no, no
}
