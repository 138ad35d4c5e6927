package reports

import (
	"math"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/history"
)

// graphContradictions reports the figures of nodes and links that do not agree
// with another one.
func (r *Run) graphContradictions(errs *field.Errors) {
	names := map[string]int{}
	for i := range r.Nodes {
		at, n := field.At("nodes", i), &r.Nodes[i]
		if other, taken := names[n.Name]; taken {
			errs.Add(field.Join(at, "name"), "is that of %s already", field.At("nodes", other))
		}
		names[n.Name] = i
		t := &n.Totals
		if want := share(t.WastedWorkS, t.WorkedS); !same(t.WastedShare, want) {
			errs.Add(field.Join(at, "totals.wasted_share"), "is %s, but %v s of %v s make it %s",
				shownFigure(t.WastedShare), t.WastedWorkS, t.WorkedS, shownFigure(want))
		}
		if !n.Series.long(len(r.Series.TS)) {
			errs.Add(field.Join(at, "series"), "has lists of another length than series.t_s")
		}
	}
	for i := range r.Links {
		at, l := field.At("links", i), &r.Links[i]
		for _, end := range []struct{ path, name string }{{"from", l.From}, {"to", l.To}} {
			_, known := names[end.name]
			if !known && len(r.Nodes) > 0 && !r.Unobserved && (end.path == "to" || end.name != history.Fleet) {
				errs.Add(field.Join(at, end.path), "is %s, which is none of the nodes", field.Show(end.name))
			}
		}
		errs.Within(at, l.contradictions(r))
	}
}

// contradictions compares a link with its run.
func (l *Link) contradictions(r *Run) error {
	var errs field.Errors
	if l.Attempts < l.Calls {
		errs.Add("attempts", "is %d; must be at least calls, which is %d", l.Attempts, l.Calls)
	}
	if ended := l.ended(); ended > l.Attempts {
		errs.Add("outcomes", "add up to %d, more than attempts, which is %d", ended, l.Attempts)
	}
	for _, c := range []struct {
		path string
		got  *float64
		of   int64
		what string
	}{{"amplification", l.Amplification, r.Totals.Sales, "sales"}, {"per_call", l.PerCall, l.Calls, "calls"}} {
		if want := per(l.Attempts, c.of); !same(c.got, want) {
			errs.Add(c.path, "is %s, but %d attempts for %d %s make it %s", shownFigure(c.got), l.Attempts, c.of, c.what, shownFigure(want))
		}
	}
	if !l.inPhasesOf(r) {
		errs.Add("phases", "are not those of the run")
	}
	if !l.Series.long(len(r.Series.TS)) {
		errs.Add("series", "has lists of another length than series.t_s")
	}
	return errs.Err()
}

// ended is how many attempts ended, at most what an int64 holds.
func (l *Link) ended() int64 {
	var sum int64
	for _, n := range l.Outcomes {
		if n > math.MaxInt64-sum {
			return math.MaxInt64
		}
		sum += n
	}
	return sum
}

func (l *Link) inPhasesOf(r *Run) bool {
	if len(l.Phases) != len(r.Phases) {
		return false
	}
	for i := range l.Phases {
		if l.Phases[i].Name != r.Phases[i].Name {
			return false
		}
	}
	return true
}

// share divides a time by one that is not shorter; nil if there is nothing to
// divide by.
func share(part, whole float64) *float64 {
	if whole == 0 {
		return nil
	}
	return known(part / whole)
}
