package compare

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"gotest.tools/v3/golden"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/sample"
)

func drawnAs(t interface{ Fatal(...any) }, c *Comparison, width int) string {
	var b bytes.Buffer
	if err := c.WriteTable(&b, width); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func markdown(t interface{ Fatal(...any) }, c *Comparison) string {
	var b bytes.Buffer
	if err := c.WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// examples are comparisons as users meet them.
func examples(t *testing.T) map[string]*Comparison {
	t.Helper()
	rng := rand.New(rand.NewPCG(11, 12))
	calms := variantOf("client 4.4.2", experiment.Expect{}, drawn(rng, 20, calm))
	incident := variantOf("as it happened", experiment.Expect{Kinds: []verdict.Kind{verdict.Collapsed}}, times(20, down))
	slower := variantOf("client 4.4.2", experiment.Expect{}, drawn(rng, 20, func(rng *rand.Rand) outcome {
		o := calm(rng)
		o.recovery, o.failed = 2*o.recovery, o.failed/2
		if rng.Float64() < 0.4 {
			o = with(down, func(o *outcome) { o.lost = 2 })
		}
		return o
	}))
	one := func(o outcome) *reports.Result {
		return resultOf("kounta-friday", variantOf("client 4.4.2", experiment.Expect{}, times(1, o)))
	}
	void := resultOf("kounta-friday", incident, variantOf("client 4.4.2", experiment.Expect{}, mixed(2, void, 18, good)))
	before := resultOf("kounta-friday", incident, calms)
	across := usual
	across.AcrossEngines = true
	docker := resultOf("kounta-friday", incident, slower)
	docker.Engine = "docker"
	wild := func(seed uint64) *reports.Result {
		r := resultOf(sample.Hostile[0])
		for i, n := range sample.Hostile {
			r.Add(variantOf(n, experiment.Expect{}, drawn(rand.New(rand.NewPCG(seed, uint64(i))), 3, calm)))
		}
		return r
	}
	sets, err := Results([]*reports.Result{before, one(good)}[:1], []*reports.Result{resultOf("square-2017", calms), before}, usual)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]*Comparison{
		"worse":     comparison(t, before, resultOf("kounta-friday", incident, slower), usual),
		"better":    comparison(t, resultOf("kounta-friday", incident, slower), before, usual),
		"few":       comparison(t, one(good), one(with(good, func(o *outcome) { o.recovery = 80 })), usual),
		"broken":    comparison(t, one(good), one(down), usual),
		"invalid":   comparison(t, before, void, usual),
		"missing":   comparison(t, before, resultOf("kounta-friday", incident, variantOf("client 4.5", experiment.Expect{}, times(3, good))), usual),
		"identical": comparison(t, before, before, usual),
		"engines":   comparison(t, before, docker, across),
		"scenarios": sets,
		"hostile":   comparison(t, wild(1), wild(2), usual),
		"declared":  comparison(t, sample.Friday(), sample.Friday(), usual),
	}
}

func TestTableIsGolden(t *testing.T) {
	all := examples(t)
	for name, c := range all {
		t.Run(name, func(t *testing.T) { golden.Assert(t, drawnAs(t, c, 0), "table-"+name+".golden") })
	}
	worse := all["worse"]
	golden.Assert(t, drawnAs(t, worse, 60), "table-narrow.golden")
	golden.Assert(t, drawnAs(t, worse, 160), "table-wide.golden")
}

func TestMarkdownAndJSONAreGolden(t *testing.T) {
	all := examples(t)
	for _, name := range []string{"worse", "hostile", "missing", "few"} {
		c := all[name]
		golden.Assert(t, markdown(t, c), "markdown-"+name+".golden")
		if name == "worse" || name == "missing" {
			golden.Assert(t, string(inJSON(t, c)), "json-"+name+".golden")
		}
	}
}

var anyText = rapid.OneOf(rapid.String(), rapid.SampledFrom(sample.Hostile),
	rapid.StringOf(rapid.RuneFrom([]rune("`|\\<>*_[]()#@!&-\n\r~ "), unicode.Han, unicode.Mn, unicode.Cf)))

func anyComparison(t *rapid.T) *Comparison {
	scenario, engine := anyText.Draw(t, "scenario"), anyText.Draw(t, "engine")
	side := func(label string, valid bool) *reports.Result {
		r := resultOf(scenario)
		r.Engine = engine
		for range rapid.IntRange(1, 4).Draw(t, label+" variants") {
			v := variantOf(anyText.Draw(t, label+" name"), back, anyRuns(t, label, valid))
			v.Expect = anyText.Draw(t, label+" expect")
			r.Add(v)
		}
		return r
	}
	return comparison(t, side("old", true), side("new", false), Config{Alpha: 0.5, Margin: 0.05})
}

func TestTableNeverBreaksNorLetsControlCharactersThrough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(leastWidth, 200).Draw(t, "width")
		out := drawnAs(t, anyComparison(t), width)
		wide := 0
		for line := range strings.Lines(out) {
			line = strings.TrimSuffix(line, "\n")
			if i := strings.IndexFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
				t.Fatalf("%q in %q", line[i:], line)
			}
			columns := twwidth.Width(line)
			if columns > width {
				t.Fatalf("%d of %d columns: %q", columns, width, line)
			}
			if strings.HasPrefix(line, "┌") {
				wide = columns
			}
			if wide > 0 && columns != wide {
				t.Fatalf("%d columns in a frame of %d: %q\n%s", columns, wide, line, out)
			}
			if strings.HasPrefix(line, "└") {
				wide = 0
			}
		}
	})
}

func TestMarkdownShowsTextsFromOutsideAsText(t *testing.T) {
	parser := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser()
	rapid.Check(t, func(t *rapid.T) {
		source := []byte(markdown(t, anyComparison(t)))
		err := ast.Walk(parser.Parse(text.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			switch n := n.(type) {
			case *ast.Link, *ast.AutoLink, *ast.Image, *ast.RawHTML, *ast.HTMLBlock, *ast.CodeBlock, *ast.FencedCodeBlock, *ast.List, *ast.Blockquote:
				t.Fatalf("a %v arises in\n%s", n.Kind(), source)
			case *east.TableRow:
				if n.ChildCount() != len(head) {
					t.Fatalf("a row has %d cells in\n%s", n.ChildCount(), source)
				}
			}
			return ast.WalkContinue, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestHugeComparisonStaysBelowTheLimitOfAJobSummary(t *testing.T) {
	huge := func(seed uint64) *reports.Result {
		r := resultOf("s")
		for i := range 400 {
			r.Variants = append(r.Variants, variantOf(strings.Repeat("very long ", 1000)+string(rune('a'+i)), back,
				drawn(rand.New(rand.NewPCG(seed, uint64(i))), 3, torn)))
		}
		return r
	}
	const limit = 1 << 20
	out := markdown(t, comparison(t, huge(1), huge(2), usual))
	if len(out) > limit || !strings.Contains(out, "Not shown: what follows the first 100 variants.") {
		t.Errorf("%d bytes", len(out))
	}
}

func TestTableIsTheSameInEveryLocale(t *testing.T) {
	c := examples(t)["worse"]
	narrow := drawnAs(t, c, 0)
	twwidth.SetEastAsian(true)
	if wide := drawnAs(t, c, 0); wide != narrow {
		t.Error(wide)
	}
}

type fullDisk struct{}

var errFull = errors.New("full")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestWriterThatFailsIsReported(t *testing.T) {
	c := examples(t)["worse"]
	for name, err := range map[string]error{
		"table": c.WriteTable(fullDisk{}, 0), "markdown": c.WriteMarkdown(fullDisk{}), "json": c.WriteJSON(fullDisk{}),
	} {
		if !errors.Is(err, errFull) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
