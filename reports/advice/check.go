package advice

import (
	"math"

	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// check reports every field that does not agree with another one.
func (a *Advice) check() error {
	var errs field.Errors
	errs.Within("before", a.Before.check())
	a.checkKinds(&errs)
	names := map[string]bool{}
	for _, list := range []struct {
		path string
		of   []Proposal
	}{{"proposals", a.Proposals}, {"dominated", a.Dominated}} {
		for i := range list.of {
			p, at := &list.of[i], field.At(list.path, i)
			errs.Within(at, p.check())
			if names[p.Name] {
				errs.Add(field.Join(at, "name"), "is %s, as is that of another proposal", field.Show(p.Name))
			}
			names[p.Name] = true
		}
	}
	if a.Limit != nil {
		if len(a.Proposals) > 0 {
			errs.Add("limit", "says why nothing helps, but there are proposals")
		}
		if n := a.Limit.Nearest; n != nil {
			errs.Within("limit.nearest", n.check())
		}
	}
	for i := range a.Margins {
		if string(a.Margins[i].Edge) == "null" {
			errs.Add(field.Join(field.At("margins", i), "edge"), "is null; a parameter without an edge belongs to beyond")
		}
	}
	return errs.Err()
}

// checkKinds reports counts of how runs ended that do not make those of how often the
// variant comes back.
func (a *Advice) checkKinds(errs *field.Errors) {
	back, all := 0, 0
	for kind, n := range a.Kinds {
		if n > mostRuns {
			errs.Add("kinds."+kind.String(), "is %d, more than %d", n, mostRuns)
			return
		}
		if all += n; kind == verdict.Healthy || kind == verdict.Recovered {
			back += n
		}
	}
	if back != a.Before.K || all != a.Before.N {
		errs.Add("before", "is %d of %d runs, but the kinds make it %d of %d", a.Before.K, a.Before.N, back, all)
	}
}

// mostRuns is more than anybody makes, and little enough to be added up.
const mostRuns = 1 << 40

func (p *Proposal) check() error {
	var errs field.Errors
	errs.Within("probability", p.Probability.check())
	if p.Weaker != nil {
		errs.Within("weaker.probability", p.Weaker.Probability.check())
	}
	if p.Margin != nil {
		errs.Within("margin.probability", p.Margin.Probability.check())
	}
	return errs.Err()
}

// check reports an interval that is not that of the counts.
func (p *Probability) check() error {
	var errs field.Errors
	if p.K > p.N || p.N > mostRuns {
		errs.Add("k", "is %d of %d runs", p.K, p.N)
		return errs.Err()
	}
	low, high := decision.Wilson(p.K, p.N)
	const tolerance = 1e-6
	if math.Abs(p.Low-low) > tolerance || math.Abs(p.High-high) > tolerance {
		errs.Add("low", "and high are %v and %v, but the interval of %d of %d is %v to %v", p.Low, p.High, p.K, p.N, low, high)
	}
	return errs.Err()
}
