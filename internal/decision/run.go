package decision

import (
	"math"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Run is what of one run is decided on. Times are seconds; a figure that cannot
// be told is nil.
type Run struct {
	Seed          uint64
	Kind          verdict.Kind
	TimeToRecover *float64 // from the trigger's end; only of a recovered run
	Amplification *float64 // attempts per sale of the whole run
	Lost          *int64   // sales acknowledged that are not in the ledger
	Duplicated    *int64   // ledger entries beyond a sale's first
	Outage        *float64 // from the trigger's end to the return for good, or as long as was watched
	Over          bool     // the outage is
	Scale         *float64 // the system's own time scale
}

// Of gives what of a run is decided on: out of its record up to the horizon, and
// its verdict. It keeps nothing of the record in memory.
func Of(seed uint64, h *history.History, v *verdict.Verdict) Run {
	var attempts, sales int64
	for i := range h.Buckets {
		attempts += h.Buckets[i].Attempts
		sales += h.Buckets[i].Demand
	}
	r := Run{Seed: seed, Kind: v.Kind, Amplification: Per(attempts, sales), Over: v.Evidence.Over}
	if v.Kind == verdict.Recovered {
		r.TimeToRecover = Figure(v.TimeToRecover.Seconds())
	}
	if h.Ledger.Done {
		lost, duplicated := h.Ledger.Lost, h.Ledger.Duplicated
		r.Lost, r.Duplicated = &lost, &duplicated
	}
	if o := v.Evidence.Outage; o > 0 {
		r.Outage = Figure(o.Seconds())
	}
	if s := v.Evidence.Scale; s > 0 {
		r.Scale = Figure(s.Seconds())
	}
	return r
}

// Figure gives a figure as a result has it, or nil for one that JSON cannot carry.
func Figure(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	x = Rounded(x)
	return &x
}

// Per divides two counts; nil if there is nothing to divide by.
func Per(n, of int64) *float64 {
	if of == 0 {
		return nil
	}
	return Figure(float64(n) / float64(of))
}

// Rounded keeps six decimals, so that 3 ÷ 0.1 s is written as 30.
func Rounded(x float64) float64 {
	const unit, exact = 1e6, 1e9
	if math.Abs(x) > exact {
		return x
	}
	return math.Round(x*unit) / unit
}
