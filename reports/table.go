package reports

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"github.com/olekukonko/tablewriter/tw"
)

const (
	usualWidth = 100
	leastWidth = 42 // the labels, one variant and the last line still fit
	leastCell  = 16 // narrower cells wrap too often to be read
	labelWidth = 17 // of the longest label
	edge       = 3  // what a column takes beyond its text: two spaces and a line
)

// Table writes the variants side by side, why each came out as it did, and the
// outcome on the last line, in lines of at most width columns: 100 if width is
// 0, and never less than 42. Where the variants do not fit beside each other
// the table goes on below. Characters of ambiguous width count as narrow,
// whatever the locale.
func Table(w io.Writer, r *Result, width int) error {
	if width == 0 {
		width = usualWidth
	}
	width = max(width, leastWidth)
	twwidth.SetEastAsian(false)
	var out bytes.Buffer
	out.WriteString(paragraph(title(r), width))
	for _, block := range blocks(r.Variants, width) {
		if err := side(&out, block, width); err != nil {
			return fmt.Errorf("cannot draw the table: %w", err)
		}
	}
	for i := range r.Variants {
		out.WriteString(paragraph(reason(&r.Variants[i]), width))
	}
	out.WriteString(cut(conclusion(r), width) + "\n")
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("cannot write the table: %w", err)
	}
	return nil
}

func title(r *Result) string {
	return fmt.Sprintf("%s on %s, seed %d", name(r.Scenario), name(r.Engine), r.Seed)
}

// blocks parts the variants evenly into as few tables as the width allows.
func blocks(variants []Variant, width int) [][]Variant {
	fit := max((width-labelWidth-edge-1)/(leastCell+edge), 1)
	var parts [][]Variant
	for tables := (len(variants) + fit - 1) / fit; tables > 0; tables-- {
		n := (len(variants) + tables - 1) / tables
		parts = append(parts, variants[:n])
		variants = variants[n:]
	}
	return parts
}

// side draws one table of variants that fit beside each other.
func side(w io.Writer, variants []Variant, width int) error {
	cell := (width-labelWidth-edge-1)/len(variants) - edge
	table := tablewriter.NewTable(w,
		tablewriter.WithEastAsian(tw.Off),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithHeaderAlignment(tw.AlignLeft),
		tablewriter.WithRowAlignment(tw.AlignLeft),
	)
	names := make([]string, len(variants))
	for i := range variants {
		names[i] = name(variants[i].Name)
	}
	table.Header(wrapped("", names, cell))
	for _, r := range rows() {
		texts, some := r.cells(variants)
		if !some {
			continue
		}
		if err := table.Append(wrapped(r.label, texts, cell)); err != nil {
			return err
		}
	}
	return table.Render()
}

func wrapped(label string, texts []string, width int) []string {
	cells := []string{label}
	for _, t := range texts {
		cells = append(cells, strings.Join(wrap(t, width), "\n"))
	}
	return cells
}

func reason(v *Variant) string {
	run, ok := typical(v)
	why := "was not run"
	if ok {
		why = plain(run.Verdict.Reason)
	}
	if ok && why == "" {
		why = run.Verdict.Kind.String()
	}
	return name(v.Name) + ": " + why
}

func conclusion(r *Result) string {
	outcome := r.Outcome()
	switch {
	case outcome == Passed:
		return "PASSED: every variant came out as expected"
	case outcome == Failed:
		return "FAILED: not as expected: " + those(r.Variants, Failed)
	case r.Incomplete:
		return "INVALID: broken off before every run was made"
	case len(r.Variants) == 0:
		return "INVALID: nothing was run"
	}
	return "INVALID: proves nothing: " + those(r.Variants, Invalid)
}

// those names the variants that came out so.
func those(variants []Variant, outcome Outcome) string {
	var names []string
	for i := range variants {
		if variants[i].Outcome() == outcome {
			names = append(names, name(variants[i].Name))
		}
	}
	return strings.Join(names, ", ")
}
