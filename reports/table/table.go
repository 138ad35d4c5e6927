package table

import (
	"fmt"
	"io"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"github.com/olekukonko/tablewriter/tw"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
	"github.com/retrystorm/retrystorm/reports/summary"
)

const (
	usualWidth = 100
	leastWidth = 42 // the labels, one variant and the last line still fit
	leastCell  = 16 // narrower cells wrap too often to be read
	labelWidth = 17 // of the longest label
	edge       = 3  // what a column takes beyond its text: two spaces and a line
)

// Style is what a terminal can show. The zero value suits a file.
type Style struct {
	Width    int  // in columns: 100 if zero, and never less than 42
	Colour   bool // verdicts and answers are coloured
	Timeline bool // a small chart of each variant stands below the table
}

// Columns is how wide lines may be. It has characters of ambiguous width measured as
// narrow from then on.
func (s Style) Columns() int {
	twwidth.SetEastAsian(false)
	if s.Width == 0 {
		return usualWidth
	}
	return max(s.Width, leastWidth)
}

// Write writes the variants side by side, why each came out as it did, and the
// outcome on the last line, in lines no wider than the style says. Where the
// variants do not fit beside each other the table goes on below. Characters of
// ambiguous width count as narrow, whatever the locale.
func Write(w io.Writer, r *reports.Result, style Style) error {
	text, err := draw(r, style)
	if err != nil {
		return fmt.Errorf("cannot draw the table: %w", err)
	}
	if style.Colour {
		text = coloured(text)
	}
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("cannot write the table: %w", err)
	}
	return nil
}

func draw(r *reports.Result, style Style) (string, error) {
	width := style.Columns()
	var out strings.Builder
	out.WriteString(phrase.Paragraph(summary.Title(r), width))
	for _, block := range blocks(r.Variants, width) {
		if err := side(&out, block, width); err != nil {
			return "", err
		}
	}
	if style.Timeline {
		out.WriteString(timelines(r.Variants, width))
	}
	out.WriteString(graphs(r.Variants, width))
	for i := range r.Variants {
		out.WriteString(phrase.Paragraph(summary.Reason(&r.Variants[i]), width))
	}
	out.WriteString(phrase.Cut(summary.Conclusion(r), width) + "\n")
	return out.String(), nil
}

// New makes an empty table in the style of this program, whose cells are drawn as they
// are: a caller wraps them.
func New(w io.Writer) *tablewriter.Table {
	return tablewriter.NewTable(w,
		tablewriter.WithEastAsian(tw.Off),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithHeaderAlignment(tw.AlignLeft),
		tablewriter.WithRowAlignment(tw.AlignLeft),
	)
}

// blocks parts the variants evenly into as few tables as the width allows.
func blocks(variants []reports.Variant, width int) [][]reports.Variant {
	fit := max((width-labelWidth-edge-1)/(leastCell+edge), 1)
	var parts [][]reports.Variant
	for tables := (len(variants) + fit - 1) / fit; tables > 0; tables-- {
		n := (len(variants) + tables - 1) / tables
		parts = append(parts, variants[:n])
		variants = variants[n:]
	}
	return parts
}

// side draws one table of variants that fit beside each other.
func side(w io.Writer, variants []reports.Variant, width int) error {
	cell := (width-labelWidth-edge-1)/len(variants) - edge
	table := New(w)
	names := make([]string, len(variants))
	for i := range variants {
		names[i] = phrase.Name(variants[i].Name)
	}
	table.Header(wrapped("", names, cell))
	for _, r := range summary.Rows(variants) {
		if err := table.Append(wrapped(r.Label, r.Cells, cell)); err != nil {
			return err
		}
	}
	return table.Render()
}

func wrapped(label string, texts []string, width int) []string {
	cells := []string{label}
	for _, t := range texts {
		cells = append(cells, strings.Join(phrase.Wrap(t, width), "\n"))
	}
	return cells
}
