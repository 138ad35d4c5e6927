package page

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"gotest.tools/v3/golden"

	"github.com/retrystorm/retrystorm/reports"
)

// The README's picture is the first chart of each variant of the simulated Friday,
// as the page draws it. It stands alone, so it brings the page's light colours.
const (
	pictureHead = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 256" width="1000" height="256">
<style>
text { font: 11px system-ui, sans-serif; fill: #5b5a55; }
.title { font-size: 14px; fill: #1d1d1b; }
.tx { text-anchor: middle; transform: translateY(2px); }
.ty { text-anchor: end; }
.grid { stroke: #dcd9d1; stroke-width: .75; fill: none; }
path.trigger { fill: #f6ecd2; }
path.fault { fill: #8a6500; }
path.back { stroke: #005f8f; stroke-dasharray: 2 2; fill: none; }
.line { fill: none; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
.reach { fill: currentColor; fill-opacity: .14; stroke: none; }
.line { stroke: currentColor; }
.axis { stroke: #5b5a55; stroke-width: .75; fill: none; }
.s-a { color: #0072b2; }
.s-b { color: #d55e00; }
.s-n { color: #55534e; }
.line.s-a { stroke-width: 2.2; }
.line.s-b { stroke-dasharray: 7 3.2; }
.line.s-n { stroke-dasharray: .1 3.4; stroke-width: 1.7; }
</style>
<rect width="1000" height="256" fill="#fff"/>
`
	pictureKey = `<path class="line s-a" d="M360 244H390"/><text x="396" y="248">goodput</text>
<path class="line s-b" d="M460 244H490"/><text x="496" y="248">attempts</text>
<path class="line s-n" d="M560 244H590"/><text x="596" y="248">demand, each per second</text>
</svg>
`
)

// picture puts charts beside each other, under the names of their variants.
func picture(t *testing.T, charts []*html.Node, names []string) string {
	t.Helper()
	var out strings.Builder
	out.WriteString(pictureHead)
	for i, c := range charts {
		x := 10 + 500*i
		fmt.Fprintf(&out, "<text class=\"title\" x=\"%d\" y=\"22\">%s</text>\n<svg x=\"%d\" y=\"34\" width=\"480\" height=\"196\" viewBox=\"0 0 480 196\">\n", x, html.EscapeString(names[i]), x)
		for part := range c.ChildNodes() {
			if part.Data == "title" || part.Data == "desc" {
				continue
			}
			if err := html.Render(&out, part); err != nil {
				t.Fatal(err)
			}
			out.WriteString("\n")
		}
		out.WriteString("</svg>\n")
	}
	out.WriteString(pictureKey)
	return out.String()
}

func TestThePictureOfTheReadmeIsWhatThePageDraws(t *testing.T) {
	charts := chartsOf(t, charted(t, func(*reports.Run) {}), "sales")
	names := []string{"client 4.4.1, as it happened: collapsed", "client 4.4.2: recovered"}
	golden.Assert(t, picture(t, charts, names), "../../../docs/friday.svg")
}
