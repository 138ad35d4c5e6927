package plan

import (
	"fmt"
	"math"
	"strings"

	"github.com/retrystorm/retrystorm/reports/page"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// figureView is a chart or a map as SVG: what is drawn has classes, so that it is right
// in light, in dark and in print.
type figureView struct {
	Title, Told, Hint string
	Width, Height     int
	Legend            []mark
	Lines             []mark
	Labels            []label
	Marks             []mark // with a text for whoever points at them
}

type mark struct{ Class, Path, Text string }

type label struct{ Class, X, Y, Text string }

// The frame of a figure, in its own units.
const (
	figureWidth  = 720
	chartHeight  = 280
	mapHeight    = 460
	leftMargin   = 62
	rightMargin  = 14
	topMargin    = 10
	bottomMargin = 44
	tickGap      = 16 // from the frame to the texts below it
)

const hint = "Point at the chart to read the runs, the share of success and its interval."

// mostMarks is what of a plan is drawn at most; a search makes far less.
const mostMarks = 10_000

// chart draws what there is to be seen; nil if nothing was varied.
func (p *Plan) chart() *figureView {
	switch {
	case p.Map != nil && len(p.Map.Cells) > 0 && len(p.Map.Cells) <= mostMarks:
		return p.mapFigure()
	case len(p.Vary) == 1 && len(p.Points) > 0 && len(p.Points) <= mostMarks:
		return p.pointFigure()
	}
	return nil
}

// scale places the values of an axis between two ends.
type scale struct {
	axis      *Axis
	low, high float64 // of the values, as they are measured
	from, to  float64 // of the figure
	places    []Value // of values that were listed: they stand in the order of the list
	inDecades bool
}

// decades is the ratio of bounds from which an axis shows proportions.
const decades = 10

// scaleOf makes room for all values.
func scaleOf(a *Axis, values []Value, from, to float64) scale {
	s := scale{axis: a, from: from, to: to, places: a.Values}
	if len(s.places) > 0 {
		s.low, s.high = 0, float64(len(s.places)-1)
		return s
	}
	s.low, s.high = math.Inf(1), math.Inf(-1)
	for _, v := range append([]Value{a.From, a.To}, values...) {
		if !math.IsInf(v.X, 0) {
			s.low, s.high = min(s.low, v.X), max(s.high, v.X)
		}
	}
	s.inDecades = s.low > 0 && s.high/s.low > decades
	return s
}

// at gives where a value stands, in the figure's units.
func (s *scale) at(v Value) float64 {
	x, low, high := v.X, s.low, s.high
	if len(s.places) > 0 {
		x = 0
		for i, p := range s.places {
			if p == v {
				x = float64(i)
			}
		}
	}
	if s.inDecades {
		x, low, high = math.Log(max(x, s.low)), math.Log(low), math.Log(high)
	}
	if !(high > low) || math.IsNaN(x) {
		return (s.from + s.to) / 2
	}
	return s.from + (min(max(x, low), high)-low)/(high-low)*(s.to-s.from)
}

// ticks gives the values that are labelled.
func (s *scale) ticks() []Value {
	if len(s.places) > 0 {
		return thin(s.places)
	}
	if s.inDecades {
		const most = 100
		var out []Value
		for x := math.Pow(10, math.Floor(math.Log10(s.low))); x <= s.high && len(out) < most; x *= 10 {
			for _, n := range []float64{1, 2, 5} {
				if v := n * x; v >= s.low && v <= s.high {
					out = append(out, Value{X: v})
				}
			}
		}
		return thin(out)
	}
	if !(s.high > s.low) {
		return []Value{s.axis.From}
	}
	var out []Value
	for _, t := range page.Ticks(s.low, s.high) {
		out = append(out, Value{X: t.Value})
	}
	return out
}

// thin leaves at most about a dozen values.
func thin(values []Value) []Value {
	const most = 12
	step := (len(values) + most - 1) / most
	var out []Value
	for i := 0; i < len(values); i += max(step, 1) {
		out = append(out, values[i])
	}
	return out
}

// num writes a coordinate.
func num(x float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.1f", x), "0"), ".")
}

func vertical(x, from, to float64) string { return "M" + num(x) + " " + num(from) + "V" + num(to) }

func horizontal(y, from, to float64) string { return "M" + num(from) + " " + num(y) + "H" + num(to) }

func box(left, top, right, bottom float64) string {
	return "M" + num(left) + " " + num(top) + "H" + num(right) + "V" + num(bottom) + "H" + num(left) + "z"
}

// below labels an axis of values under the frame.
func (f *figureView) below(s *scale) {
	floor := float64(f.Height - bottomMargin)
	f.Lines = append(f.Lines, mark{Class: "axis", Path: horizontal(floor, leftMargin, figureWidth-rightMargin)})
	for _, v := range s.ticks() {
		x := s.at(v)
		f.Lines = append(f.Lines, mark{Class: "axis", Path: vertical(x, floor, floor+4)})
		f.Labels = append(f.Labels, label{"tx", num(x), num(floor + tickGap), phrase.Cut(s.axis.plain(v), 12)})
	}
	f.Labels = append(f.Labels, label{"tx", num(figureWidth / 2), num(floor + 2*tickGap), phrase.Cut(phrase.Plain(s.axis.Path), longestPath)})
}
