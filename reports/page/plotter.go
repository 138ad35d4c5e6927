package page

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/retrystorm/retrystorm/reports/phrase"
)

// face is a font that can measure a text.
type face = font.Face

// band is what is shaded behind the lines of a run: the trigger's phase, the
// faults as they were carried out above it, and the moment of the return.
type band struct {
	trigger []span
	faults  []mark
	back    []float64
}

// span is a stretch of time in seconds.
type span struct{ from, to float64 }

// mark is a fault on a chart.
type mark struct {
	span
	name string
	held bool // it took hold, and was removed unless it was to have no end
}

// laneHeight is how high faults stand above the frame, gap what is between.
const (
	laneHeight = 3
	laneGap    = 1.5
)

// Plot draws the band over the whole height of the frame.
func (b band) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	for _, s := range b.trigger {
		fill(&c, ink{class: "trigger"}, x(s.from), x(s.to), c.Min.Y, c.Max.Y)
	}
	free := c.Min.X // up to where the names of faults reach
	for _, f := range b.faults {
		class := "fault"
		if !f.held {
			class = "fault failed"
		}
		bottom := c.Max.Y + laneGap
		from := x(f.from)
		fill(&c, ink{class: class}, from, max(x(f.to), from+1), bottom, bottom+laneHeight)
		style := textStyle(ink{class: "what"})
		style.YAlign = draw.YBottom
		if width := style.Width(f.name); from >= free && from+width <= c.Max.X {
			c.FillText(style, vg.Point{X: from, Y: bottom + laneHeight + 2*laneGap}, f.name)
			free = from + width + laneHeight
		}
	}
	for _, at := range b.back {
		if !c.ContainsX(x(at)) {
			continue
		}
		c.StrokeLine2(draw.LineStyle{Color: ink{class: "back"}, Width: 1}, x(at), c.Min.Y, x(at), c.Max.Y)
	}
}

// fill fills what of a rectangle lies between the sides of the frame.
func fill(c *draw.Canvas, i ink, left, right, bottom, top vg.Length) {
	left, right = max(left, c.Min.X), min(right, c.Max.X)
	if left > right {
		return
	}
	c.FillPolygon(i, []vg.Point{{X: left, Y: bottom}, {X: left, Y: top}, {X: right, Y: top}, {X: right, Y: bottom}})
}

// trace is a line of a run: its middles, and behind them how far the figures
// reach of which they are the middle.
type trace struct {
	class   string
	times   []float64 // of each figure
	figures []float64 // missing where there is none
	per     int       // how many figures a middle stands for
	of      middle
}

// Plot draws the reach as an area, column by column, and the line above it.
func (t trace) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	if t.per > 1 {
		place := func(i int) int { return int(x(t.times[i])) }
		for _, part := range stretches(t.figures) {
			at := reaches(t.figures[part[0]:part[1]], func(i int) int { return place(i + part[0]) })
			c.FillPolygon(ink{class: "reach " + t.class}, outline(at, y))
		}
	}
	times, figures := thinned(t.times, t.per, mean), thinned(t.figures, t.per, t.of)
	for _, part := range stretches(figures) {
		var path vg.Path
		path.Move(vg.Point{X: x(times[part[0]]), Y: y(figures[part[0]])})
		for i := part[0] + 1; i < part[1]; i++ {
			path.Line(vg.Point{X: x(times[i]), Y: y(figures[i])})
		}
		if len(path) == 1 {
			path.Line(path[0].Pos) // a dot, since the line's ends are round
		}
		c.SetLineStyle(draw.LineStyle{Color: ink{class: "line " + t.class}, Width: 1})
		c.Stroke(path)
	}
}

// outline goes along the highest figures and back along the lowest.
func outline(at []reach, y func(float64) vg.Length) []vg.Point {
	points := make([]vg.Point, 0, 2*len(at))
	for _, r := range at {
		points = append(points, vg.Point{X: vg.Length(r.column), Y: y(r.high)})
	}
	for i := len(at) - 1; i >= 0; i-- {
		points = append(points, vg.Point{X: vg.Length(at[i].column), Y: y(at[i].low)})
	}
	return points
}

// bandOf gives the band of a run, with so many faults at most.
func bandOf(run runView) band {
	const mostFaults, longestName = 50, 16
	var b band
	for _, p := range run.Phases {
		if p.Name == "trigger" && len(b.trigger) < mostFaults {
			b.trigger = append(b.trigger, span{calm(p.FromS), calm(p.ToS)})
		}
	}
	for _, f := range run.Faults[:min(len(run.Faults), mostFaults)] {
		b.faults = append(b.faults, mark{
			span: span{calm(f.FromS), calm(f.ToS)},
			name: phrase.Cut(plain(f.Kind, longestName), longestName),
			held: f.Applied && (f.Removed || f.Endless),
		})
	}
	if s := run.Verdict.TimeToRecoverS; s != nil && *s > 0 {
		if t := run.Verdict.Evidence.Trigger; t.ToS > t.FromS {
			b.back = append(b.back, calm(t.ToS+*s))
		}
	}
	return b
}
