package experiment

import (
	"math"
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Gate is what must hold of each run beyond its verdict; where Expect has a
// bound on the probability, what must hold of at least that share of all runs.
// The zero value asks for nothing. A bound of zero is no such value: it would
// look like a gate and be none.
type Gate struct {
	// TimeToRecoverBelow bounds the time from the trigger's end until the run
	// is back in its healthy band; a run that never left it took none. There is
	// no bound if nil.
	TimeToRecoverBelow *time.Duration `json:"timeToRecoverBelow"`
	// CollapseBelow bounds how long a collapse goes on that only chance ends: the
	// upper end of the 95% interval of its mean, over all runs. Runs that do not
	// collapse take no time. There is no bound if nil.
	CollapseBelow *time.Duration `json:"collapseBelow"`
	// AmplificationBelow bounds the attempts per sale of the whole run. There is
	// no bound if nil.
	AmplificationBelow *float64 `json:"amplificationBelow"`
	// NothingLost asks that each sale that was acknowledged is in the ledger.
	NothingLost bool `json:"nothingLost"`
	// NothingDuplicated asks that no sale is in the ledger more than once.
	NothingDuplicated bool `json:"nothingDuplicated"`
}

// Validate reports every field that is wrong, as a field.List.
func (g Gate) Validate() error {
	var errs field.Errors
	if t := g.TimeToRecoverBelow; t != nil && *t <= 0 {
		errs.Add("timeToRecoverBelow", "must be longer than no time at all; write a duration such as '60s'")
	}
	if t := g.CollapseBelow; t != nil && *t <= 0 {
		errs.Add("collapseBelow", "must be longer than no time at all; write a duration such as '30m'")
	}
	// Each sale takes an attempt, so nothing is below one.
	if a := g.AmplificationBelow; a != nil && !(*a > 1 && *a <= math.MaxInt32) {
		errs.Add("amplificationBelow", "must be more than 1 attempt per sale, and no more than there can be, such as 2")
	}
	return errs.Err()
}

// Over gives the gate with the fields that another one sets in place of its own.
func (g Gate) Over(other Gate) Gate {
	if other.TimeToRecoverBelow != nil {
		g.TimeToRecoverBelow = other.TimeToRecoverBelow
	}
	if other.CollapseBelow != nil {
		g.CollapseBelow = other.CollapseBelow
	}
	if other.AmplificationBelow != nil {
		g.AmplificationBelow = other.AmplificationBelow
	}
	g.NothingLost = g.NothingLost || other.NothingLost
	g.NothingDuplicated = g.NothingDuplicated || other.NothingDuplicated
	return g
}

// gate reports what the gate asks of a run that is not to come back at all.
func (p *Plan) gate(errs *field.Errors) {
	errs.Within("gate", p.Gate.Validate())
	if p.Gate.TimeToRecoverBelow != nil && !p.Expect.Passing() {
		errs.Add("gate.timeToRecoverBelow", "cannot hold of a run that is expected to be %s; take it away with null, or expect 'recovered'", p.Expect)
	}
}

// Passing says whether a verdict is expected that passes a gate.
func (e Expect) Passing() bool { return e.Accepts(verdict.Healthy) || e.Accepts(verdict.Recovered) }
