package markdown

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
	"github.com/retrystorm/retrystorm/reports/summary"
)

// mostColumns is how many variants stand side by side; of more, each has a row.
const mostColumns = 6

// Write writes the result as Markdown of less than 1 MB. Its errors are those
// of w.
func Write(w io.Writer, r *reports.Result) error {
	var d document
	outcome := r.Outcome().String()
	d.paragraph("## " + outcome + ": " + short(summary.Title(r)))
	d.paragraph(conclusion(r, outcome))
	if len(r.Variants) > 0 {
		d.headlines(r.Variants)
		d.overview(r.Variants)
		d.gates(r.Variants)
		d.phases(r.Variants)
		d.graph(r.Variants)
		d.faults(r.Variants)
	}
	if len(r.Declaration) > 0 {
		d.paragraph("Run it again:")
		d.paragraph("```sh\nretrystorm replay " + reports.FileName + "\n```")
	}
	if len(r.Variants)+len(r.Versions) > 0 {
		d.details(r)
	}
	if _, err := w.Write(d.Bytes()); err != nil {
		return fmt.Errorf("cannot write the Markdown: %w", err)
	}
	return nil
}

// conclusion is what the title has not said yet.
func conclusion(r *reports.Result, outcome string) string {
	said := strings.TrimPrefix(summary.Conclusion(r), outcome+": ")
	first := []rune(said)[:1]
	return long(string(unicode.ToUpper(first[0])) + strings.TrimPrefix(said, string(first)) + ".")
}

// headlines says of each variant how it came out, for people.
func (d *document) headlines(variants []reports.Variant) {
	d.list(len(variants), "variants", func(i int) string {
		v := &variants[i]
		return "**" + name(v) + "**: " + long(summary.Headline(v))
	})
}

func name(v *reports.Variant) string { return short(phrase.Name(v.Name)) }

// overview has the variants side by side or, where there are many, the figures
// that matter most beneath each other.
func (d *document) overview(variants []reports.Variant) {
	rows := summary.Rows(variants)
	if len(variants) > mostColumns {
		d.brief(variants, rows)
		return
	}
	head := words("")
	for i := range variants {
		head = append(head, words(name(&variants[i]))...)
	}
	d.table(head, len(rows), "rows", func(i int) []string {
		cells := []string{short(rows[i].Label)}
		for _, c := range rows[i].Cells {
			cells = append(cells, short(c))
		}
		return cells
	})
}

// briefly are the labels of the rows that are left where variants are many.
var briefly = []string{
	"verdict", "as expected", "time to recover", "attempts per sale", "goodput, recovery",
	"wasted, recovery", "lost", "duplicated", "failed",
}

func (d *document) brief(variants []reports.Variant, rows []summary.Row) {
	head := words("variant")
	var cells [][]string
	for _, label := range briefly {
		for _, r := range rows {
			if r.Label == label {
				head, cells = append(head, words(label)...), append(cells, r.Cells)
			}
		}
	}
	d.table(head, len(variants), "variants", func(i int) []string {
		row := []string{name(&variants[i])}
		for _, c := range cells {
			row = append(row, short(c[i]))
		}
		return row
	})
}
