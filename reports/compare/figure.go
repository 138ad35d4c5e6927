package compare

import (
	"cmp"
	"math"
	"slices"

	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
)

// measure is a figure that each run has, of which less is better.
type measure struct {
	name string
	unit unit
	// read gives a run's figure: infinite for more than any number, NaN where
	// the run cannot tell.
	read func(*reports.Run) float64
	// scale says how large a change is, in what the margin bounds.
	scale scale
	// vital is a figure that NEW must be able to tell if OLD could.
	vital bool
}

type unit string

const (
	share    unit = "share"
	seconds  unit = "s"
	attempts unit = "attempts per sale"
	sales    unit = "sales"
)

// scale says how far apart two values are, in what the margin bounds.
type scale func(from, to float64) float64

var measures = []measure{
	{name: "time_to_recover", unit: seconds, read: timeToRecover, scale: relative},
	{name: "amplification", unit: attempts, read: amplification, scale: relative},
	{name: "wasted_share", unit: share, read: wastedShare, scale: absolute},
	{name: "incomplete_share", unit: share, read: incompleteShare, scale: relative},
	{name: "lost", unit: sales, read: func(r *reports.Run) float64 { return count(r.Totals.Lost) }, scale: whatever, vital: true},
	{name: "duplicated", unit: sales, read: func(r *reports.Run) float64 { return count(r.Totals.Duplicated) }, scale: whatever, vital: true},
}

// timeToRecover ranks a run that never left its band first, and those that did
// not come back last.
func timeToRecover(r *reports.Run) float64 {
	switch {
	case r.Verdict.Kind == verdict.Healthy:
		return 0
	case r.Verdict.TimeToRecoverS != nil:
		return *r.Verdict.TimeToRecoverS
	}
	return math.Inf(1)
}

func amplification(r *reports.Run) float64 {
	if r.Totals.Amplification == nil {
		return math.NaN()
	}
	return *r.Totals.Amplification
}

// wastedShare is the part of all service time that nobody waited for any more.
func wastedShare(r *reports.Run) float64 {
	if t := &r.Totals; t.WorkS != nil && *t.WorkS > 0 && t.WastedWorkS != nil {
		return *t.WastedWorkS / *t.WorkS
	}
	return math.NaN()
}

// incompleteShare is the part of all sales that had not been completed when the
// run ended: they had failed, their
// customers were turned away, they lay in an offline queue or were still being tried.
func incompleteShare(r *reports.Run) float64 {
	t := &r.Totals
	if t.Sales <= 0 {
		return math.NaN()
	}
	return (float64(t.Failed) + float64(t.TurnedAway) + float64(t.Unsynced) + float64(t.Pending)) / float64(t.Sales)
}

func count(n *int64) float64 {
	if n == nil {
		return math.NaN()
	}
	return float64(*n)
}

// values gives the figure of all runs that prove something, in order.
func (m measure) values(runs []reports.Run) []float64 {
	var out []float64
	for i := range runs {
		if runs[i].Verdict.Kind == verdict.Invalid {
			continue
		}
		if x := m.read(&runs[i]); !math.IsNaN(x) {
			out = append(out, x+0) // which makes a negative zero like any other
		}
	}
	slices.Sort(out)
	return out
}

// levelOf sums up the figures of a side, in order.
func levelOf(sorted []float64) Level {
	l := Level{N: len(sorted), Value: Number(median(sorted)), Ninth: Number(ninthDecile(sorted))}
	above, _ := slices.BinarySearchFunc(sorted, 0.0, func(x, zero float64) int {
		return cmp.Or(cmp.Compare(x, zero), -1) // past the zeros
	})
	l.Some = len(sorted) - above
	return l
}

// median gives the middle value, or the mean of the two in the middle.
func median(sorted []float64) float64 {
	n := len(sorted)
	switch {
	case n == 0:
		return math.NaN()
	case n%2 == 1:
		return sorted[n/2]
	}
	return sorted[n/2-1]/2 + sorted[n/2]/2
}

// ninthDecile gives the least value that nine in ten do not exceed.
func ninthDecile(sorted []float64) float64 {
	n := len(sorted)
	if n == 0 {
		return math.NaN()
	}
	return sorted[(9*n+9)/10-1]
}

// relative is the change as a part of the smaller one, so that it is the same
// size either way.
func relative(from, to float64) float64 {
	if from == to {
		return 0
	}
	return (to - from) / min(math.Abs(from), math.Abs(to))
}

func absolute(from, to float64) float64 { return minus(to, from) }

// whatever lets every change count, for there is no sale too small to lose.
func whatever(from, to float64) float64 {
	if from == to {
		return 0
	}
	return math.Copysign(math.Inf(1), to-from)
}
