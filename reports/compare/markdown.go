package compare

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/retrystorm/retrystorm/reports/phrase"
)

// mostVariants is how many variants Markdown shows in full: a hundred with all
// their figures stay far below the megabyte that a job summary may have.
const mostVariants = 100

// WriteMarkdown writes the comparison as Markdown, as GitHub and GitLab read it:
// the conclusion, and a table of each variant. What comes from outside stands in
// code spans and outside of tables, so that it shows as text.
func (c *Comparison) WriteMarkdown(w io.Writer) error {
	var out bytes.Buffer
	word, what, _ := strings.Cut(c.Conclusion(), ": ")
	fmt.Fprintf(&out, "## %s\n", word)
	if what != "" {
		fmt.Fprintf(&out, "\n%s\n", code(phrase.Cut(what, longest)))
	}
	left := mostVariants
	for i := range c.Scenarios {
		c.Scenarios[i].markdown(&out, &left)
	}
	if how := c.Method(); how != "" {
		fmt.Fprintf(&out, "\n%s\n", how)
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("cannot write the comparison as Markdown: %w", err)
	}
	return nil
}

// longest is how much of the conclusion is shown, in columns.
const longest = 1000

func (s *Scenario) markdown(out *bytes.Buffer, left *int) {
	if *left == 0 {
		return
	}
	fmt.Fprintf(out, "\n### %s\n", code(s.title()))
	if len(s.Variants) == 0 {
		*left--
	}
	for i := range s.Variants {
		if *left == 0 {
			fmt.Fprintf(out, "\nNot shown: what follows the first %d variants.\n", mostVariants)
			return
		}
		*left--
		s.Variants[i].markdown(out)
	}
	for i, n := range s.Notes {
		if i == mostVariants {
			break
		}
		fmt.Fprintf(out, "\n%s\n", code(n))
	}
}

func (v *Variant) markdown(out *bytes.Buffer) {
	lines := v.lines()
	fmt.Fprintf(out, "\n#### %s\n\n%s\n", code(lines[0].label), emphasis(lines[0]))
	if len(lines) == 1 {
		return
	}
	fmt.Fprintf(out, "\n| | OLD, %s | NEW, %s | change | answer |\n|---|---|---|---|---|\n", lines[0].old, lines[0].new)
	for _, l := range lines[1:] {
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s |\n", l.label, l.old, l.new, l.change, emphasis(l))
	}
}

// emphasis words the answer, and makes what counts bold.
func emphasis(l line) string {
	text := strings.ReplaceAll(l.answer, "<", "&lt;")
	if l.is.weight() > 0 {
		return "**" + text + "**"
	}
	return text
}

// code makes a code span of a text in which anything may stand: its fence is
// longer than any row of backticks within.
func code(text string) string {
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + " " + text + " " + fence
}
