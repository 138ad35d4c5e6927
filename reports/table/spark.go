package table

import (
	"fmt"
	"math"
	"strings"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

const (
	sparkLabel = 11 // "  attempts " and its like
	sparkNote  = 24 // what stands behind a line: "up to 1,034/s"
	mostSpark  = 100
)

// bars are the levels of a spark line, from nothing on.
var bars = []rune(" ▁▂▃▄▅▆▇█")

// timelines draws the variants on one scale, so that they can be compared.
func timelines(variants []reports.Variant, width int) string {
	top := 0.0
	for i := range variants {
		if run, ok := variants[i].Typical(); ok {
			top = max(top, highest(run.Series.Attempts), highest(run.Series.Goodput))
		}
	}
	var b strings.Builder
	for i := range variants {
		b.WriteString(timeline(&variants[i], width, top))
	}
	return b.String()
}

// timeline draws the attempts and the goodput of a variant's run, and below
// them when the trigger was on; empty for a run without buckets.
func timeline(v *reports.Variant, width int, top float64) string {
	run, ok := v.Typical()
	if !ok || len(run.Series.TS) == 0 {
		return ""
	}
	s := &run.Series
	columns := min(width-sparkLabel-sparkNote-1, mostSpark, len(s.TS))
	if columns < 1 {
		return ""
	}
	var b strings.Builder
	b.WriteString(phrase.Cut(phrase.Name(v.Name), width) + "\n")
	for _, l := range []struct {
		label  string
		values []float64
	}{{"attempts", s.Attempts}, {"goodput", s.Goodput}} {
		fmt.Fprintf(&b, "  %-*s%s up to %s\n", sparkLabel-2, l.label, spark(l.values, columns, top), phrase.PerSecond(highest(l.values)))
	}
	b.WriteString(triggerLine(run, columns))
	return b.String()
}

// spark draws values in so many columns, each of them the highest of those that
// fall into it, so that no peak is lost.
func spark(values []float64, columns int, top float64) string {
	line := make([]rune, columns)
	for c := range line {
		from, to := c*len(values)/columns, (c+1)*len(values)/columns
		line[c] = bar(highest(values[from:max(to, from+1)]), top)
	}
	return string(line)
}

// bar gives the level of a value; whatever is above nothing shows.
func bar(value, top float64) rune {
	if !(value > 0) || !(top > 0) {
		return bars[0]
	}
	most := len(bars) - 1
	level := int(math.Ceil(value / top * float64(most)))
	return bars[min(max(level, 1), most)]
}

// highest gives the highest of the values that are finite, at least 0.
func highest(values []float64) float64 {
	top := 0.0
	for _, v := range values {
		if v > top && !math.IsInf(v, 0) {
			top = v
		}
	}
	return top
}

// triggerLine marks the buckets that the trigger touches.
func triggerLine(run *reports.Run, columns int) string {
	on := run.Verdict.Evidence.Trigger
	if on.ToS <= on.FromS {
		return ""
	}
	ts := run.Series.TS
	line := make([]rune, columns)
	for c := range line {
		from, to := c*len(ts)/columns, (c+1)*len(ts)/columns
		start, end := ts[from], math.Inf(1)
		if max(to, from+1) < len(ts) {
			end = ts[max(to, from+1)]
		}
		line[c] = ' '
		if start < on.ToS && end > on.FromS {
			line[c] = '▀'
		}
	}
	return fmt.Sprintf("  %-*s%s %s to %s\n", sparkLabel-2, "trigger", string(line), clock(on.FromS), clock(on.ToS))
}

// clock writes a moment of a run, counted from its beginning: 0:28, 3:20:00.
func clock(s float64) string {
	const minute, hour = 60, 3600
	if !(s >= 0 && s < math.MaxInt32) {
		return phrase.Missing
	}
	n := int64(math.Round(s))
	if n < hour {
		return fmt.Sprintf("%d:%02d", n/minute, n%minute)
	}
	return fmt.Sprintf("%d:%02d:%02d", n/hour, n/minute%minute, n%minute)
}
