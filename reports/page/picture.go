package page

import (
	_ "embed" // for the picture's style sheet
	"fmt"
	"html"
	"io"
	"strings"

	"gonum.org/v1/plot/font"

	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// pictureStyle is the page's light colours: a picture stands on any paper, so it
// brings its own.
//
//go:embed picture.css
var pictureStyle string

// The measures of a picture: charts in two columns, each under its title, and the
// key below all of them.
const (
	columnWidth  = chartWidth + 20
	cellHeight   = chartHeight + 30 // a chart and its title
	titleSize    = 14
	keyHeight    = 26
	mostPictured = 24 // a picture of more would be beyond what a viewer scales well
)

// WritePicture writes the timeline of each variant's typical run as one SVG
// picture: goodput, attempts and demand per second, the trigger shaded, the faults
// marked and the verdict in the title. Where the run tells how many tenants were
// hurt, a thin line is their share. It has no script and needs nothing else; the
// same result always gives the same bytes. Of more than 24 variants those that did
// not come out as expected go first, and the picture says how many it leaves out.
func WritePicture(w io.Writer, r *reports.Result) error {
	if _, err := io.WriteString(w, pictureOf(r)); err != nil {
		return fmt.Errorf("cannot write the picture: %w", err)
	}
	return nil
}

func pictureOf(r *reports.Result) string {
	runs, left := mostUrgent(chartable(r.Variants), r.Variants, mostPictured)
	columns := max(min(len(runs), 2), 1)
	rows := (len(runs) + columns - 1) / columns
	entries := pictureKeys(runs, left)
	keys, keyRows := placedKeys(entries, columns*columnWidth)
	width, height := columns*columnWidth, rows*cellHeight+keyRows*keyHeight+4
	var out strings.Builder
	fmt.Fprintf(&out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">\n", width, height, width, height)
	fmt.Fprintf(&out, "<title>%s</title>\n<style>\n%s</style>\n", html.EscapeString(phrase.Name(r.Scenario)), pictureStyle)
	fmt.Fprintf(&out, "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", width, height)
	for i, ch := range pictured(runs) {
		x, y := 10+columnWidth*(i%columns), cellHeight*(i/columns)
		title := entitled(&r.Variants[runs[i].Of-1], runs[i])
		fmt.Fprintf(&out, "<text class=\"title\" x=\"%d\" y=\"%d\">%s</text>\n", x, y+22, html.EscapeString(title))
		fmt.Fprintf(&out, "<svg x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\">\n", x, y+34, chartWidth, chartHeight)
		out.WriteString(strings.ReplaceAll(string(ch.Drawn), "/><", "/>\n<"))
		out.WriteString("\n</svg>\n")
	}
	fmt.Fprintf(&out, "<g transform=\"translate(0 %d)\">\n%s</g>\n</svg>\n", rows*cellHeight+8, keys)
	return out.String()
}

// pictured draws the charts, on one axis of time and one of figures.
func pictured(runs []runView) []chart {
	m := measures(nil)[0] // demand, attempts and goodput
	during, heights := duration(runs), height(runs, m)
	var charts []chart
	for _, r := range runs {
		of := m
		if tellsHurt(r.Run) {
			of.lines = append(of.lines[:len(of.lines):len(of.lines)], hurtLine(heights.to))
		}
		charts = append(charts, drawn(r, of, during, heights, 0))
	}
	return charts
}

// tellsHurt says whether a run tells how many tenants were hurt at each moment.
func tellsHurt(r *reports.Run) bool {
	return r.Blast != nil && r.Blast.Tenants > 0 && len(r.Groups) > 0 && len(r.Series.Hurt) > 0
}

// hurtLine is the share of the tenants that were hurt, on a scale of its own: all
// of them are as high as the axis of figures goes.
func hurtLine(top float64) line {
	return line{name: "tenants hurt", class: "s-d", of: mean, text: whole, optional: true, read: func(r *reports.Run) []float64 {
		out := floats(r.Series.Hurt)
		for i := range out {
			out[i] *= top / float64(r.Blast.Tenants)
		}
		return out
	}}
}

// entitled says how a variant came out, in the width of its chart.
func entitled(v *reports.Variant, r runView) string {
	outcome := ": " + r.Verdict.Kind.String()
	if s := r.Verdict.TimeToRecoverS; r.Verdict.Kind == verdict.Recovered && s != nil {
		outcome += " in " + phrase.Duration(*s)
	}
	if n := len(v.Runs); n > 1 {
		outcome += fmt.Sprintf(" (seed %d of %s)", r.Seed, phrase.Count(int64(n)))
	}
	f := font.DefaultCache.Lookup(textStyle(ink{}).Font, titleSize)
	name := []rune(phrase.Name(v.Name))
	if f.Width(string(name)+outcome) <= chartWidth {
		return string(name) + outcome
	}
	for len(name) > 1 && f.Width(string(name)+"…"+outcome) > chartWidth {
		name = name[:len(name)-1]
	}
	return string(name) + "…" + outcome
}
