package experiment

import (
	"slices"
	"strings"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// Expect is which verdicts a variant must come out with. The zero value
// expects any that passes a gate: healthy or recovered.
type Expect []verdict.Kind

// DecodeValue reads one kind, such as 'collapsed', or a list of them.
func (e *Expect) DecodeValue(v any) error {
	list, many := v.([]any)
	if !many {
		list = []any{v}
	}
	*e = nil
	if len(list) == 0 {
		return &field.Error{Problem: "is an empty list; name a verdict, or leave it out to expect 'healthy' or 'recovered'"}
	}
	for i, one := range list {
		var k verdict.Kind
		s, _ := one.(string)
		if err := k.UnmarshalText([]byte(s)); err != nil || k == verdict.Invalid {
			wrong := &field.Error{Problem: field.Show(one) +
				" cannot be expected; write 'healthy', 'recovered', 'degraded', 'collapsed' or 'overloaded', or a list of them"}
			if many {
				wrong.Path = field.At("", i)
			}
			return wrong
		}
		*e = append(*e, k)
	}
	return nil
}

// Accepts says whether a verdict is as expected. An invalid run never is.
func (e Expect) Accepts(k verdict.Kind) bool {
	if len(e) == 0 {
		return k.Passes()
	}
	return slices.Contains(e, k)
}

// String gives the expectation in words, such as "collapsed".
func (e Expect) String() string {
	if len(e) == 0 {
		return "healthy or recovered"
	}
	names := make([]string, len(e))
	for i, k := range e {
		names[i] = k.String()
	}
	return strings.Join(names, " or ")
}
