package compare

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"github.com/olekukonko/tablewriter/tw"

	"github.com/retrystorm/retrystorm/reports/phrase"
)

const (
	usualWidth = 100
	leastWidth = 42 // as that of the table of a result
	leastTable = 80 // below it the columns are too narrow to be read, and a list is written
	labelWidth = 19 // the longest label and its indentation
	frame      = 16 // what five columns take beyond their text
)

var head = []string{"", "OLD", "NEW", "change", "answer"}

// WriteTable writes a table of each scenario and, on the last line, the
// conclusion, in lines of at most width columns: 100 if width is 0, and never
// less than 42. Below 80 columns each figure is a line of its own.
func (c *Comparison) WriteTable(w io.Writer, width int) error {
	if width == 0 {
		width = usualWidth
	}
	width = max(width, leastWidth)
	twwidth.SetEastAsian(false)
	var out bytes.Buffer
	for i := range c.Scenarios {
		if err := c.Scenarios[i].draw(&out, width); err != nil {
			return fmt.Errorf("cannot draw the comparison: %w", err)
		}
	}
	if how := c.Method(); how != "" {
		out.WriteString(strings.Join(phrase.Wrap(how, width), "\n") + "\n")
	}
	out.WriteString(phrase.Cut(c.Conclusion(), width) + "\n")
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("cannot write the comparison: %w", err)
	}
	return nil
}

func (s *Scenario) draw(out *bytes.Buffer, width int) error {
	out.WriteString(phrase.Paragraph(s.title(), width))
	switch {
	case len(s.Variants) == 0:
	case width < leastTable:
		s.list(out, width)
	default:
		if err := s.table(out, width); err != nil {
			return err
		}
	}
	for _, n := range s.Notes {
		out.WriteString(phrase.Paragraph(n, width))
	}
	return nil
}

func (s *Scenario) table(w io.Writer, width int) error {
	table := tablewriter.NewTable(w,
		tablewriter.WithEastAsian(tw.Off),
		tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithHeaderAlignment(tw.AlignLeft),
		tablewriter.WithRowAlignment(tw.AlignLeft),
	)
	table.Header(head)
	columns := columnWidths(width)
	for i := range s.Variants {
		for j, l := range s.Variants[i].lines() {
			indent := "  "
			if j == 0 {
				indent = ""
			}
			if err := table.Append(l.cells(columns, indent)); err != nil {
				return err
			}
		}
	}
	return table.Render()
}

// columnWidths shares out what the labels and the frame leave.
func columnWidths(width int) []int {
	rest := width - frame - labelWidth
	side := rest * 22 / 100
	change := rest * 28 / 100
	return []int{labelWidth, side, side, change, rest - 2*side - change}
}

// cells wraps the texts of a row to the widths of its columns.
func (l line) cells(columns []int, indent string) []string {
	out := make([]string, len(columns))
	for i, text := range []string{l.label, l.old, l.new, l.change, l.answer} {
		before := ""
		if i == 0 {
			before = indent
		}
		lines := phrase.Wrap(text, columns[i]-len(before))
		out[i] = before + strings.Join(lines, "\n"+before)
	}
	return out
}

// list writes each figure as a line, the answer first, since that must not be
// cut off.
func (s *Scenario) list(out *bytes.Buffer, width int) {
	for i := range s.Variants {
		for j, l := range s.Variants[i].lines() {
			text := fmt.Sprintf("%s: %s (OLD %s, NEW %s)", l.label, l.answer, l.old, l.new)
			if j > 0 {
				text = fmt.Sprintf("- %s: %s: %s → %s", l.label, l.answer, l.old, l.new)
			}
			out.WriteString(phrase.Paragraph(text, width))
		}
	}
}
