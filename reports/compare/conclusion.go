package compare

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/retrystorm/retrystorm/reports/phrase"
)

// Conclusion is the answer to the gate, on one line: WORSE, INVALID, BETTER or
// NO EVIDENCE OF A DIFFERENCE, and what makes it so.
func (c *Comparison) Conclusion() string {
	switch c.Answer {
	case Worse:
		return "WORSE: " + c.those()
	case Invalid:
		return "INVALID: " + c.those()
	case Better:
		return "BETTER: " + c.those()
	case Identical:
		return noEvidence + ": identical, run for run"
	}
	return noEvidence + c.tooFew()
}

const noEvidence = "NO EVIDENCE OF A DIFFERENCE"

// those names what has the weight of the whole, with its reasons.
func (c *Comparison) those() string {
	var parts []string
	for i := range c.Scenarios {
		s := &c.Scenarios[i]
		if s.Answer.weight() != c.Answer.weight() {
			continue
		}
		var prefix string
		if len(c.Scenarios) > 1 {
			prefix = phrase.Name(s.Name) + ", "
		}
		parts = append(parts, s.those(prefix)...)
	}
	return strings.Join(parts, "; ")
}

func (s *Scenario) those(prefix string) []string {
	if s.Answer == Missing {
		return []string{phrase.Name(s.Name) + ": missing in NEW"}
	}
	var parts []string
	for i := range s.Variants {
		v := &s.Variants[i]
		switch {
		case v.Answer.weight() != s.Answer.weight():
		case v.Answer == Missing:
			parts = append(parts, prefix+phrase.Name(v.Name)+": missing in NEW")
		default:
			parts = append(parts, prefix+phrase.Name(v.Name)+": "+strings.Join(v.Reasons, ", "))
		}
	}
	if len(parts) == 0 { // as a result broken off is
		return append(parts, prefix+strings.Join(s.Notes, ", "))
	}
	return parts
}

// tooFew says how many runs it takes, where no variant has so many.
func (c *Comparison) tooFew() string {
	least := ""
	for i := range c.Scenarios {
		for _, v := range c.Scenarios[i].Variants {
			if len(v.Figures) == 0 {
				continue
			}
			n, m := v.Old.Runs-v.Old.Invalid, v.New.Runs-v.New.Invalid
			if leastP(n, m) <= c.Alpha/float64(max(c.Tests, 1)) {
				return ""
			}
			if least == "" {
				least = each(n, m)
			}
		}
	}
	if least == "" {
		return ""
	}
	return fmt.Sprintf(" (%s; it takes at least %s each to show one)", least, runs(c.RunsNeeded))
}

func each(n, m int) string {
	if n == m {
		return runs(n) + " each"
	}
	return phrase.Count(int64(n)) + " and " + runs(m)
}

// Method says by what the answers were found.
func (c *Comparison) Method() string {
	if c.Tests == 0 {
		return ""
	}
	tests := ""
	if c.Tests > 1 {
		tests = ", corrected for " + phrase.Count(int64(c.Tests)) + " tests at once (Holm)"
	}
	text := fmt.Sprintf("p: Fisher's exact test of the runs as expected, Mann-Whitney U of the figures%s. "+
		"Better or worse: p up to %s", tests, short(c.Alpha))
	if c.Margin > 0 {
		text += fmt.Sprintf(", and a change of at least %s%% (of a share, %s points)", short(c.Margin*100), short(c.Margin*100))
	}
	return text + "."
}

func short(x float64) string { return strconv.FormatFloat(x, 'g', 4, 64) }

// title names a scenario and where its results come from.
func (s *Scenario) title() string {
	name := phrase.Name(s.Name)
	switch {
	case s.Answer == Missing || s.Answer == New:
		return name + ": " + s.Answer.String()
	case s.OldEngine != s.NewEngine:
		return fmt.Sprintf("%s, OLD on %s, NEW on %s", name, phrase.Name(s.OldEngine), phrase.Name(s.NewEngine))
	}
	return name + " on " + phrase.Name(s.NewEngine)
}
