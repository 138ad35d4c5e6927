package page

import (
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
	"github.com/retrystorm/retrystorm/reports/summary"
)

// table is a table whose first column labels the rows.
type table struct {
	Caption string
	Class   string // of the style sheet: how the cells stand
	Head    []cell
	Rows    []row
}

// row is a line of a table.
type row struct {
	Of    int // the variant that all of it is about; 0 if it is about several
	Label string
	Cells []cell
}

// cell is a text of a table and the variant that it is about.
type cell struct {
	Of   int
	Text string
}

func cells(texts ...string) []cell {
	out := make([]cell, len(texts))
	for i, t := range texts {
		out[i].Text = t
	}
	return out
}

// mostBeside is how many variants stand beside each other in a table; more
// stand below each other.
const mostBeside = 6

// beside makes a table of variants beside each other out of a row for each of
// what is told of them; or, of many variants, one with a row for each variant.
func beside(caption string, variants []reports.Variant, told []summary.Row) table {
	t := table{Caption: caption}
	if len(variants) > mostBeside {
		t.Head = cells("variant")
		for _, r := range told {
			t.Head = append(t.Head, cell{Text: r.Label})
		}
		for i := range variants {
			line := row{Of: i + 1, Label: phrase.Name(variants[i].Name)}
			for _, r := range told {
				line.Cells = append(line.Cells, cell{Text: plain(r.Cells[i], longestName)})
			}
			t.Rows = append(t.Rows, line)
		}
		return t
	}
	t.Class = "sides"
	t.Head = cells("")
	for i := range variants {
		t.Head = append(t.Head, cell{i + 1, phrase.Name(variants[i].Name)})
	}
	for _, r := range told {
		line := row{Label: r.Label}
		for i, text := range r.Cells {
			line.Cells = append(line.Cells, cell{i + 1, plain(text, longestText)})
		}
		t.Rows = append(t.Rows, line)
	}
	return t
}

// teller is a row of a table of variants: what it tells of the run that stands
// for one.
type teller struct {
	label string
	tell  func(*reports.Run) string
}

// told asks each teller for each variant.
func told(variants []reports.Variant, tellers []teller) []summary.Row {
	var out []summary.Row
	for _, t := range tellers {
		r := summary.Row{Label: t.label}
		for i := range variants {
			text := phrase.Missing
			if run, ok := variants[i].Typical(); ok {
				text = t.tell(run)
			}
			r.Cells = append(r.Cells, text)
		}
		out = append(out, r)
	}
	return out
}
