package advice

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// Title says what was looked at: of which scenario, and on what.
func (a *Advice) Title() string {
	return phrase.Name(a.Scenario) + ", " + phrase.Name(a.Variant) + ", on " + phrase.Name(a.Engine)
}

// Headline is the answer in a sentence, such as: comes back in 0 of 3 runs (3
// collapsed); the smallest change after which it does with probability ≥ 95% is a retry
// budget of 12%, one of 4 that suffice.
func (a *Advice) Headline() string {
	text := a.answer()
	if !a.Complete {
		text = "broken off after " + counted(a.Runs, "run") + "; so far: " + text
	}
	return text
}

func (a *Advice) answer() string {
	if a.Before.N == 0 {
		return "nothing is known yet"
	}
	text := fmt.Sprintf("comes back in %s (%s)", a.Before.counts(), a.tally())
	likely := "with probability ≥ " + phrase.Share(&a.AtLeast)
	switch n := len(a.Proposals); {
	case n == 1:
		return fmt.Sprintf("%s; it does %s after %s", text, likely, name(a.Proposals[0].Name))
	case n > 1:
		return fmt.Sprintf("%s; the smallest change after which it does %s is %s, one of %s", text, likely, name(a.Proposals[0].Name), counted(n, "proposal"))
	case a.Limit != nil:
		return text + "; nothing within the bounds helps"
	case len(a.Margins) > 0:
		return fmt.Sprintf("%s; the nearest edge: %s", text, a.Margins[0].told())
	case len(a.Beyond) > 0:
		return text + "; no parameter has an edge as far as was looked"
	}
	return text
}

// tally counts how the runs of the variant ended, the best first.
func (a *Advice) tally() string {
	var parts []string
	for _, k := range []verdict.Kind{verdict.Healthy, verdict.Recovered, verdict.Degraded, verdict.Collapsed, verdict.Overloaded, verdict.Invalid} {
		if n := a.Kinds[k]; n > 0 {
			parts = append(parts, phrase.Count(int64(n))+" "+k.String())
		}
	}
	return strings.Join(parts, ", ")
}

func (m *Margin) told() string {
	text := name(m.Phrase)
	if m.Becomes != nil {
		text += ", and it is " + m.Becomes.String()
	}
	return text
}

// beyondTold names the parameters that have no edge as far as was looked, each once.
func (a *Advice) beyondTold() string {
	var parts []string
	for i := 0; i < len(a.Beyond); {
		m := &a.Beyond[i]
		low, high := 1.0, 1.0
		for ; i < len(a.Beyond) && a.Beyond[i].Path == m.Path; i++ {
			low, high = min(low, a.Beyond[i].Factor), max(high, a.Beyond[i].Factor)
		}
		parts = append(parts, fmt.Sprintf("%s from %s to %s of %s", name(m.Path), phrase.Share(&low), phrase.Share(&high), value(m.Now)))
	}
	if len(parts) == 0 {
		return ""
	}
	return "It comes back as far as was looked with " + strings.Join(parts, "; ") + "."
}

// told says why nothing helps, and what came nearest.
func (l *Limit) told() []string {
	out := []string{phrase.Plain(l.Reason)}
	if l.Nearest != nil {
		out = append(out, fmt.Sprintf("Nearest came %s, after which it came back in %s.", name(l.NearestTo), l.Nearest.counts()))
	}
	return out
}

// counts words how often: 73 of 73 runs, 95% interval 95% to 100%.
func (p *Probability) counts() string {
	return fmt.Sprintf("%s of %s, 95%% interval %s to %s", phrase.Count(int64(p.K)), counted(p.N, "run"), phrase.Share(&p.Low), phrase.Share(&p.High))
}

// told words a change: fleet.0.retry.maxAttempts 10 → 3.
func (c *Change) told() string { return name(c.Path) + " " + value(c.From) + " → " + value(c.To) }

// told says what is changed, which strength leaves a margin and which does not suffice.
func (p *Proposal) told() string {
	var parts []string
	for i := range p.Changes {
		parts = append(parts, p.Changes[i].told())
	}
	if m := p.Margin; m != nil {
		parts = append(parts, fmt.Sprintf("with a margin %s (%s)", name(m.Name), m.Probability.counts()))
	}
	if w := p.Weaker; w != nil && w.Probability.N > 0 {
		parts = append(parts, fmt.Sprintf("%s does not suffice (%s)", name(w.Name), w.Probability.counts()))
	}
	return name(p.Name) + ": " + strings.Join(parts, "; ")
}

// cells are the costs for the table: when nothing is wrong, and under a mild trigger.
func (c *Cost) cells() []string {
	out := []string{phrase.Missing, phrase.Missing, phrase.Missing}
	if c == nil {
		return out
	}
	var parts [3][]string
	for _, e := range []*Effect{c.Calm, c.Mild} {
		if e == nil {
			e = &Effect{}
			for i := range parts {
				parts[i] = append(parts[i], phrase.Missing)
			}
			continue
		}
		parts[0] = append(parts[0], between(phrase.Decimal(e.Without.FailedPer1000), phrase.Decimal(e.With.FailedPer1000)))
		parts[1] = append(parts[1], between(phrase.DurationOf(e.Without.P99), phrase.DurationOf(e.With.P99)))
		parts[2] = append(parts[2], between(percent(e.Without.GoodputShare), percent(e.With.GoodputShare)))
	}
	for i := range parts {
		out[i] = strings.Join(parts[i], "; ")
	}
	return out
}

// between words two figures, or one where they are the same.
func between(without, with string) string {
	if without == with {
		return with
	}
	return without + " → " + with
}

// percent writes a share with a decimal, for a tenth of a percent of the sales counts.
func percent(x float64) string { return fmt.Sprintf("%.1f%%", x*100) }

// name is a text that is harmless to a terminal.
func name(s string) string {
	const longest = 200
	return phrase.Cut(phrase.Plain(s), longest)
}

// value is a value of a declaration for a reader: 10, 2s, none.
func value(text json.RawMessage) string {
	const longest = 60
	var word string
	switch {
	case len(text) == 0 || string(text) == "null":
		return "none"
	case json.Unmarshal(text, &word) == nil:
		return phrase.Cut(phrase.Plain(word), longest)
	}
	return phrase.Cut(phrase.Plain(string(text)), longest)
}

func namesOf(proposals []Proposal) string {
	names := make([]string, len(proposals))
	for i := range proposals {
		names[i] = name(proposals[i].Name)
	}
	return strings.Join(names, "; ")
}

// counted words a number of things.
func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return phrase.Count(int64(n)) + " " + noun
}

// Paste is the proposal as a member of variants in a script: JSON, which JavaScript
// reads, too, on one line and harmless to a terminal.
func (p *Proposal) Paste() string {
	text, _ := json.Marshal(map[string]json.RawMessage{p.VariantName(): p.Patch}) // a patch that is no JSON is none
	return printable(strings.TrimSuffix(strings.TrimPrefix(string(text), "{"), "}")) + ","
}

// VariantName is the name of the proposal as a variant, which has at most 64 characters.
func (p *Proposal) VariantName() string {
	const longest = 64
	runes := []rune(p.Name)
	if len(runes) <= longest {
		return p.Name
	}
	return strings.TrimSpace(string(runes[:longest-1])) + "…"
}

// printable spells out what does not print in a JSON text, as JSON can.
func printable(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// Proposal gives the one of that name, or that is the variant of that name; the error
// says which there are.
func (a *Advice) Proposal(called string) (*Proposal, error) {
	var names []string
	for _, list := range [][]Proposal{a.Proposals, a.Dominated} {
		for i := range list {
			if p := &list[i]; p.Name == called || p.VariantName() == called {
				return p, nil
			}
			names = append(names, list[i].Name)
		}
	}
	switch near := field.Nearest(called, names); {
	case len(names) == 0:
		return nil, errors.New("there is no proposal that could be written")
	case near != "":
		return nil, fmt.Errorf("no proposal is called %s; did you mean %s?", field.Show(called), field.Show(near))
	}
	_, err := field.OneOf(called, names)
	return nil, fmt.Errorf("the proposal %w", err)
}
