package table

import (
	"strings"

	"github.com/olekukonko/tablewriter/pkg/twwidth"

	"github.com/retrystorm/retrystorm/reports/phrase"
)

// listWidth is the width from which there is room for columns.
const listWidth = 76

// Rows draws a table whose columns are as wide as they have to be; where they do not
// fit, the last ones are wrapped, and below listWidth each row is a line of its own.
func Rows(w *strings.Builder, style Style, head []string, lines [][]string) error {
	width := style.Columns()
	if width < listWidth {
		for _, l := range lines {
			w.WriteString(Painted(phrase.Paragraph("- "+strings.Join(titled(head, l), "; "), width), style))
		}
		return nil
	}
	widths := widthsOf(width, head, lines)
	t := New(w)
	t.Header(cells(head, widths))
	for _, l := range lines {
		if err := t.Append(cells(l, widths)); err != nil {
			return err
		}
	}
	from := w.Len()
	if err := t.Render(); err != nil {
		return err
	}
	drawn := w.String()
	w.Reset()
	w.WriteString(drawn[:from] + Painted(drawn[from:], style))
	return nil
}

// titled puts the head of each column but the first before its cell.
func titled(head, cells []string) []string {
	out := []string{cells[0]}
	for i, c := range cells[1:] {
		if c != "" && c != phrase.Missing {
			out = append(out, head[i+1]+" "+c)
		}
	}
	return out
}

// widthsOf gives each column the room that it asks for, and takes what is too much from
// the widest one.
func widthsOf(width int, head []string, lines [][]string) []int {
	const frame = 3 // two spaces and a line
	widths := make([]int, len(head))
	for _, l := range append([][]string{head}, lines...) {
		for i, c := range l {
			widths[i] = max(widths[i], twwidth.Width(c))
		}
	}
	for {
		total, widest := 1, 0
		for i, w := range widths {
			if total += w + frame; w > widths[widest] {
				widest = i
			}
		}
		if total <= width {
			return widths
		}
		widths[widest]--
	}
}

func cells(cells []string, widths []int) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = strings.Join(phrase.Wrap(c, widths[i]), "\n")
	}
	return out
}

// Painted colours the verdicts of a text where the terminal has colours.
func Painted(text string, style Style) string {
	if style.Colour {
		return PaintKinds(text)
	}
	return text
}
