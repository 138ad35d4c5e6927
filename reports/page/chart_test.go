package page

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/sample"
)

// charted draws the Friday after a change to both of its runs.
func charted(t *testing.T, change func(*reports.Run)) []*html.Node {
	t.Helper()
	r := sample.Friday()
	for i := range r.Variants {
		change(&r.Variants[i].Runs[0])
	}
	page := written(t, r)
	sound(t, page)
	return parsed(t, page)
}

// chartsOf gives the charts of a measure.
func chartsOf(t *testing.T, nodes []*html.Node, measure string) []*html.Node {
	t.Helper()
	var found []*html.Node
	for _, n := range all(nodes, "svg") {
		if by, _ := attribute(n, "aria-labelledby"); strings.HasPrefix(by, "chart-"+measure+"-") {
			found = append(found, n)
		}
	}
	if len(found) == 0 {
		t.Fatalf("no chart of %s", measure)
	}
	return found
}

// points gives the corners of the paths of a class, in the chart's own units.
func points(t *testing.T, chart *html.Node, class string) [][]point {
	t.Helper()
	var paths [][]point
	for _, p := range all(slices.Collect(chart.Descendants()), "path") {
		if c, _ := attribute(p, "class"); c == class {
			d, _ := attribute(p, "d")
			paths = append(paths, corners(t, d))
		}
	}
	return paths
}

type point struct{ x, y float64 }

var number = regexp.MustCompile(`-?(\d+\.\d|\.\d|\d+)`)

// corners reads the data of a path: M, then steps.
func corners(t *testing.T, d string) []point {
	t.Helper()
	var out []point
	var at point
	for _, part := range regexp.MustCompile(`[Mlz][^Mlz]*`).FindAllString(d, -1) {
		figures := number.FindAllString(part, -1)
		if len(figures)%2 != 0 || strings.Trim(number.ReplaceAllString(part[1:], ""), " ") != "" {
			t.Fatalf("not a path: %q in %q", part, d)
		}
		for i := 0; i < len(figures); i += 2 {
			x, _ := strconv.ParseFloat(figures[i], 64)
			y, _ := strconv.ParseFloat(figures[i+1], 64)
			if part[0] == 'M' {
				at = point{}
			}
			at = point{at.x + x, at.y + y}
			out = append(out, at)
		}
	}
	return out
}

func TestAllChartsHaveOneAxisOfTime(t *testing.T) {
	nodes := charted(t, func(r *reports.Run) {
		for i := range r.Series.Wasted {
			r.Series.Wasted[i] = new(*r.Series.Wasted[i] * 1e9) // another width of labels
		}
	})
	seen := map[string]int{}
	for _, n := range all(nodes, "div") {
		if class, _ := attribute(n, "class"); class == "plot" {
			var is []string
			for _, key := range []string{"data-from", "data-to", "data-left", "data-right"} {
				value, _ := attribute(n, key)
				is = append(is, value)
			}
			seen[strings.Join(is, " ")]++
		}
	}
	if len(seen) != 1 {
		t.Errorf("charts with different axes of time: %v", seen)
	}
}

func TestOneBucketThatStandsOutStillDoesSo(t *testing.T) {
	const up = 2000
	for _, bucket := range []int{0, 333, 949} {
		nodes := charted(t, func(r *reports.Run) {
			r.Series.Goodput[bucket] = up
		})
		for _, chart := range chartsOf(t, nodes, "sales") {
			top := math.Inf(1)
			for _, path := range points(t, chart, "reach s-a") {
				for _, p := range path {
					top = min(top, p.y)
				}
			}
			frame := points(t, chart, "trigger")[0]
			if high := min(frame[0].y, frame[1].y); math.Abs(top-high) > 0.2 {
				t.Errorf("bucket %d: the area reaches up to %v, the frame to %v", bucket, top, high)
			}
		}
	}
}

func TestMissingFiguresAreGapsAndLoneOnesDots(t *testing.T) {
	nodes := charted(t, func(r *reports.Run) {
		for i := range r.Series.Queue {
			if i >= 100 && i < 500 && i != 300 || i >= 700 {
				r.Series.Queue[i] = nil
			}
		}
	})
	for _, chart := range chartsOf(t, nodes, "queue") {
		lines := points(t, chart, "line s-a")
		if len(lines) != 3 {
			t.Fatalf("%d parts of a line, want 3", len(lines))
		}
		if dot := lines[1]; len(dot) != 2 || dot[0] != dot[1] {
			t.Errorf("a lone figure is drawn as %v", dot)
		}
		if before, after := lines[0], lines[2]; before[len(before)-1].x >= lines[1][0].x || lines[1][0].x >= after[0].x {
			t.Errorf("the parts overlap: %v", lines)
		}
	}
}

func TestWhatIsUnknownIsCalledSo(t *testing.T) {
	nodes := charted(t, func(r *reports.Run) {
		for i := range r.Series.Queue {
			r.Series.Queue[i], r.Series.InFlight[i] = nil, nil
		}
		r.Series.ErrorsBy = nil
		r.Verdict.TimeToRecoverS = nil
		r.Faults[0].Removed = false
	})
	chart := chartsOf(t, nodes, "queue")[0]
	if text := textOf(chart.Parent.Parent); !strings.Contains(text, "queue unknown") || !strings.Contains(text, "in flight unknown") {
		t.Errorf("%q", text)
	}
	for _, class := range []string{"line s-a", "line s-b", "back"} {
		if got := points(t, chart, class); got != nil {
			t.Errorf("%s is drawn: %v", class, got)
		}
	}
	if len(points(t, chart, "fault failed")) != 1 {
		t.Error("a fault that was not removed looks like one that was")
	}
	for _, n := range all(nodes, "h3") {
		if textOf(n) == "Errors by cause" {
			t.Error("a chart of errors without any")
		}
	}
}

func TestOnlyTheMostFrequentCausesAreCharted(t *testing.T) {
	nodes := charted(t, func(r *reports.Run) {
		r.Series.ErrorsBy = map[string][]float64{}
		for i := range 9 {
			r.Series.ErrorsBy[fmt.Sprint("cause ", i)] = slices.Repeat([]float64{float64(i)}, len(r.Series.TS))
		}
	})
	key := textOf(chartsOf(t, nodes, "errors")[0].Parent.Parent)
	for i := range 9 {
		if got := strings.Contains(key, fmt.Sprint("cause ", i)); got != (i >= 3) {
			t.Errorf("cause %d: charted %t", i, got)
		}
	}
	if body := textOf(all(nodes, "body")[0]); !strings.Contains(body, "3 more causes of errors are left out") {
		t.Error("the page does not say what is left out")
	}
}

func TestTableBehindAChartHasWhatItsLinesShow(t *testing.T) {
	nodes := charted(t, func(r *reports.Run) {
		for i := range r.Series.Goodput {
			r.Series.Goodput[i] = float64(i / 10)
		}
	})
	for _, n := range all(nodes, "table") {
		if id, _ := attribute(n, "id"); id != "figures-1" {
			continue
		}
		rows := all(slices.Collect(n.Descendants()), "tr")
		if len(rows) != 1+95 {
			t.Fatalf("%d rows", len(rows))
		}
		var got []string
		for c := range rows[1+42].ChildNodes() {
			got = append(got, textOf(c))
		}
		if diff := cmp.Diff([]string{"00:42", "42/s"}, got[:2]); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		if at, _ := attribute(rows[1+42], "data-t"); at != "42.5" {
			t.Errorf("the row stands at %s", at)
		}
		return
	}
	t.Error("no table behind the charts")
}
