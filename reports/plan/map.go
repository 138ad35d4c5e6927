package plan

import (
	"fmt"
	"strings"

	"github.com/fatih/color"
	"github.com/olekukonko/tablewriter/pkg/twwidth"

	"github.com/retrystorm/retrystorm/reports/phrase"
	"github.com/retrystorm/retrystorm/reports/table"
)

// shade is how a cell looks.
type shade struct {
	mark   byte // where there are no colours
	colour color.Attribute
	means  string
}

// The shades. What was measured is brighter than what was inferred from its neighbours.
var (
	sureSuccess = shade{'o', color.FgHiGreen, "success in each run"}
	likeSuccess = shade{'.', color.FgGreen, "success, as its neighbours"}
	sureFailure = shade{'#', color.FgHiRed, "no success"}
	likeFailure = shade{':', color.FgRed, "failure, as its neighbours"}
	mixed       = shade{'5', color.FgYellow, "tenths of the runs"}
	dark        = shade{'?', color.FgHiBlack, "not known"}
)

// shadeOf says how a cell looks. A cell whose runs differ has the tenths of its share.
func shadeOf(c *Cell) shade {
	switch {
	case c.Side == Unknown:
		return dark
	case c.Measured() && c.K > 0 && c.K < c.N:
		s := mixed
		s.mark = byte('0' + min(max(c.K*10/c.N, 1), 9))
		return s
	case c.Side == Success && c.Measured():
		return sureSuccess
	case c.Side == Success:
		return likeSuccess
	case c.Measured():
		return sureFailure
	}
	return likeFailure
}

// chart is a map as it is drawn: the second parameter goes up.
type chart struct {
	*Map
	plan   *Plan
	cell   int // columns of a cell
	label  int // columns of the labels at the left
	blocks bool
	out    *strings.Builder
}

// drawMap draws the map: half blocks, two rows of cells to a line, where the terminal
// has them and colours, a character for each cell otherwise.
func (p *Plan) drawMap(out *strings.Builder, style table.Style) {
	width := style.Columns()
	c := chart{Map: p.Map, plan: p, blocks: style.Colour && style.Timeline, out: out}
	for _, y := range p.Map.Y {
		c.label = max(c.label, twwidth.Width(p.Vary[1].plain(y)))
	}
	c.label = min(c.label, width/4)
	if len(c.X) == 0 || len(c.Y) == 0 {
		return
	}
	c.cell = min(max((width-c.label-2)/len(c.X), 1), 2)
	shown := min(len(c.X), (width-c.label-2)/c.cell)
	out.WriteString(phrase.Cut("↑ "+phrase.Plain(p.Vary[1].Path), width) + "\n")
	step := 1
	if c.blocks {
		step = 2
	}
	for y := (len(c.Y) - 1) / step * step; y >= 0; y -= step {
		c.line(y, shown)
	}
	c.axis(shown, width)
	out.WriteString(phrase.Paragraph(c.legend(), width))
}

// line draws the cells of a value of the second parameter and, of half blocks, those of
// the next one above them.
func (c *chart) line(y, shown int) {
	label := phrase.Cut(c.plan.Vary[1].plain(c.Y[y]), c.label)
	c.out.WriteString(strings.Repeat(" ", c.label-twwidth.Width(label)) + label + " │")
	for x := range shown {
		low := shadeOf(c.At(x, y))
		switch {
		case !c.blocks:
			c.out.WriteString(strings.Repeat(string(low.mark), c.cell))
		case y+1 < len(c.Y):
			const background = color.BgBlack - color.FgBlack // from a colour to the same one behind a text
			both := color.New(shadeOf(c.At(x, y+1)).colour, low.colour+background)
			both.EnableColor()
			c.out.WriteString(both.Sprint(strings.Repeat("▀", c.cell)))
		default:
			one := color.New(low.colour)
			one.EnableColor()
			c.out.WriteString(one.Sprint(strings.Repeat("▄", c.cell)))
		}
	}
	c.out.WriteByte('\n')
}

// axis labels the first parameter: its first value, its last one, and its path.
func (c *chart) axis(shown, width int) {
	a := &c.plan.Vary[0]
	length := shown * c.cell
	margin := strings.Repeat(" ", c.label+2)
	c.out.WriteString(strings.Repeat(" ", c.label) + " └" + strings.Repeat("─", length) + "\n")
	from, to := a.plain(c.X[0]), a.plain(c.X[shown-1])
	gap := length - twwidth.Width(from) - twwidth.Width(to)
	c.out.WriteString(phrase.Cut(margin+from+strings.Repeat(" ", max(gap, 1))+to, width) + "\n")
	c.out.WriteString(phrase.Cut(margin+phrase.Plain(a.Path)+" →", width) + "\n")
}

// legend says what the shades mean that are on the map.
func (c *chart) legend() string {
	there := map[color.Attribute]bool{}
	for i := range c.Cells {
		there[shadeOf(&c.Cells[i]).colour] = true
	}
	var parts []string
	for _, s := range []shade{sureSuccess, likeSuccess, mixed, likeFailure, sureFailure, dark} {
		if !there[s.colour] {
			continue
		}
		mark := string(s.mark)
		if s.colour == mixed.colour {
			mark = "1–9"
		}
		if c.blocks {
			swatch := color.New(s.colour)
			swatch.EnableColor()
			mark = swatch.Sprint("██")
			if s.colour == mixed.colour {
				parts = append(parts, mark+" success in some runs")
				continue
			}
		}
		parts = append(parts, mark+" "+s.means)
	}
	return fmt.Sprintf("%s (success: %s)", strings.Join(parts, "  "), named(c.plan.For))
}
