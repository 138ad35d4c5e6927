package decision

import (
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Collapse is how long a collapse goes on that only chance ends, in seconds, once
// it has stood for verdict.LeastScales of the system's own time scales. It is told
// of a variant of which at least one run has stood so long, whether it came back
// or not.
//
// A collapse has no memory, so that the time until chance ends it is exponential.
// With k ends in a time T of all runs together the mean is T ÷ k, and its 95%
// interval is from 2T ÷ χ²(0.975; 2k+2) to 2T ÷ χ²(0.025; 2k) (B. Epstein and
// M. Sobel, "Life Testing", Journal of the American Statistical Association 48,
// 1953, for runs that are stopped at a time).
type Collapse struct {
	Runs  int      // that have stood so long
	Ended int      // of those, that came back while they were watched
	Mean  *float64 // how long it goes on; nil where none has ended
	Low   float64  // the interval of that
	High  *float64 // nil where none has ended
}

// CollapseOf sums up the runs; nil where none has stood so long, or none has
// collapsed or come back late.
func CollapseOf(runs []Run) *Collapse {
	var c Collapse
	var total float64
	for i := range runs {
		r := &runs[i]
		if r.Kind == verdict.Invalid || r.Outage == nil || r.Scale == nil {
			continue
		}
		stood := *r.Outage - verdict.LeastScales**r.Scale
		if stood <= 0 {
			continue
		}
		c.Runs++
		total += stood
		if r.Over {
			c.Ended++
		}
	}
	if c.Runs == 0 || !collapsed(runs) {
		return nil
	}
	k := float64(c.Ended)
	c.Low = Rounded(2 * total / distuv.ChiSquared{K: 2*k + 2}.Quantile(0.975))
	if c.Ended > 0 {
		c.Mean = Figure(total / k)
		c.High = Figure(2 * total / distuv.ChiSquared{K: 2 * k}.Quantile(0.025))
	}
	return &c
}

// collapsed says whether a run has.
func collapsed(runs []Run) bool {
	for i := range runs {
		if runs[i].Kind == verdict.Collapsed {
			return true
		}
	}
	return false
}
