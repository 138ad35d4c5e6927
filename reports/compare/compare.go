package compare

import (
	"fmt"
	"strings"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// pair is a scenario on both sides, nil where one has none.
type pair struct {
	before, after *reports.Result
	couples       []couple // of the variants, where both sides have the scenario
}

// Results compares a baseline with a candidate: two results, or two sets of
// them, whose scenarios are matched by name. The error is a field.List if cfg is
// wrong, or wraps one of the Err values. It changes neither side, and the same
// results always give the same comparison.
func Results(before, after []*reports.Result, cfg Config) (*Comparison, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	pairs, err := matched(before, after)
	if err != nil {
		return nil, err
	}
	for i := range pairs {
		if err := pairs[i].check(cfg); err != nil {
			return nil, err
		}
	}
	return judge(pairs, cfg), nil
}

// matched pairs the results by scenario, in the order of before; those that only
// after has come last.
func matched(before, after []*reports.Result) ([]pair, error) {
	if len(before) == 0 || len(after) == 0 {
		return nil, fmt.Errorf("%w: OLD has %d results, NEW has %d", ErrNothing, len(before), len(after))
	}
	place := map[string]int{}
	var pairs []pair
	for _, r := range before {
		if _, taken := place[r.Scenario]; taken {
			return nil, fmt.Errorf("OLD %w: %s", ErrTwice, phrase.Name(r.Scenario))
		}
		place[r.Scenario] = len(pairs)
		pairs = append(pairs, pair{before: r})
	}
	common := 0
	for _, r := range after {
		i, known := place[r.Scenario]
		if !known {
			i = len(pairs)
			place[r.Scenario] = i
			pairs = append(pairs, pair{})
		}
		if pairs[i].after != nil {
			return nil, fmt.Errorf("NEW %w: %s", ErrTwice, phrase.Name(r.Scenario))
		}
		if pairs[i].after = r; known {
			common++
		}
	}
	if common == 0 {
		return nil, fmt.Errorf("%w: OLD is %s, NEW is %s", ErrScenario, scenarioNames(before), scenarioNames(after))
	}
	return pairs, nil
}

// scenarioNames lists the scenarios of a side for a message.
func scenarioNames(side []*reports.Result) string {
	const most = 3
	text := ""
	for i, r := range side {
		switch {
		case i == most:
			return fmt.Sprintf("%s and %d more", text, len(side)-most)
		case i > 0:
			text += ", "
		}
		text += phrase.Name(r.Scenario)
	}
	return text
}

// judge makes all tests, weighs them against each other, and concludes.
func judge(pairs []pair, cfg Config) *Comparison {
	c := &Comparison{Schema: Schema, Alpha: cfg.Alpha, Margin: cfg.Margin}
	var trials []*trial
	for i := range pairs {
		s, more := pairs[i].compared(cfg)
		c.Scenarios = append(c.Scenarios, s)
		trials = append(trials, more...)
	}
	c.Tests = decide(trials, cfg.Alpha)
	c.RunsNeeded = runsNeeded(cfg.Alpha, max(c.Tests, 1))
	var answers []Answer
	for i := range pairs {
		pairs[i].conclude(&c.Scenarios[i])
		answers = append(answers, c.Scenarios[i].Answer)
	}
	c.Answer = Sum(answers)
	return c
}

// compared makes the tests of a scenario.
func (p *pair) compared(cfg Config) (Scenario, []*trial) {
	s := Scenario{Notes: []string{}, Variants: []Variant{}}
	if p.before != nil {
		s.Name, s.OldEngine = p.before.Scenario, p.before.Engine
	}
	if p.after != nil {
		s.Name, s.NewEngine = p.after.Scenario, p.after.Engine
	}
	switch {
	case p.after == nil:
		s.Answer = Missing
	case p.before == nil:
		s.Answer = New
	}
	var trials []*trial
	for _, c := range p.couples {
		v, more := c.compared(cfg)
		s.Variants = append(s.Variants, v)
		trials = append(trials, more...)
	}
	if len(p.couples) > 0 {
		s.Notes = append(s.Notes, p.notes()...)
	}
	return s, trials
}

// conclude gives the scenario its answer, once its figures have theirs.
func (p *pair) conclude(s *Scenario) {
	if p.before == nil || p.after == nil {
		return
	}
	var answers []Answer
	for i := range s.Variants {
		p.couples[i].conclude(&s.Variants[i])
		if s.Variants[i].Answer != New {
			answers = append(answers, s.Variants[i].Answer)
		}
	}
	if p.after.Incomplete {
		answers = append(answers, Invalid)
	}
	s.Answer = Sum(answers)
}

// notes are what else one should know.
func (p *pair) notes() []string {
	var out []string
	if p.after.Incomplete {
		out = append(out, "NEW was broken off before every run was made")
	}
	for _, c := range p.couples {
		if c.before != nil && c.after != nil && c.before.Expect != c.after.Expect {
			out = append(out, fmt.Sprintf("%s was expected to be %s, and is now expected to be %s",
				phrase.Name(c.after.Name), phrase.Name(c.before.Expect), phrase.Name(c.after.Expect)))
		}
		if c.before != nil && c.after != nil && gated(c.before) != gated(c.after) {
			out = append(out, fmt.Sprintf("%s had to hold %s, and now has to hold %s",
				phrase.Name(c.after.Name), gated(c.before), gated(c.after)))
		}
	}
	if why := p.unchecked(); why != "" {
		out = append(out, why)
	}
	return out
}

// gated names the gates of a variant with their bounds.
func gated(v *reports.Variant) string {
	var names []string
	for i := range v.Gates {
		names = append(names, fmt.Sprintf("%s below %g", phrase.Name(v.Gates[i].Name), v.Gates[i].Below))
	}
	if len(names) == 0 {
		return "no gate"
	}
	return strings.Join(names, ", ")
}
