package reports

import (
	"strings"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// expectation reads a variant's expectation back from its words. They are not
// known if they are no verdicts that can be expected, which a later version may
// have, or a result that was edited.
func (v *Variant) expectation() (expect experiment.Expect, known bool) {
	expect.AtLeast = field.Ratio(v.AtLeast)
	words, _, _ := strings.Cut(v.Expect, ", at least ")
	for word := range strings.SplitSeq(words, " or ") {
		var kind verdict.Kind
		if err := kind.UnmarshalText([]byte(word)); err != nil || kind == verdict.Invalid {
			return experiment.Expect{}, false
		}
		expect.Kinds = append(expect.Kinds, kind)
	}
	return expect, true
}

// says tells whether the expectation is put into these words. The default one
// names no bound.
func says(expect experiment.Expect, words string) bool {
	return words == expect.String() || words == experiment.Expect{}.String()
}

// AsExpected says whether a run of the variant came out with a verdict that it
// expects, which an invalid one never does. It is not known of an expectation
// whose words cannot be read.
func (v *Variant) AsExpected(r *Run) (yes, known bool) {
	expect, known := v.expectation()
	return known && expect.Accepts(r.Verdict.Kind), known
}

// Outcome says what a count of runs answers to a bound on its share; with a
// bound of zero all of them must be among K.
func (p Probability) Outcome(atLeast float64) Outcome {
	switch {
	case (tally{p.K, p.N, p.Invalid}).passes(field.Ratio(atLeast)):
		return Passed
	case p.failed(atLeast):
		return Failed
	}
	return Invalid
}
