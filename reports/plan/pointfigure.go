package plan

import "fmt"

// pointFigure draws the probability over the parameter: a dot for each value with its
// interval, the band of the edge, and what was asked for.
func (p *Plan) pointFigure() *figureView {
	f := &figureView{
		Title: "Probability of success", Hint: hint, Width: figureWidth, Height: chartHeight, Told: capital(p.Headline()),
		Legend: []mark{
			{Class: "dot", Path: "M9 1H15V7H9z", Text: "share of the runs, with its 95% interval"},
			{Class: "wanted", Path: "M1 4H23", Text: "asked for: " + share(p.AtLeast)},
		},
	}
	var values []Value
	for i := range p.Points {
		values = append(values, p.Points[i].At[0])
	}
	x := scaleOf(&p.Vary[0], values, leftMargin+8, figureWidth-rightMargin-8)
	y := func(probability float64) float64 {
		const floor = chartHeight - bottomMargin
		return floor - probability*(floor-topMargin)
	}
	for _, at := range []float64{0, 0.25, 0.5, 0.75, 1} {
		f.Lines = append(f.Lines, mark{Class: "grid", Path: horizontal(y(at), leftMargin, figureWidth-rightMargin)})
		f.Labels = append(f.Labels, label{"ty", num(leftMargin - 6), num(y(at) + 4), percent(at)})
	}
	if p.Edge != nil {
		f.band(p, &x, y)
	}
	f.Lines = append(f.Lines, mark{Class: "wanted", Path: horizontal(y(p.AtLeast), leftMargin, figureWidth-rightMargin)})
	f.below(&x)
	for i := range p.Points {
		at := &p.Points[i]
		if at.N == 0 {
			continue
		}
		where, share := x.at(at.At[0]), y(float64(at.K)/float64(at.N))
		f.Lines = append(f.Lines, mark{Class: "interval", Path: vertical(where, y(at.Low), y(at.High))})
		const half = 2.6
		f.Lines = append(f.Lines, mark{Class: "dot", Path: box(where-half, share-half, where+half, share+half)})
		const reach = 4 // to be pointed at
		f.Marks = append(f.Marks, mark{"hit", box(where-reach, y(at.High)-reach, where+reach, y(at.Low)+reach), p.pointTold(at)})
	}
	return f
}

// band shades the interval of the edge, and marks where it most likely lies and from
// where on there is no success.
func (f *figureView) band(p *Plan, x *scale, y func(float64) float64) {
	e := p.Edge
	low, high := x.at(e.Low), x.at(e.High)
	if low > high {
		low, high = high, low
	}
	f.Lines = append(f.Lines,
		mark{Class: "trigger", Path: box(low, y(1), max(high, low+1), y(0))},
		mark{Class: "edge", Path: vertical(x.at(e.Value), y(1), y(0))})
	f.Legend = append(f.Legend,
		mark{Class: "trigger", Path: "M1 0H23V8H1z", Text: share(e.Confidence) + " interval of the edge"},
		mark{Class: "edge", Path: "M1 4H23", Text: "edge"})
	if e.Never != nil {
		f.Lines = append(f.Lines, mark{Class: "never", Path: vertical(x.at(*e.Never), y(1), y(0))})
		f.Legend = append(f.Legend, mark{Class: "never", Path: "M1 4H23", Text: "from here on there is no success"})
	}
}

// pointTold says what came of the runs at a point.
func (p *Plan) pointTold(at *Point) string {
	text := ""
	for i, v := range at.At {
		if i > 0 {
			text += ", "
		}
		text += p.Vary[i].amount(v)
	}
	if at.N == 0 {
		return text + ": " + counted(at.made(), "run") + ", none of which proves anything"
	}
	return fmt.Sprintf("%s: %s (%s), success in %s, 95%% interval %s", text, counted(at.made(), "run"), at.tally(), at.share(), at.interval())
}
