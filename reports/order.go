package reports

import (
	"github.com/retrystorm/retrystorm/internal/field"
)

// ascent is a list of figures, none of which may be below the one before. What
// cannot be told is left out.
type ascent struct {
	paths   []string
	figures []*float64
}

func (a *ascent) add(path string, x *float64) {
	if x != nil {
		a.paths, a.figures = append(a.paths, path), append(a.figures, x)
	}
}

func rising(path string, low *float64, other string, high *float64) ascent {
	var a ascent
	a.add(path, low)
	a.add(other, high)
	return a
}

// disorder reports the figures of a run that are not in order: what ends before
// it begins, what comes before what it follows, and the 99th percentile below
// the median. A new field that has its place in time belongs in this table.
func (r *Run) disorder(errs *field.Errors) {
	phases, windows := r.phaseOrder(errs), ascent{}
	times := []ascent{phases}
	for i := range r.Phases {
		p, at := &r.Phases[i], field.At("phases", i)
		times = append(times, rising(field.Join(at, "p50_s"), p.P50S, field.Join(at, "p99_s"), p.P99S))
	}
	e := &r.Verdict.Evidence
	const evidence = "verdict.evidence."
	for i := range e.Windows {
		at := field.At(evidence+"windows", i)
		windows.add(field.Join(at, "from_s"), &e.Windows[i].FromS)
		times = append(times, span(at, &e.Windows[i].FromS, &e.Windows[i].ToS))
	}
	times = append(times, windows,
		span(evidence+"baseline", &e.Baseline.FromS, &e.Baseline.ToS),
		span(evidence+"final", &e.Final.FromS, &e.Final.ToS),
		span(evidence+"trigger", &e.Trigger.FromS, &e.Trigger.ToS))
	if f := e.Flow; f != nil {
		times = append(times, span(evidence+"flow", &f.FromS, &f.ToS))
	}
	for i := range r.Faults {
		times = append(times, span(field.At("faults", i), &r.Faults[i].FromS, &r.Faults[i].ToS))
	}
	for _, a := range append(times, r.Series.disorder()...) {
		a.check(errs)
	}
}

// disorder gives the pairs of figures that are not in order. There are hundreds
// in a series, so that none is named that is.
func (s *Series) disorder() []ascent {
	var wrong []ascent
	for i := 1; i < len(s.TS); i++ {
		if s.TS[i] < s.TS[i-1] {
			wrong = append(wrong, rising(field.At("series.t_s", i-1), &s.TS[i-1], field.At("series.t_s", i), &s.TS[i]))
		}
	}
	for i := range min(len(s.P50S), len(s.P99S)) {
		if low, high := s.P50S[i], s.P99S[i]; s.even() && low != nil && high != nil && *high < *low {
			wrong = append(wrong, rising(field.At("series.p50_s", i), low, field.At("series.p99_s", i), high))
		}
	}
	return wrong
}

func span(at string, from, to *float64) ascent {
	return rising(field.Join(at, "from_s"), from, field.Join(at, "to_s"), to)
}

// phaseOrder says which phases are out of the order of their names, and gives
// their times.
func (r *Run) phaseOrder(errs *field.Errors) ascent {
	rank := map[string]int{"baseline": 1, "trigger": 2, "recovery": 3}
	var times ascent
	last := 0
	for i := range r.Phases {
		p, at := &r.Phases[i], field.At("phases", i)
		n, known := rank[p.Name]
		if known && n <= last {
			errs.Add(field.Join(at, "name"), "is %s after %s; the order is baseline, trigger, recovery", field.Show(p.Name), field.Show(r.Phases[i-1].Name))
		}
		last = max(last, n)
		times.add(field.Join(at, "from_s"), &p.FromS)
		times.add(field.Join(at, "to_s"), &p.ToS)
	}
	return times
}

func (a ascent) check(errs *field.Errors) {
	for i := 1; i < len(a.figures); i++ {
		if *a.figures[i] < *a.figures[i-1] {
			errs.Add(a.paths[i], "is %s; must be at least %s, which is %s", shownFigure(a.figures[i]), shownFigure(a.figures[i-1]), a.paths[i-1])
		}
	}
}
