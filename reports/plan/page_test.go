package plan

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"gotest.tools/v3/golden"

	"github.com/retrystorm/retrystorm/internal/decision"
)

func paged(t testing.TB, p *Plan) string {
	t.Helper()
	var b bytes.Buffer
	if err := WritePage(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// allowed are the elements of a page and their attributes. What is not here came out of
// a text.
var allowed = map[string]string{
	"html": "lang", "head": "", "meta": "charset http-equiv content name", "title": "id", "link": "rel href", "style": "", "script": "",
	"body": "", "header": "", "main": "id tabindex", "footer": "", "section": "aria-labelledby", "a": "class href",
	"h1": "", "h2": "id class", "p": "class id aria-hidden", "span": "", "div": "class role aria-label tabindex", "pre": "",
	"table": "class", "caption": "", "thead": "", "tbody": "", "tr": "", "th": "scope", "td": "", "details": "class", "summary": "",
	"figure": "class", "svg": "class viewBox width height role aria-hidden aria-labelledby", "desc": "id", "path": "class d", "text": "class x y",
}

// elements gives those of a page by their names, each of which is of its own making.
func elements(t testing.TB, text string) map[string][]*html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	found, ids := map[string][]*html.Node{}, map[string]bool{}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		attributes, ok := allowed[n.Data]
		if !ok {
			t.Errorf("there is an element %s", n.Data)
		}
		for _, a := range n.Attr {
			if !slices.Contains(strings.Fields(attributes), a.Key) {
				t.Errorf("there is an attribute %s=%q of %s", a.Key, a.Val, n.Data)
			}
			if a.Key == "id" && ids[a.Val] {
				t.Errorf("two elements have the id %s", a.Val)
			}
			if a.Key == "href" && !strings.HasPrefix(a.Val, "#") && a.Val != "data:," {
				t.Errorf("there is a link to %s", a.Val)
			}
			if a.Key == "d" && strings.ContainsAny(a.Val, "NIn") {
				t.Errorf("%s is drawn", a.Val)
			}
			ids[a.Val] = ids[a.Val] || a.Key == "id"
		}
		found[n.Data] = append(found[n.Data], n)
	}
	if len(found["script"]) != 1 || len(found["style"]) != 1 || len(found["h1"]) != 1 {
		t.Errorf("%d scripts, %d style sheets, %d titles", len(found["script"]), len(found["style"]), len(found["h1"]))
	}
	return found
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func class(n *html.Node) string {
	for _, a := range n.Attr {
		if a.Key == "class" {
			return a.Val
		}
	}
	return ""
}

func TestPagesAreSound(t *testing.T) {
	for name := range questions {
		for _, p := range []*Plan{sample(t, name), hostile(t, name)} {
			text := paged(t, p)
			elements(t, text)
			if len(text) > 400_000 || strings.Contains(text, "ZgotmplZ") || strings.ContainsAny(text, "\x1b\u202e") {
				t.Errorf("%s: %d bytes, or something in it that is none of its own", name, len(text))
			}
		}
	}
}

func TestPageHasAllThatAReaderLooksFor(t *testing.T) {
	body := textOf(elements(t, paged(t, sample(t, "edge")))["body"][0])
	for _, want := range []string{
		"Recovers with probability ≥ 95% up to timeline.0.times 2.09 (95% interval 2.06 to 2.14); always collapses from 2.49",
		"Probability of success", "95% interval of the edge", "asked for: 95%", "Demand and headroom", "healthy, no trigger", "−79%, −60.3/s",
		"Confirmed for real", "On docker, at timeline.0.times 1.98, where a success is expected: recovered, which agrees.",
		"How it was asked", "timeline.0.times from 1 to 6", "healthy or recovered", "v0.0.0", `"horizon": "60s"`,
		"retrystorm plan SCENARIO --vary 'timeline.0.times=1..6' --variant 'as declared' --at-least 0.95 --seed 1",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for name, want := range map[string]string{
		"multiple": "--vary 'fleet.*.terminals=0.5x..3x'", "timeout": "--vary 'fleet.0.timeout=1s..3s'",
		"listed": "--vary 'backend.nodes.0.queue.limit=10,100,unbounded'", "words": "--vary 'fleet.0.retry.jitter=none,full,equal'",
	} {
		if got := sample(t, name).command(); !strings.Contains(got, want) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestChartHasADotForEachPoint(t *testing.T) {
	p := sample(t, "edge")
	counts := map[string]int{}
	for _, n := range elements(t, paged(t, p))["path"] {
		counts[class(n)]++
		if class(n) == "hit" && textOf(n) == "" {
			t.Error("a dot says nothing to whoever points at it")
		}
	}
	// One of each more than are drawn stands in the key.
	for class, want := range map[string]int{"dot": len(p.Points) + 1, "interval": len(p.Points), "hit": len(p.Points), "trigger": 2, "edge": 2, "never": 2} {
		if counts[class] != want {
			t.Errorf("%d of %s, want %d", counts[class], class, want)
		}
	}
}

func TestMapHasACellForEachPairThatTellsItsRuns(t *testing.T) {
	p := sample(t, "map")
	cells, told := 0, ""
	for _, n := range elements(t, paged(t, p))["path"] {
		if strings.HasPrefix(class(n), "cell") && textOf(n) != "" {
			cells++
			told += textOf(n) + "\n"
		}
	}
	if cells != len(p.Map.Cells) {
		t.Errorf("%d cells of %d", cells, len(p.Map.Cells))
	}
	for _, want := range []string{
		"300 terminals, timeline.0.times 1: 4 runs (4 recovered), success in 100%, 95% interval 51% to 100%",
		": not measured; as its neighbours, success in about 0%",
	} {
		if !strings.Contains(told, want) {
			t.Errorf("no cell says %q", want)
		}
	}
}

func TestChartPlacesValuesInOrder(t *testing.T) {
	for _, axis := range []Axis{
		{From: Value{X: 1}, To: Value{X: 6}}, {From: Value{X: 6}, To: Value{X: 1}}, {From: Value{X: 1}, To: Value{X: 1e6}}, {From: Value{X: 0}, To: Value{X: 1e6}},
	} {
		s := scaleOf(&axis, nil, 100, 500)
		low, high := min(axis.From.X, axis.To.X), max(axis.From.X, axis.To.X)
		before := 99.0
		for i := range 11 {
			x := s.at(Value{X: low + (high-low)*float64(i)/10})
			if x <= before || x > 500.001 {
				t.Errorf("%v: %v after %v", axis, x, before)
			}
			before = x
		}
		if n := len(s.ticks()); n < 2 || n > 12 {
			t.Errorf("%v: %d ticks", axis, n)
		}
	}
	same := Axis{From: Value{X: 3}, To: Value{X: 3}}
	if s := scaleOf(&same, nil, 100, 500); s.at(same.From) != 300 || len(s.ticks()) != 1 {
		t.Error("a range that is a point has no place")
	}
}

func lines(t testing.TB, p *Plan) [][]string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteCSV(&b, p); err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestCSVHoldsEachPoint(t *testing.T) {
	p := sample(t, "edge")
	all := lines(t, p)
	if got := strings.Join(all[0], ","); got != "timeline.0.times,side,runs,healthy,recovered,degraded,collapsed,overloaded,invalid,k,n,p,low,high" {
		t.Errorf("the columns are %s", got)
	}
	for i, l := range all[1:] {
		at := &p.Points[i]
		low, high := decision.Wilson(at.K, at.N)
		want := []string{fmt.Sprint(at.At[0].X), "", strconv.Itoa(at.made())}
		if !slices.Equal(l[:3], want) || l[9] != strconv.Itoa(at.K) || l[12] != figure(new(decision.Rounded(low))) || l[13] != figure(new(decision.Rounded(high))) {
			t.Errorf("%v of %+v", l, at)
		}
	}
	if len(all) != len(p.Points)+1 {
		t.Errorf("%d lines of %d points", len(all), len(p.Points))
	}
	if got := lines(t, sample(t, "map")); len(got) != 401 {
		t.Errorf("%d lines of 400 cells", len(got)-1)
	}
	if got := lines(t, sample(t, "listed")); got[3][0] != "unbounded" {
		t.Errorf("a limit that is none is %q", got[3][0])
	}
	var b bytes.Buffer
	must(WriteCSV(&b, sample(t, "demand")))
	golden.Assert(t, b.String(), "demand.csv.golden")
}

func TestCSVHoldsNoFormula(t *testing.T) {
	for _, name := range []string{"map", "words", "demand"} {
		p := hostile(t, name)
		for i := range p.Vary {
			p.Vary[i].Path = "=cmd()"
		}
		p.eachValue(func(_ string, _ *Axis, v *Value) {
			if v.Worded {
				v.Word = "@SUM(1)"
			}
		})
		for _, l := range lines(t, p) {
			for _, c := range l {
				if c != "" && strings.ContainsAny(c[:1], "=+@") {
					t.Errorf("%s: a cell is %q", name, c)
				}
			}
		}
	}
}

func TestSaveLeavesAllThreeFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	p := sample(t, "map")
	if err := Save(dir, p); err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(dir + "/*")
	must(err)
	for i := range found {
		found[i] = filepath.Base(found[i])
	}
	if !slices.Equal(found, []string{CSVName, PageName, FileName}) {
		t.Errorf("found %q", found)
	}
	got, err := ReadFile(filepath.Join(dir, FileName))
	if err != nil || got.Headline() != p.Headline() {
		t.Errorf("%v, %v", got, err)
	}
	must(os.Remove(filepath.Join(dir, FileName)))
	must(os.Mkdir(filepath.Join(dir, FileName), 0o755))
	must(os.Remove(filepath.Join(dir, CSVName)))
	if err := Save(dir, p); err == nil {
		t.Error("it was saved in place of a directory")
	}
	if _, err := os.Stat(filepath.Join(dir, CSVName)); err == nil {
		t.Error("there is a table of a plan that could not be saved")
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"words", "listed", "demand", "broken off"} { // small ones, for speed
		f.Add(written(f, sample(f, name)))
	}
	f.Add([]byte(`{"schema":"retrystorm.plan/v1","scenario":"\u0000","variant":"","engine":"","seed":18446744073709551615,"complete":false,"runs":0,"for":["invalid"],"at_least":0,"vary":[{"path":"","from":-0,"to":1e30,"quantity":"time","unit":"times"}],"edge":null,"points":[],"capacity":null,"confirmed":[],"versions":{"":""}}`))
	f.Add([]byte(`{"schema":"retrystorm.plan/v1","scenario":"","variant":"","engine":"","seed":0,"complete":true,"runs":1,"for":["healthy"],"at_least":1,"vary":[{"path":".","from":"unbounded","to":"unbounded","quantity":"limit","unit":""}],"edge":{"value":1,"low":1,"high":"unbounded","confidence":1,"below":"healthy","above":"invalid","rising":false,"never":"unbounded"},"points":[{"at":["unbounded"],"kinds":{"invalid":3},"k":0,"n":0,"low":0,"high":1}],"capacity":{"healthy":1e30,"heals":1e-30,"shed_to":0,"shed_for_s":1e30,"declared":0,"serves":null,"healthy_bound":{"low":0,"high":0},"heals_bound":{"low":null,"high":1},"shed":null},"confirmed":[],"versions":{}}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		p, err := Read(bytes.NewReader(in))
		if err != nil {
			return
		}
		first := written(t, p)
		again, err := Read(bytes.NewReader(first))
		if err != nil {
			t.Fatalf("%v\n%s", err, first)
		}
		if second := written(t, again); !bytes.Equal(first, second) {
			t.Errorf("written twice:\n%s\n%s", first, second)
		}
		shown(t, p)
	})
}
