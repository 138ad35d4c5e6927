package compare

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// check says why the sides of a pair cannot be compared, and pairs their
// variants if they can.
func (p *pair) check(cfg Config) error {
	if p.before == nil || p.after == nil {
		return nil
	}
	if a, b := p.before.Engine, p.after.Engine; a != b && !cfg.AcrossEngines {
		return fmt.Errorf("%w of %s: OLD ran on %s, NEW on %s", ErrEngine, phrase.Name(p.before.Scenario), phrase.Name(a), phrase.Name(b))
	}
	p.couples = couples(p.before.Variants, p.after.Variants)
	if p.before.Outcome() == reports.Invalid {
		return fmt.Errorf("%w: %s", ErrBaseline, p.unproven())
	}
	for _, c := range p.couples {
		if c.before != nil && c.before.Outcome() == reports.Invalid {
			return fmt.Errorf("%w: %s, %s: %s", ErrBaseline, phrase.Name(p.before.Scenario), phrase.Name(c.before.Name), invalidity(c.before))
		}
	}
	return p.declared()
}

// unproven says what is wrong with a baseline as a whole.
func (p *pair) unproven() string {
	name := phrase.Name(p.before.Scenario)
	for i := range p.before.Variants {
		if v := &p.before.Variants[i]; v.Outcome() == reports.Invalid {
			return name + ", " + phrase.Name(v.Name) + ": " + invalidity(v)
		}
	}
	if p.before.Incomplete {
		return name + ": it was broken off before every run was made"
	}
	return name + ": it has no variant"
}

// declared compares what was declared of the variants that both sides have. What
// the clients do may differ, since that is what one compares; what is done to
// them and what they talk to may not.
func (p *pair) declared() error {
	before, after, ok := p.plans()
	if !ok {
		return nil
	}
	for _, c := range p.couples {
		if c.before == nil || c.after == nil {
			continue
		}
		a, b := planOf(before, c.before.Name), planOf(after, c.after.Name)
		if a == nil || b == nil {
			continue
		}
		if what := differences(a, b); len(what) > 0 {
			return fmt.Errorf("%w of %s, %s: %s; make the baseline anew", ErrDeclaration,
				phrase.Name(p.before.Scenario), phrase.Name(c.before.Name), strings.Join(what, ", "))
		}
	}
	return nil
}

// plans reads both declarations.
func (p *pair) plans() (before, after *experiment.Experiment, ok bool) {
	before, errBefore := decoded(p.before.Declaration)
	after, errAfter := decoded(p.after.Declaration)
	return before, after, errBefore == nil && errAfter == nil
}

func decoded(text json.RawMessage) (*experiment.Experiment, error) { return experiment.Decode(text) }

// unchecked says if there are no two declarations to compare.
func (p *pair) unchecked() string {
	if _, _, ok := p.plans(); ok {
		return ""
	}
	return "not checked: whether both ran the same fleet, backend and timeline, since not both hold a declaration that can be read"
}

func planOf(e *experiment.Experiment, variant string) *experiment.Plan {
	for i := range e.Variants {
		if e.Variants[i].Name == variant {
			return &e.Variants[i].Plan
		}
	}
	return nil
}

// differences names what makes two plans incomparable.
func differences(a, b *experiment.Plan) []string {
	var out []string
	if a.Horizon != b.Horizon {
		out = append(out, fmt.Sprintf("the horizon is %s in OLD and %s in NEW",
			phrase.Duration(a.Horizon.Seconds()), phrase.Duration(b.Horizon.Seconds())))
	}
	if n, m := a.Terminals(), b.Terminals(); n != m {
		out = append(out, fmt.Sprintf("OLD has %s terminals and NEW %s", phrase.Count(int64(n)), phrase.Count(int64(m))))
	} else if !reflect.DeepEqual(customers(a), customers(b)) {
		out = append(out, "the sales that customers bring differ")
	}
	for _, part := range []struct {
		name string
		same bool
	}{
		{"the backend", reflect.DeepEqual(a.Backend, b.Backend)},
		{"the timeline", slices.EqualFunc(events(a), events(b), func(x, y fault.Event) bool { return reflect.DeepEqual(x, y) })},
		{"how runs are judged", a.Judge == b.Judge},
	} {
		if !part.same {
			out = append(out, part.name+" differs")
		}
	}
	return out
}

// customers counts the terminals by how their customers come. A fleet may be
// parted into cohorts in another way and still meet the same customers.
func customers(p *experiment.Plan) map[terminal.Sale]int {
	out := map[terminal.Sale]int{}
	for i := range p.Fleet {
		out[p.Fleet[i].Sale] += p.Fleet[i].Terminals
	}
	return out
}

// events are the timeline without the names of cohorts, which name a client
// version.
func events(p *experiment.Plan) []fault.Event {
	out := slices.Clone(p.Timeline)
	for i := range out {
		out[i].Cohort = ""
	}
	return out
}
