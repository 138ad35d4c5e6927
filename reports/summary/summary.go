package summary

import (
	"fmt"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
	"strings"
)

// Title names a result on one line.
func Title(r *reports.Result) string {
	return fmt.Sprintf("%s on %s, seed %d", phrase.Name(r.Scenario), phrase.Name(r.Engine), r.Seed)
}

// Reason says why a variant came out as it did, after its name, and which of
// its gates did not hold.
func Reason(v *reports.Variant) string {
	run, ok := v.Typical()
	why := "was not run"
	if ok {
		why = phrase.Plain(run.Verdict.Reason)
	}
	if ok && why == "" {
		why = run.Verdict.Kind.String()
	}
	for i := range v.Gates {
		if g := &v.Gates[i]; !g.Passed {
			why += " The gate did not hold: " + Finding(g) + "."
		}
	}
	return phrase.Name(v.Name) + ": " + why
}

// Conclusion is the answer to the gate, on one line: PASSED, FAILED or INVALID,
// and which variants made it so.
func Conclusion(r *reports.Result) string {
	outcome := r.Outcome()
	switch {
	case outcome == reports.Passed:
		return "PASSED: every variant came out as expected"
	case outcome == reports.Failed:
		return "FAILED: not as expected: " + those(r.Variants, reports.Failed)
	case r.Incomplete:
		return "INVALID: broken off before every run was made"
	case len(r.Variants) == 0:
		return "INVALID: nothing was run"
	}
	return "INVALID: proves nothing: " + those(r.Variants, reports.Invalid)
}

// those names the variants that came out so.
func those(variants []reports.Variant, outcome reports.Outcome) string {
	var names []string
	for i := range variants {
		if variants[i].Outcome() == outcome {
			names = append(names, phrase.Name(variants[i].Name))
		}
	}
	return strings.Join(names, ", ")
}
