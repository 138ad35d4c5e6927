package experiment

import (
	"fmt"
	"slices"
	"strings"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Expect is which verdicts a variant must come out with, and how surely. The
// zero value expects each run to pass a gate: healthy or recovered.
type Expect struct {
	// Kinds are the verdicts expected; none stands for healthy or recovered.
	Kinds []verdict.Kind
	// AtLeast is the probability that the runs must show: the lower end of its
	// 95% interval. If zero, every single run must come out as expected.
	AtLeast field.Ratio
}

const expectable = "write 'healthy', 'recovered', 'degraded', 'collapsed' or 'overloaded', or a list of them"

// DecodeValue reads one kind, such as 'collapsed', a list of them, or a kind
// with a bound on its probability: { recovered: { atLeast: 0.95 } }.
func (e *Expect) DecodeValue(v any) error {
	*e = Expect{}
	switch v := v.(type) {
	case []any:
		if len(v) == 0 {
			return &field.Error{Problem: "is an empty list; name a verdict, or leave it out to expect 'healthy' or 'recovered'"}
		}
		for i, one := range v {
			if err := e.add(one, field.At("", i)); err != nil {
				return err
			}
		}
		return nil
	case map[string]any:
		return e.bounded(v)
	}
	return e.add(v, "")
}

// add takes in one kind, which stands at path.
func (e *Expect) add(v any, path string) error {
	var k verdict.Kind
	s, _ := v.(string)
	if err := k.UnmarshalText([]byte(s)); err != nil || k == verdict.Invalid {
		return &field.Error{Path: path, Problem: field.Show(v) + " cannot be expected; " + expectable}
	}
	e.Kinds = append(e.Kinds, k)
	return nil
}

// bounded reads { KIND: { atLeast: SHARE } }.
func (e *Expect) bounded(v map[string]any) error {
	const form = "write one verdict with its bound, such as { recovered: { atLeast: 0.95 } }"
	if len(v) != 1 {
		return &field.Error{Problem: fmt.Sprintf("names %d verdicts; %s", len(v), form)}
	}
	for kind, bound := range v {
		if err := e.add(kind, ""); err != nil {
			return err
		}
		b, ok := bound.(map[string]any)
		share, given := b["atLeast"]
		if !ok || !given || len(b) != 1 {
			return &field.Error{Path: kind, Problem: field.Show(bound) + " is no bound; " + form}
		}
		if err := e.AtLeast.DecodeValue(share); err != nil {
			return &field.Error{Path: kind + ".atLeast", Problem: err.Error()}
		}
		if e.AtLeast <= 0 || e.AtLeast >= 1 {
			return &field.Error{Path: kind + ".atLeast", Problem: field.Show(share) +
				" can be shown by no number of runs, or by none at all; write a share between 0 and 1, such as 0.95"}
		}
	}
	return nil
}

// Accepts says whether a verdict is as expected. An invalid run never is.
func (e Expect) Accepts(k verdict.Kind) bool { return slices.Contains(e.Accepted(), k) }

// Accepted gives the verdicts that are as expected: the kinds, or those that pass
// a gate where none are named.
func (e Expect) Accepted() []verdict.Kind {
	if len(e.Kinds) > 0 {
		return slices.Clone(e.Kinds)
	}
	return []verdict.Kind{verdict.Healthy, verdict.Recovered}
}

// String gives the expectation in words, such as "collapsed".
func (e Expect) String() string {
	var names []string
	for _, k := range e.Accepted() {
		names = append(names, k.String())
	}
	s := strings.Join(names, " or ")
	if e.AtLeast > 0 {
		s += fmt.Sprintf(", at least %g%%", float64(e.AtLeast)*100)
	}
	return s
}
