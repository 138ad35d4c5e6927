package page

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// runView is a run that is charted.
type runView struct {
	*reports.Run
	Of    int    // the variant's number, from 1
	Who   string // the variant's name, and the seed if it has other runs
	times []float64
	per   int // how many buckets a point of a line stands for
}

// group is the charts of one measure, a chart for each run.
type group struct {
	ID, Title, Note string
	Charts          []chart
	Threes          bool // three beside each other, not two
}

// chart is one measure of one run.
type chart struct {
	ID, Title, Told string
	Of              int
	Who             string
	Keys            []key
	From, To        float64 // the time at the left and the right of the frame, in seconds
	Frame           frame
	Width, Height   int
	Drawn           template.HTML
}

// frame is where in a chart the lines are, in shares of its width and height.
type frame struct{ Left, Right, Top, Bottom string }

// key names a line of a chart.
type key struct {
	Name, Class string
	Column      int    // of the table behind the chart
	Most        string // the highest figure
}

// groups draws all charts: on one axis of time and, for each measure, on one
// axis of figures, so that runs can be compared by eye.
func groups(runs []runView, list []measure) []group {
	during := duration(runs)
	var out []group
	column := 0
	for _, m := range list {
		g := group{ID: m.id, Title: m.title, Note: m.note}
		heights := height(runs, m)
		for _, r := range runs {
			g.Charts = append(g.Charts, drawn(r, m, during, heights, column))
		}
		g.Threes = len(runs)%3 == 0 && len(runs) < 9
		column += len(m.lines)
		out = append(out, g)
	}
	return out
}

// duration is from the beginning of all runs to the end of the longest.
func duration(runs []runView) span {
	all := span{0, 0}
	for _, r := range runs {
		for _, t := range r.times {
			all = span{min(all.from, t), max(all.to, t)}
		}
		for _, p := range r.Phases {
			all.to = max(all.to, calm(p.ToS))
		}
	}
	return all.widened()
}

// height is from zero to the highest figure of a measure in any run.
func height(runs []runView, m measure) span {
	all := span{0, 0}
	for _, r := range runs {
		for _, l := range m.lines {
			for _, x := range r.figures(l) {
				if !math.IsNaN(x) {
					all = span{min(all.from, x), max(all.to, x)}
				}
			}
		}
	}
	return all.widened()
}

// widened is the span, or a longer one if it is too short for an axis.
func (s span) widened() span {
	const least = 1e-6
	if s.to-s.from < least {
		s.to = s.from + 1
	}
	return s
}

// figures reads a line's figures, one for each of the run's times.
func (r runView) figures(l line) []float64 {
	read := l.read(r.Run)
	out := make([]float64, len(r.times))
	for i := range out {
		out[i] = missing
		if i < len(read) {
			out[i] = calm(read[i])
		}
	}
	return out
}

func drawn(r runView, m measure, x, y span, column int) chart {
	ch := chart{
		ID: fmt.Sprintf("chart-%s-%d", m.id, r.Of), Title: m.title + ": " + r.Who, Of: r.Of, Who: r.Who,
		From: x.from, To: x.to, Width: chartWidth, Height: chartHeight,
	}
	p := prepared(x, y)
	grid := plotter.NewGrid()
	grid.Vertical.Color = nil
	grid.Horizontal = draw.LineStyle{Color: ink{class: "grid"}, Width: 1}
	p.Add(bandOf(r), grid)
	for i, l := range m.lines {
		figures := r.figures(l)
		at, highest := peak(figures)
		if l.optional && highest == 0 {
			continue
		}
		if at < 0 {
			ch.Keys = append(ch.Keys, key{l.name, l.class, column + i, "unknown"})
			continue
		}
		p.Add(trace{class: l.class, times: r.times, figures: figures, per: r.per, of: l.of})
		ch.Keys = append(ch.Keys, key{l.name, l.class, column + i, upTo(l, highest)})
		ch.Told += fmt.Sprintf(" The highest %s is %s, at %s.", l.name, l.text(highest), phrase.Clock(r.times[at]))
	}
	c := &canvas{height: chartHeight}
	area, inner := framed(p, c)
	p.Draw(area)
	ch.Frame = frameOf(inner)
	ch.Drawn = template.HTML(c.out.String()) //nolint:gosec // the canvas escapes the texts in it
	ch.Told = strings.TrimSpace(bandTold(bandOf(r)) + ch.Told)
	return ch
}

func upTo(l line, highest float64) string {
	if highest == 0 {
		return "none"
	}
	return "up to " + l.text(highest)
}

// peak gives the highest figure and where it is first reached; -1 if there is
// none.
func peak(figures []float64) (at int, highest float64) {
	at = -1
	for i, x := range figures {
		if !math.IsNaN(x) && (at < 0 || x > highest) {
			at, highest = i, x
		}
	}
	return at, highest
}

// bandTold says in words what is shaded.
func bandTold(b band) string {
	var said string
	for _, s := range b.trigger {
		said += fmt.Sprintf(" Trigger from %s to %s.", phrase.Clock(s.from), phrase.Clock(s.to))
	}
	for _, at := range b.back {
		said += fmt.Sprintf(" Back to normal at %s.", phrase.Clock(at))
	}
	return said
}

func frameOf(r vg.Rectangle) frame {
	share := func(x, of vg.Length) string { return fmt.Sprintf("%.4f", float64(x/of)) }
	return frame{
		Left: share(r.Min.X, chartWidth), Right: share(r.Max.X, chartWidth),
		Top: share(chartHeight-r.Max.Y, chartHeight), Bottom: share(chartHeight-r.Min.Y, chartHeight),
	}
}
