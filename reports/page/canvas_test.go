package page

import (
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
)

func TestCanvasWritesPathsInStepsBetweenRoundedPoints(t *testing.T) {
	var p vg.Path
	p.Move(vg.Point{X: 1.04, Y: 99.96})
	p.Line(vg.Point{X: 2.5, Y: 90})
	p.Line(vg.Point{X: 2, Y: 95.55})
	p.Close()
	c := &canvas{height: 100}
	c.SetColor(ink{class: "axis"})
	c.Stroke(p) // a line without a width is none
	c.SetLineWidth(1)
	c.Push()
	c.SetColor(ink{class: "grid"})
	c.Stroke(p)
	c.Pop()
	c.Fill(p)
	const data = `d="M1 0l1.5 10-.5-5.5z"/>`
	if got, want := c.out.String(), `<path class="grid" `+data+`<path class="axis" `+data; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestCanvasEscapesTextsAndKeepsTheirAnchor(t *testing.T) {
	style := textStyle(ink{})
	font := style.Handler.Cache().Lookup(style.Font, textSize)
	for anchor, want := range map[float64]string{0: "10", 1: tenth(tenths(10 + font.Width("<b>&")))} {
		c := &canvas{height: 100}
		c.SetColor(ink{"ty", anchor})
		c.FillString(font, vg.Point{X: 10, Y: 50}, "<b>&")
		if got, want := c.out.String(), `<text class="ty" x="`+want+`" y="50">&lt;b&gt;&amp;</text>`; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestCanvasRefusesWhatItCannotDraw(t *testing.T) {
	c := &canvas{}
	var curve vg.Path
	curve.CubeTo(vg.Point{}, vg.Point{}, vg.Point{})
	for name, draw := range map[string]func(){
		"colour": func() { c.SetColor(nil) },
		"curves": func() { c.Fill(curve) },
		"turned": func() { c.Rotate(1) },
		"moved":  func() { c.Translate(vg.Point{}) },
		"scaled": func() { c.Scale(2, 2) },
		"images": func() { c.DrawImage(vg.Rectangle{}, nil) },
	} {
		func() {
			defer func() {
				if said, _ := recover().(string); !strings.Contains(said, name) {
					t.Errorf("%s: %q", name, said)
				}
			}()
			draw()
		}()
	}
}

func TestTenthsAreWrittenShort(t *testing.T) {
	for n, want := range map[int]string{0: "0", 5: ".5", -5: "-.5", 10: "1", -123: "-12.3", 1000: "100"} {
		if got := tenth(n); got != want {
			t.Errorf("%d tenths: %q, want %q", n, got, want)
		}
	}
	if calm(math.MaxFloat64) != most || calm(-math.MaxFloat64) != -most || calm(3) != 3 {
		t.Error("figures are not kept within bounds")
	}
}
