package reports

import (
	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/field"
)

// Figures gives what of the run is decided on: the same of a run that was just
// made and of one that was read back.
func (r *Run) Figures() decision.Run {
	e := &r.Verdict.Evidence
	return decision.Run{
		Seed: r.Seed, Kind: r.Verdict.Kind, TimeToRecover: r.Verdict.TimeToRecoverS,
		Amplification: r.Totals.Amplification, Lost: r.Totals.Lost, Duplicated: r.Totals.Duplicated,
		Outage: e.OutageS, Over: e.OutageOver, Scale: e.ScaleS,
	}
}

func figuresOf(runs []Run) []decision.Run {
	out := make([]decision.Run, len(runs))
	for i := range runs {
		out[i] = runs[i].Figures()
	}
	return out
}

// Outcome says how the variant came out.
func (v *Variant) Outcome() Outcome {
	d := decision.Decision{Passed: v.Passed, Count: v.Probability.count()}
	d.Expect.AtLeast = field.Ratio(v.AtLeast)
	for i := range v.Gates {
		d.Gates = append(d.Gates, v.Gates[i].decided())
	}
	return d.Outcome()
}

// Outcome says how the gate came out, with the variant's bound on the
// probability.
func (g *Gate) Outcome(atLeast float64) Outcome {
	d := g.decided()
	return d.Outcome(field.Ratio(atLeast))
}

func (g *Gate) decided() decision.Gate {
	return decision.Gate{Name: g.Name, Below: g.Below, Passed: g.Passed, Count: g.Probability.count()}
}

// Outcome says what a count of runs answers to a bound on its share; with a
// bound of zero all of them must be among K.
func (p Probability) Outcome(atLeast float64) Outcome {
	return p.count().Outcome(field.Ratio(atLeast))
}

func (p Probability) count() decision.Count {
	return decision.Count{K: p.K, N: p.N, Invalid: p.Invalid}
}
