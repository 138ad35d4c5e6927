package plan

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/retrystorm/retrystorm/reports/compare"
	"github.com/retrystorm/retrystorm/reports/phrase"
	"github.com/retrystorm/retrystorm/reports/table"
)

// WriteJSON writes the comparison as JSON, indented, with a final newline.
func (c *Comparison) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(c); err != nil {
		return fmt.Errorf("cannot write the comparison as JSON: %w", err)
	}
	return nil
}

var comparisonHead = []string{"", "OLD", "NEW", "change", "answer"}

// WriteTable writes the edges side by side and, on the last line, the conclusion, in
// lines no wider than the style says.
func (c *Comparison) WriteTable(w io.Writer, style table.Style) error {
	var out strings.Builder
	width := style.Columns()
	out.WriteString(phrase.Paragraph(phrase.Name(c.Scenario)+": a plan and an older one", width))
	var lines [][]string
	for i := range c.Figures {
		lines = append(lines, c.Figures[i].row())
	}
	if len(lines) > 0 {
		if err := table.Rows(&out, style, comparisonHead, lines); err != nil {
			return fmt.Errorf("cannot draw the comparison: %w", err)
		}
	}
	for _, n := range c.Notes {
		out.WriteString(phrase.Paragraph(n, width))
	}
	out.WriteString(phrase.Paragraph(c.Conclusion(), width))
	if _, err := io.WriteString(w, out.String()); err != nil {
		return fmt.Errorf("cannot write the comparison: %w", err)
	}
	return nil
}

func (f *Figure) row() []string {
	change := phrase.Missing
	if f.Change != nil {
		change = fmt.Sprintf("%+.3g%%", *f.Change*100)
	}
	return []string{f.What, f.level(f.Old), f.level(f.New), change, f.Answer.String() + ": " + phrase.Plain(f.Why)}
}

// level words a side: 2.09 (2.06 to 2.14).
func (f *Figure) level(l *Level) string {
	if l == nil {
		return phrase.Missing
	}
	return fmt.Sprintf("%s (%s to %s)", f.text(l.Value), f.text(l.Low), f.text(l.High))
}

// Conclusion is the answer to the gate: WORSE, INVALID, BETTER or NO EVIDENCE OF A
// DIFFERENCE, and what makes it so.
func (c *Comparison) Conclusion() string {
	var word string
	switch c.Answer {
	case compare.Worse:
		word = "WORSE: "
	case compare.Invalid:
		word = "INVALID: "
	case compare.Better:
		word = "BETTER: "
	default:
		return "NO EVIDENCE OF A DIFFERENCE" + c.small()
	}
	var parts []string
	for i := range c.Figures {
		if f := &c.Figures[i]; f.Answer == c.Answer {
			parts = append(parts, f.What+": "+phrase.Plain(f.Why))
		}
	}
	if len(parts) == 0 {
		parts = c.Notes
	}
	return word + strings.Join(parts, "; ")
}

// small says if an edge moved by less than matters.
func (c *Comparison) small() string {
	for i := range c.Figures {
		if c.Figures[i].Answer == compare.TooSmall {
			return " that matters: " + c.Figures[i].What + ": " + c.Figures[i].Why
		}
	}
	return ""
}
