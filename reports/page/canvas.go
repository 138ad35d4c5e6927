package page

import (
	"html"
	"image"
	"image/color"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
)

// ink is a colour whose value the style sheet knows: what is drawn in it gets
// the class. So the same drawing is right on light paper and on dark.
type ink struct {
	class  string
	anchor float64 // which part of a text stands where it was put: 0 its start, 0.5 its middle, 1 its end
}

// RGBA makes ink a colour. The canvas never asks for it.
func (ink) RGBA() (r, g, b, a uint32) { return color.Black.RGBA() }

// canvas takes what the plotting library draws and writes it as the inside of
// an SVG element: no style attributes, which the page's policy forbids, and no
// more digits than can be seen.
type canvas struct {
	height vg.Length
	pen    pen
	kept   []pen
	out    strings.Builder
}

type pen struct {
	ink   ink
	width vg.Length
}

var _ vg.Canvas = (*canvas)(nil)

func (c *canvas) SetLineWidth(w vg.Length)           { c.pen.width = w }
func (c *canvas) SetLineDash([]vg.Length, vg.Length) {} // the class says it
func (c *canvas) Push()                              { c.kept = append(c.kept, c.pen) }

func (c *canvas) Pop() {
	last := len(c.kept) - 1
	c.pen, c.kept = c.kept[last], c.kept[:last]
}

func (c *canvas) SetColor(col color.Color) {
	i, ok := col.(ink)
	if !ok {
		panic("page: something is drawn in a colour without a class")
	}
	c.pen.ink = i
}

func (c *canvas) Rotate(float64)                      { panic("page: a chart has nothing turned") }
func (c *canvas) Translate(vg.Point)                  { panic("page: a chart has nothing moved") }
func (c *canvas) Scale(float64, float64)              { panic("page: a chart has nothing scaled") }
func (c *canvas) DrawImage(vg.Rectangle, image.Image) { panic("page: a chart has no images") }

func (c *canvas) Stroke(p vg.Path) {
	if c.pen.width > 0 {
		c.path(p)
	}
}

func (c *canvas) Fill(p vg.Path) { c.path(p) }

// path writes a path in steps from point to point, which are shorter than
// positions. They are between rounded points, so that no error adds up.
func (c *canvas) path(p vg.Path) {
	var d strings.Builder
	var x, y, startX, startY int
	command := byte(0)
	for _, part := range p {
		toX, toY := tenths(part.Pos.X), tenths(c.height-part.Pos.Y)
		switch part.Type {
		case vg.MoveComp:
			d.WriteByte('M')
			pair(&d, toX, toY)
			command, startX, startY = 'M', toX, toY
		case vg.LineComp:
			if command != 'l' {
				d.WriteByte('l')
			}
			pair(&d, toX-x, toY-y)
			command = 'l'
		case vg.CloseComp:
			d.WriteByte('z')
			command, toX, toY = 'z', startX, startY
		default:
			panic("page: a chart has no curves")
		}
		x, y = toX, toY
	}
	c.out.WriteString(`<path class="` + c.pen.ink.class + `" d="` + d.String() + `"/>`)
}

// FillString writes a text. It stands as the library placed it whatever the
// font that the reader has, since the library says where it starts, but the
// anchor is kept.
func (c *canvas) FillString(f face, at vg.Point, s string) {
	x := at.X + vg.Length(c.pen.ink.anchor)*f.Width(s)
	c.out.WriteString(`<text class="` + c.pen.ink.class + `" x="` + tenth(tenths(x)) +
		`" y="` + tenth(tenths(c.height-at.Y)) + `">` + html.EscapeString(s) + `</text>`)
}

// pair writes two numbers, with a space only where they would run together.
func pair(d *strings.Builder, x, y int) {
	if s := d.String(); s != "" && x >= 0 && s[len(s)-1] >= '0' && s[len(s)-1] <= '9' {
		d.WriteByte(' ')
	}
	d.WriteString(tenth(x))
	if y >= 0 {
		d.WriteByte(' ')
	}
	d.WriteString(tenth(y))
}

func tenths(x vg.Length) int { return int(math.Round(float64(x) * 10)) }

// tenth writes a number of tenths: 12, -3.4, .5.
func tenth(n int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	text := sign
	if n >= 10 || n == 0 {
		text += strconv.Itoa(n / 10)
	}
	if n%10 > 0 {
		text += "." + strconv.Itoa(n%10)
	}
	return text
}
