package decision

import "github.com/retrystorm/retrystorm/internal/field"

// standing is how a run stands to what is demanded of it.
type standing uint8

const (
	unknown standing = iota // the run cannot tell
	broken
	held
)

// Count counts runs: in K of N what was demanded held. Invalid runs cannot tell
// and are not in N.
type Count struct{ K, N, Invalid int }

func counted(judge func(*Run) standing, runs []Run) Count {
	var c Count
	for i := range runs {
		c.add(judge(&runs[i]))
	}
	return c
}

func (c *Count) add(s standing) {
	switch s {
	case held:
		c.K++
		c.N++
	case broken:
		c.N++
	default:
		c.Invalid++
	}
}

// Interval gives the 95% Wilson interval of the true share, rounded.
func (c Count) Interval() (low, high float64) {
	low, high = Wilson(c.K, c.N)
	return Rounded(low), Rounded(high)
}

// Passes says whether there are runs, all of them can tell, and they show that
// what was demanded holds: in all of them, or with at least this probability.
func (c Count) Passes(atLeast field.Ratio) bool {
	return c.N > 0 && c.Invalid == 0 && shown(atLeast, c.K, c.N)
}

// failed says whether the runs show that what was demanded does not hold.
func (c Count) failed(atLeast field.Ratio) bool {
	return c.K < c.N || atLeast > 0 && c.N > 0 && c.Invalid == 0 && !shown(atLeast, c.K, c.N)
}

// Outcome says what a count of runs answers to a bound on its share; with a
// bound of zero all of them must be among K.
func (c Count) Outcome(atLeast field.Ratio) Outcome {
	switch {
	case c.Passes(atLeast):
		return Passed
	case c.failed(atLeast):
		return Failed
	}
	return Invalid
}

// shown says whether k of n runs are what was demanded: all of them or, with a
// bound, so many that the interval of the true share begins there.
func shown(atLeast field.Ratio, k, n int) bool {
	if atLeast == 0 {
		return k == n
	}
	low, _ := Wilson(k, n)
	return low >= float64(atLeast)
}
