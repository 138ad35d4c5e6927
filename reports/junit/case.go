package junit

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
	"github.com/retrystorm/retrystorm/reports/summary"
)

// verdictCase is whether the variant's runs had the verdicts that it expects.
func verdictCase(v *reports.Variant) testcase {
	const longest = 120
	expected := phrase.Cut(cmp.Or(phrase.Plain(v.Expect), "(nothing)"), longest)
	c := testcase{Name: "comes out " + expected}
	c.judge(v, v.Probability.Outcome(v.AtLeast), "verdict", func() finding {
		return finding{
			Message: "expected " + expected + ", came out " + endings(v) + "; as expected: " + share(v.Probability),
			Text:    told(v, "Expected: "+expected+demanded(v)+".\nAs expected: "+share(v.Probability)+".", worst(v)),
		}
	})
	return c
}

// gateCase is whether a gate held.
func gateCase(v *reports.Variant, g *reports.Gate) testcase {
	c := testcase{Name: summary.Demand(g)}
	outcome := g.Outcome(v.AtLeast)
	c.judge(v, outcome, "gate", func() finding {
		return finding{
			Message: summary.Finding(g),
			Text:    told(v, "Gate: "+summary.Finding(g)+demanded(v)+".\nHeld: "+share(g.Probability)+".", speaker(v, g, outcome)),
		}
	})
	return c
}

// speaker gives the run that speaks most against a gate: of one that cannot be
// told a run that proves nothing, else the one with the worst figure.
func speaker(v *reports.Variant, g *reports.Gate, outcome reports.Outcome) *reports.Run {
	for i := range v.Runs {
		r := &v.Runs[i]
		if outcome == reports.Invalid && r.Verdict.Kind == verdict.Invalid || outcome == reports.Failed && r.Seed == g.WorstSeed {
			return r
		}
	}
	return worst(v)
}

// judge puts what was found where it belongs.
func (c *testcase) judge(v *reports.Variant, o reports.Outcome, what string, found func() finding) {
	if len(v.Runs) == 0 {
		c.Skipped = &finding{Message: "was not run", Text: "Was not run."}
		return
	}
	switch o {
	case reports.Failed:
		f := found()
		f.Type, c.Failure = what, &f
	case reports.Invalid:
		f := found()
		f.Type, c.Error = "invalid", &f
	}
}

// demanded says how often it was to hold.
func demanded(v *reports.Variant) string {
	if v.AtLeast > 0 {
		return fmt.Sprintf(", with a probability of at least %v", v.AtLeast)
	}
	return ""
}

// share says how often something held.
func share(p reports.Probability) string {
	if p.N <= 0 {
		return "no run can tell"
	}
	text := fmt.Sprintf("%s of %s runs, 95%% interval %s to %s",
		phrase.Count(int64(p.K)), phrase.Count(int64(p.N)), phrase.Share(&p.Low), phrase.Share(&p.High))
	if p.Invalid > 0 {
		text += fmt.Sprintf("; %s cannot tell", phrase.Count(int64(p.Invalid)))
	}
	return text
}

// endings counts the verdicts, in the order in which they came.
func endings(v *reports.Variant) string {
	seen := map[string]int{}
	var kinds []string
	for i := range v.Runs {
		k := v.Runs[i].Verdict.Kind.String()
		if seen[k]++; seen[k] == 1 {
			kinds = append(kinds, k)
		}
	}
	if len(v.Runs) == 1 {
		return kinds[0]
	}
	for i, k := range kinds {
		kinds[i] = fmt.Sprintf("%s (%d)", k, seen[k])
	}
	return strings.Join(kinds, ", ")
}
