package plan

import (
	"fmt"

	"github.com/retrystorm/retrystorm/reports/phrase"
)

// mapFigure draws the pairs of values as cells; whoever points at one reads its runs, the
// share of success and its interval.
func (p *Plan) mapFigure() *figureView {
	f := &figureView{
		Title: "Map of two parameters", Hint: hint, Width: figureWidth, Height: mapHeight, Told: capital(p.Headline()),
		Legend: []mark{
			{"cell success", "M1 0H23V8H1z", "success in each run"},
			{"cell mixed", "M1 0H23V8H1z", "success in some runs"},
			{"cell failure", "M1 0H23V8H1z", "no success"},
			{"cell success inferred", "M1 0H12V8H1z", ""},
			{"cell failure inferred", "M12 0H23V8H12z", "paler: not measured, as the neighbours are"},
		},
	}
	const floor, right = mapHeight - bottomMargin, figureWidth - rightMargin
	m := p.Map
	width, height := float64(right-leftMargin)/float64(len(m.X)), float64(floor-topMargin)/float64(len(m.Y))
	points := p.byPlace()
	for y := range m.Y {
		top := float64(floor) - float64(y+1)*height
		for x := range m.X {
			left := leftMargin + float64(x)*width
			f.Marks = append(f.Marks, mark{cellClass(m.At(x, y)), box(left, top, left+width, top+height), p.cellTold(x, y, points)})
		}
	}
	for _, i := range some(len(m.Y)) {
		f.Labels = append(f.Labels, label{"ty", num(leftMargin - 6), num(floor - (float64(i)+0.5)*height + 4), phrase.Cut(p.Vary[1].plain(m.Y[i]), 9)})
	}
	for _, i := range some(len(m.X)) {
		f.Labels = append(f.Labels, label{"tx", num(leftMargin + (float64(i)+0.5)*width), num(floor + tickGap), phrase.Cut(p.Vary[0].plain(m.X[i]), 12)})
	}
	names := fmt.Sprintf("→ %s   ↑ %s", phrase.Cut(phrase.Plain(p.Vary[0].Path), longestPath), phrase.Cut(phrase.Plain(p.Vary[1].Path), longestPath))
	f.Labels = append(f.Labels, label{"tx", num(figureWidth / 2), num(floor + 2*tickGap), names})
	return f
}

// some gives about ten of so many places, the first one among them.
func some(n int) []int {
	var out []int
	for i := 0; i < n; i += max((n+9)/10, 1) {
		out = append(out, i)
	}
	return out
}

func cellClass(c *Cell) string {
	switch {
	case c.Side == Unknown:
		return "cell unknown"
	case c.K > 0 && c.K < c.N:
		return "cell mixed"
	case c.Measured():
		return "cell " + c.Side.String()
	}
	return "cell " + c.Side.String() + " inferred"
}

// cellTold says what is known of a cell.
func (p *Plan) cellTold(x, y int, points map[[2]Value]*Point) string {
	c, at := p.Map.At(x, y), place(p.Map.X[x], p.Map.Y[y])
	if point := points[at]; point != nil {
		return p.pointTold(point)
	}
	text := p.Vary[0].amount(at[0]) + ", " + p.Vary[1].amount(at[1]) + ": not measured"
	if c.P == nil {
		return text
	}
	return text + "; as its neighbours, success in about " + percent(*c.P)
}
