package reports

import (
	"strings"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// expectation gives what was expected of the variant. It is not known where a
// result has only words that this version cannot read.
func (v *Variant) expectation() (expect experiment.Expect, known bool) {
	if len(v.ExpectKinds) > 0 {
		return experiment.Expect{Kinds: v.ExpectKinds, AtLeast: field.Ratio(v.AtLeast)}, true
	}
	return v.worded()
}

// worded reads the expectation from its words, which is all that results of
// earlier versions have. They are not known if they are no verdicts that can be
// expected, as in a result that was edited.
func (v *Variant) worded() (expect experiment.Expect, known bool) {
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

// says tells whether the expectation is put into these words. The default one may
// name no bound.
func says(expect experiment.Expect, words string) bool {
	unbound := experiment.Expect{}.String()
	return words == expect.String() || words == unbound && experiment.Expect{Kinds: expect.Kinds}.String() == unbound
}

// Expected gives the verdicts that were expected, in the order declared. They are
// not known of an expectation whose words cannot be read.
func (v *Variant) Expected() (kinds []verdict.Kind, known bool) {
	expect, known := v.expectation()
	return expect.Kinds, known
}

// AsExpected says whether a run of the variant came out with a verdict that it
// expects, which an invalid one never does. It is not known of an expectation
// whose words cannot be read.
func (v *Variant) AsExpected(r *Run) (yes, known bool) {
	expect, known := v.expectation()
	return known && expect.Accepts(r.Verdict.Kind), known
}
