package markdown

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
	"github.com/retrystorm/retrystorm/reports/sample"
	"github.com/retrystorm/retrystorm/reports/summary"
)

// tricks are texts that a parser, or a site, makes something of.
var tricks = []string{
	"|", `\|`, `a \| b | c`, `\\|`, "a|b", "||", " | ", "`|`", "``", "`", "` `", "a`", `\`, `a\`, "`\\`|`\\`", "*a*", "**a", "_a_", "__a__",
	"a\nb", "\n\n# x", "- x", "+ x", "* x", "1. x", "1) x", "> x", "===", "---", "    x", "\tx", "~~~", "```sh", "~~a~~", "[a](b)", "[a]", "[a]: b",
	"![a](b)", "[ ] a", "[x] a", "[^1]", "[^1]: a", "@ | | b", "<b>", "<!--", "-->", "</details>", "<a href=x>", "<http://x.y>", "<x@y.z>", "&lt;", "&#35;", "&",
	"@a", "@org/team", "a@b.cd", "#1", "GH-1", "a/b#1", "!1", "%1", "~a", "$a$", "$$", "&1", "^a", ":tada:", ":100:", "00:50:10", "http://a.b", "www.a.b", "ftp://a",
	"{+a+}", "[-a-]", "[[a]]", "0123abc", "7654321", "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef", "UTF-8", "{{ x }}", "<details>", "# x #", "x  ", "a  b",
	"", "é", "\x00", "\x1b[0m", "\u202e", "\xff", "日本語", "62%", "0 % of", "2.9×",
}

func anyText() *rapid.Generator[string] {
	one := rapid.OneOf(rapid.SampledFrom(tricks), rapid.SampledFrom(sample.Hostile), rapid.String(),
		rapid.StringOf(rapid.RuneFrom([]rune("\\`|*_<>[]()#@!&~$:+-=. \n1a"))),
		rapid.StringOf(rapid.RuneFrom(nil, unicode.Han, unicode.Mn, unicode.So, unicode.Cf, unicode.Cc)))
	return rapid.Map(rapid.SliceOfN(one, 1, 3), func(parts []string) string { return strings.Join(parts, "") })
}

// shown is what a reader is to see of a text.
func shown(s string) string { return cut(phrase.Plain(s), shortText) }

func TestTextShowsAsItIs(t *testing.T) {
	check := func(t fataler, s string) {
		var d document
		d.paragraph("## x: " + short(s))
		d.paragraph("x: " + short(s) + ".")
		d.list(1, "", func(int) string { return "**" + short(phrase.Name(s)) + "**: " + short(s) })
		d.table(words("", short(s), "end"), 2, "", func(int) []string { return []string{short(s), "x", short(s)} })
		got := parse(t, d.String())
		want := &page{
			headings:   []string{strings.TrimSpace("x: " + shown(s))},
			paragraphs: []string{"x: " + shown(s) + "."},
			items:      []string{strings.TrimSpace(phrase.Name(s) + ": " + shown(s))},
			tables:     [][][]string{{{"", shown(s), "end"}, {shown(s), "x", shown(s)}, {shown(s), "x", shown(s)}}},
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(page{})); diff != "" {
			t.Fatalf("%q (-want +got):\n%s\n%s", s, diff, d.String())
		}
	}
	for _, s := range append(tricks, sample.Hostile...) {
		check(t, s)
	}
	rapid.Check(t, func(t *rapid.T) { check(t, anyText().Draw(t, "text")) })
}

func TestOnlyWhatIsLiveIsCode(t *testing.T) {
	for _, s := range []string{
		"kounta-friday on sim, seed 1", "client 4.4.2", "(devel)", "go1.26.8", "quota 20000 of 100000 µs", "not in 67 s", "62%, 2.9×",
		"0 % of sales", "The spike ended at 00:50:10.", "1234567 sales", "a_b*c", `c:\dir`, "<b>", "R & D",
	} {
		if got := short(s); strings.Contains(got, "`") {
			t.Errorf("%q became code: %s", s, got)
		}
	}
	for _, s := range []string{"@a", "#1", "GH-12", "x:tada:", "http://a", "www.a.b", "7781506a890f", "a`b", "[x]", "&amp;", "!12", "%12", "~a", "$x$", "{+a+}"} {
		if got := short(s); !strings.HasPrefix(got, "`") {
			t.Errorf("%q is not code: %s", s, got)
		}
	}
}

func TestLongTextIsCutAndShowsIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, most := anyText().Draw(t, "text"), rapid.IntRange(1, 20).Draw(t, "most")
		got := cut(s, most)
		if n := utf8.RuneCountInString(got); n > most || got != s && !strings.HasSuffix(got, "…") {
			t.Fatalf("%q of %q", got, s)
		}
	})
}

func TestReportHasNothingButWhatItIsToHave(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := anyResult(t)
		p := parse(t, written(t, r))
		if diff := cmp.Diff(r.Outcome().String()+": "+shown(summary.Title(r)), p.headings[0]); diff != "" {
			t.Fatal(diff)
		}
		if len(r.Variants) == 0 || len(r.Variants) > mostColumns {
			return
		}
		head := []string{""}
		for i := range r.Variants {
			head = append(head, shown(phrase.Name(r.Variants[i].Name)))
		}
		want := [][]string{head}
		for _, row := range summary.Rows(r.Variants) {
			cells := []string{row.Label}
			for _, c := range row.Cells {
				cells = append(cells, shown(c))
			}
			want = append(want, cells)
		}
		if diff := cmp.Diff(want, p.tables[0]); diff != "" {
			t.Fatalf("the table differs (-want +got):\n%s", diff)
		}
		for _, table := range p.tables {
			for _, cells := range table {
				if len(cells) != len(table[0]) {
					t.Fatalf("%d cells under a head of %d: %q", len(cells), len(table[0]), cells)
				}
			}
		}
	})
}

// each is a variant with a run of each verdict.
var each = sync.OnceValue(func() reports.Variant {
	return sample.Of("each", experiment.Expect{}, verdict.Invalid, verdict.Healthy, verdict.Recovered,
		verdict.Degraded, verdict.Collapsed, verdict.Overloaded)
})

// anyResult has any text and any figure wherever there can be one.
func anyResult(t *rapid.T) *reports.Result {
	text := anyText()
	r := reports.New(text.Draw(t, "scenario"), text.Draw(t, "engine"), 1, time.Time{})
	r.Versions[text.Draw(t, "program")] = text.Draw(t, "version")
	r.Incomplete = rapid.Bool().Draw(t, "incomplete")
	for range rapid.IntRange(0, mostColumns+2).Draw(t, "variants") {
		runs := rapid.SliceOfN(rapid.SampledFrom(each().Runs), 0, 3).Draw(t, "runs")
		v := sample.Variant(text.Draw(t, "name"), experiment.Expect{}, experiment.Gate{}, runs)
		v.Expect = text.Draw(t, "expect")
		for i := range v.Runs {
			run := &v.Runs[i]
			run.Verdict.Reason, run.Problem = text.Draw(t, "reason"), text.Draw(t, "problem")
			run.Verdict.Evidence.Sustained = text.Draw(t, "sustained")
			run.Faults = []reports.Fault{{Kind: text.Draw(t, "kind"), Node: text.Draw(t, "node"), Evidence: text.Draw(t, "evidence")}}
			run.Phases = append(slices.Clip(run.Phases), reports.Phase{Name: text.Draw(t, "phase"), DemandPerS: rapid.Float64().Draw(t, "demand")})
			run.Totals.WastedWorkS, run.Totals.Sales = new(rapid.Float64().Draw(t, "wasted")), rapid.Int64().Draw(t, "sales")
			run.Generator = reports.Generator{LagP99S: rapid.Float64().Draw(t, "lag"), Cores: rapid.Int().Draw(t, "cores"), WallS: rapid.Float64().Draw(t, "wall")}
		}
		if rapid.Bool().Draw(t, "gated") {
			v.Gates = []reports.Gate{{Name: text.Draw(t, "gate"), Below: rapid.Float64().Draw(t, "below"), Probability: reports.Probability{N: rapid.IntRange(-1, 3).Draw(t, "n")}}}
		}
		r.Variants = append(r.Variants, v)
	}
	return r
}
