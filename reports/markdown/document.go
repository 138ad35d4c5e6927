package markdown

import (
	"bytes"
	"strings"

	"github.com/retrystorm/retrystorm/reports/phrase"
)

// What a section may hold. A document of ten sections so stays below 1 MB,
// whatever stands in them.
const (
	sectionBytes = 90_000
	mostRows     = 200
)

// document is Markdown in the making.
type document struct{ bytes.Buffer }

// paragraph writes a block of its own.
func (d *document) paragraph(text string) { d.WriteString(text + "\n\n") }

// list writes one item for each of n, and how many it had to leave out.
func (d *document) list(n int, what string, item func(i int) string) {
	d.lines(n, what, func(i int) string { return "- " + item(i) + "\n" })
}

// column is the head of one: text, already made harmless, and whether figures
// stand below it, at the right.
type column struct {
	head    string
	figures bool
}

func words(heads ...string) []column   { return columns(false, heads) }
func figures(heads ...string) []column { return columns(true, heads) }

func columns(figures bool, heads []string) []column {
	out := make([]column, len(heads))
	for i, h := range heads {
		out[i] = column{h, figures}
	}
	return out
}

// table writes one row for each of n below the head, and how many it had to
// leave out.
func (d *document) table(head []column, n int, what string, row func(i int) []string) {
	names, rules := make([]string, len(head)), make([]string, len(head))
	for i, c := range head {
		if names[i], rules[i] = c.head, "---"; c.figures {
			rules[i] = "--:"
		}
	}
	d.WriteString(line(names) + line(rules))
	d.lines(n, what, func(i int) string { return line(row(i)) })
}

func line(cells []string) string { return "| " + strings.Join(cells, " | ") + " |\n" }

// lines writes as many lines as there is room for.
func (d *document) lines(n int, what string, one func(i int) string) {
	end := d.Len() + sectionBytes
	for i := range n {
		text := ""
		if i < mostRows {
			text = one(i)
		}
		if text == "" || d.Len()+len(text) > end {
			d.paragraph("\nMore " + what + ", not shown for want of room: " + phrase.Count(int64(n-i)) + ".")
			return
		}
		d.WriteString(text)
	}
	d.WriteString("\n")
}
