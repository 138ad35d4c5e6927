package experiment

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/verdict"
)

func TestExpectationIsReadInEachForm(t *testing.T) {
	tests := map[string]struct {
		declared any
		want     Expect
		words    string
	}{
		"one verdict":       {"collapsed", Expect{Kinds: []verdict.Kind{verdict.Collapsed}}, "collapsed"},
		"one of several":    {[]any{"healthy", "degraded"}, Expect{Kinds: []verdict.Kind{verdict.Healthy, verdict.Degraded}}, "healthy or degraded"},
		"a bound":           {map[string]any{"recovered": map[string]any{"atLeast": 0.95}}, Expect{Kinds: []verdict.Kind{verdict.Recovered}, AtLeast: 0.95}, "recovered, at least 95%"},
		"a bound in words":  {map[string]any{"recovered": map[string]any{"atLeast": "80%"}}, Expect{Kinds: []verdict.Kind{verdict.Recovered}, AtLeast: 0.8}, "recovered, at least 80%"},
		"nothing in itself": {nil, Expect{}, "healthy or recovered"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got Expect
			if test.declared != nil {
				if err := got.DecodeValue(test.declared); err != nil {
					t.Fatal(err)
				}
			}
			if d := cmp.Diff(test.want, got); d != "" {
				t.Error(d)
			}
			if got.String() != test.words {
				t.Errorf("in words it is %q, want %q", got, test.words)
			}
		})
	}
}
