package page

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/retrystorm/retrystorm/reports/phrase"
)

// What a chart measures, in its own units; the page scales it to the room
// there is. The margins hold texts half as large again, for small screens.
const (
	chartWidth   = 480
	chartHeight  = 196
	leftMargin   = 50
	rightMargin  = 14
	topMargin    = 24
	bottomMargin = 8
	textSize     = 11
)

func textStyle(i ink) text.Style {
	return text.Style{
		Color:   i,
		Font:    font.From(font.Font{Typeface: "Liberation", Variant: "Sans"}, textSize),
		Handler: plot.DefaultTextHandler,
	}
}

// prepared is a plot without data: two axes over these ranges, and what the
// style sheet needs to know to draw them.
func prepared(x, y span) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = x.from, x.to, y.from, y.to
	p.X.LineStyle = draw.LineStyle{Color: ink{class: "axis"}, Width: 1}
	p.X.Tick.LineStyle = p.X.LineStyle
	p.X.Tick.Length = 5
	p.X.Padding = 0
	p.X.Tick.Marker = plot.TickerFunc(clockTicks)
	p.X.Tick.Label = textStyle(ink{"tx", 0.5})
	p.X.Tick.Label.XAlign, p.X.Tick.Label.YAlign = draw.XCenter, draw.YTop
	p.Y.LineStyle = draw.LineStyle{Color: ink{class: "axis"}}
	p.Y.Tick.LineStyle, p.Y.Tick.Length = p.Y.LineStyle, 0
	p.Y.Padding = 4
	p.Y.Tick.Marker = plot.TickerFunc(Ticks)
	p.Y.Tick.Label = textStyle(ink{"ty", 1})
	p.Y.Tick.Label.XAlign, p.Y.Tick.Label.YAlign = draw.XRight, draw.YCenter
	p.Y.Label.TextStyle = p.Y.Tick.Label
	return p
}

// framed gives the part of a canvas that a plot is drawn into so that its frame
// begins and ends where those of all other charts do, whatever its labels.
func framed(p *plot.Plot, c *canvas) (area draw.Canvas, frame vg.Rectangle) {
	all := draw.NewCanvas(c, chartWidth, chartHeight)
	left := p.DataCanvas(all).Min.X
	area = draw.Crop(all, leftMargin-left, -rightMargin, bottomMargin, -topMargin)
	return area, p.DataCanvas(area).Rectangle
}

// Ticks are at most six round figures: the library's own are often only
// two, which tell little of a height.
func Ticks(low, high float64) []plot.Tick {
	const fit = 5
	step := math.Pow10(int(math.Floor(math.Log10((high - low) / fit))))
	for _, n := range []float64{1, 2, 5, 10} {
		if n*step >= (high-low)/fit {
			step *= n
			break
		}
	}
	var ticks []plot.Tick
	for i := math.Ceil(low / step); i*step <= high && len(ticks) <= fit; i++ {
		ticks = append(ticks, plot.Tick{Value: i * step, Label: short(i * step)})
	}
	return ticks
}

// short writes a figure in at most five characters or so: 250, 20k, 1.5M.
func short(x float64) string {
	for _, unit := range []struct {
		size float64
		name string
	}{{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e4, "k"}} {
		if math.Abs(x) >= unit.size {
			scale := max(unit.size, 1e3)
			if unit.name == "k" {
				scale = 1e3
			}
			return strconv.FormatFloat(x/scale, 'g', 4, 64) + unit.name
		}
	}
	switch {
	case math.Abs(x) < 1e-12:
		return "0"
	case math.Mod(x, 1) == 0:
		return phrase.Count(int64(x))
	}
	return strconv.FormatFloat(x, 'g', 4, 64)
}

// clockTicks are at most seven moments that a clock would show as round.
func clockTicks(low, high float64) []plot.Tick {
	const fit, minute, hour, day = 6, 60, 3600, 86400
	step := (high - low) / fit
	for _, s := range []float64{
		0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 30,
		minute, 2 * minute, 5 * minute, 10 * minute, 15 * minute, 20 * minute, 30 * minute,
		hour, 2 * hour, 3 * hour, 4 * hour, 6 * hour, 8 * hour, 12 * hour, day, 2 * day, 5 * day, 10 * day,
	} {
		if s >= step {
			step = s
			break
		}
	}
	write := func(s float64) string { return instant(s, step) }
	if high >= hour && math.Mod(step, minute) == 0 {
		write = hours
	}
	var ticks []plot.Tick
	for i := math.Ceil(low / step); i*step <= high && len(ticks) <= fit; i++ {
		at := max(i*step, low) // the division may have been rounded down
		ticks = append(ticks, plot.Tick{Value: at, Label: write(at)})
	}
	return ticks
}

// hours writes a moment that falls on a whole minute: 3 h, 1:30 h.
func hours(s float64) string {
	const minute, hour = 60, 3600
	if s < 0 {
		return phrase.Clock(s) // a run has no such moment, a result that was edited may
	}
	if math.Mod(s, hour) == 0 || math.Abs(s) > most/hour {
		return short(s/hour) + " h"
	}
	clock := phrase.Clock(math.Mod(s, hour) / minute)
	return fmt.Sprintf("%.0f", math.Floor(s/hour)) + clock[strings.IndexByte(clock, ':'):] + " h"
}

// instant writes a moment as a clock would, with decimals if the steps between
// moments are no whole seconds.
func instant(s, step float64) string {
	if step >= 1 || s < 0 || s > most {
		return phrase.Clock(s)
	}
	const digits = 3
	rest := strconv.FormatFloat(math.Mod(s, 1), 'f', digits, 64)
	if rest[0] == '1' { // rounded up
		return phrase.Clock(math.Round(s))
	}
	return phrase.Clock(math.Floor(s)) + strings.TrimRight(strings.TrimRight(rest[1:], "0"), ".")
}
