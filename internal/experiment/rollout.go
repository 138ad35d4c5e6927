package experiment

import (
	"slices"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
)

// rolledOut says whether a roll-out brings terminals to a cohort.
func (p *Plan) rolledOut(cohort string) bool {
	return cohort != "" && slices.ContainsFunc(p.Timeline, func(e fault.Event) bool {
		return e.Kind == fault.Rollout && e.To == cohort
	})
}

// rollout reports a roll-out from or to a cohort that there is not, or that cannot be.
func (p *Plan) rollout(errs *field.Errors, path string, e fault.Event) {
	if e.From == "" || e.To == "" {
		return // reported already
	}
	from := p.named(errs, path+".from", "cohort", e.From, p.cohorts())
	if to := p.named(errs, path+".to", "cohort", e.To, p.cohorts()); !from || !to {
		return
	}
	was, is := slices.Index(p.cohorts(), e.From), slices.Index(p.cohorts(), e.To)
	switch {
	case e.From == e.To:
		errs.Add(path+".to", "is the cohort that the terminals have already; write another")
	case p.rolledOut(e.From):
		errs.Add(path+".from", "is a cohort that another roll-out leads to; terminals are updated once, so write the cohort that they begin with")
	case p.Fleet[was].Offline != nil && p.Fleet[is].Offline == nil:
		errs.Add(field.At("fleet", is)+".offline", "is missing; %s brings it terminals that may have sales to sync, so declare it, if only as {}", path)
	}
}
