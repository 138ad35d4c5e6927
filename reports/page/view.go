package page

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
	"github.com/retrystorm/retrystorm/reports/summary"
)

// view is what the template lays out: texts, in the order in which they stand
// on the page.
type view struct {
	Policy   string
	Style    template.CSS
	Script   template.JS
	Title    string
	Scenario string
	Outcome  string // PASSED, FAILED or INVALID
	Answer   string // what follows it
	About    []string
	Verdicts []card
	Further  []card   // verdicts folded away, of many variants
	Variants []choice // those with charts
	Left     []string // what there was no room for
	Evidence []table
	Runs     []runList
	Groups   []group
	Single   bool   // only one variant has charts
	Note     string // how the charts are to be read
	Figures  []series
	Graph    []table // links and nodes, of a backend of several
	Course   []table // what was done to the system, and its phases
	Ledger   []table
	Gates    []table
	Load     []table
	Scene    scene
	Versions []table
	Replay   replay
}

// card is how one variant came out.
type card struct {
	Of                     int
	Name, Kind, Mark, Told string
	Expected               string
}

// choice is a variant that can be shown and hidden.
type choice struct {
	Of   int
	Name string
}

func viewOf(r *reports.Result, show limits) view {
	variants := r.Variants[:min(len(r.Variants), show.variants)]
	outcome, answer, _ := strings.Cut(summary.Conclusion(r), ": ")
	v := view{
		Policy:   Policy(style, script),
		Style:    template.CSS(style), //nolint:gosec // our own
		Script:   template.JS(script), //nolint:gosec // our own
		Scenario: phrase.Name(r.Scenario),
		Outcome:  outcome,
		Answer:   plain(answer, longestText),
		About:    about(r),
		Evidence: evidence(variants),
		Ledger:   ledger(variants),
		Gates:    gates(variants, show.rows),
		Load:     load(variants),
		Scene:    sceneOf(r, show.text),
		Versions: versions(r, show.rows),
		Replay:   replayOf(r),
	}
	v.Title = v.Scenario + ": " + strings.ToLower(outcome)
	v.judge(variants)
	if n := len(r.Variants) - len(variants); n > 0 {
		v.left("%s more variants are left out of this page.", n)
	}
	v.chart(variants, show)
	v.Graph = graph(variants, show.rows)
	v.Course = course(variants, show.rows)
	v.list(variants, show)
	return v
}

// judge tells how each variant came out. Of many variants, those that did not
// come out as expected go first, and the rest is folded away.
func (v *view) judge(variants []reports.Variant) {
	const mostOpen = 12
	for i := range variants {
		v.Verdicts = append(v.Verdicts, cardOf(i+1, &variants[i]))
	}
	if len(variants) > mostOpen {
		slices.SortStableFunc(v.Verdicts, func(a, b card) int {
			return urgency[variants[a.Of-1].Outcome()] - urgency[variants[b.Of-1].Outcome()]
		})
		v.Verdicts, v.Further = v.Verdicts[:mostOpen], v.Verdicts[mostOpen:]
	}
}

// left notes what there was no room for.
func (v *view) left(format string, n int) {
	v.Left = append(v.Left, fmt.Sprintf(format, phrase.Count(int64(n)))+" The result itself, result.json, has them.")
}

func cardOf(of int, v *reports.Variant) card {
	c := card{Of: of, Name: phrase.Name(v.Name), Kind: "not run", Mark: marks[verdict.Invalid], Told: summary.Headline(v)}
	if run, ok := v.Typical(); ok {
		c.Kind, c.Mark = run.Verdict.Kind.String(), marks[run.Verdict.Kind]
	}
	c.Expected = expected(v)
	return c
}

// expected says how a variant stands to what was expected of it.
func expected(v *reports.Variant) string {
	wanted := " (expected: " + plain(v.Expect, longestName) + ")"
	p := v.Probability
	switch v.Outcome() {
	case reports.Passed:
		return "as expected"
	case reports.Invalid:
		return "proves nothing" + wanted
	}
	switch {
	case p.K == p.N:
		return "as expected, but that is not all that was demanded"
	case p.N > 1:
		return fmt.Sprintf("as expected in only %d of %d runs", p.K, p.N) + wanted
	}
	return "not as expected" + wanted
}

// marks tell verdicts apart by their shape, where colours do not.
var marks = map[verdict.Kind]string{
	verdict.Healthy: "●", verdict.Recovered: "◆", verdict.Degraded: "▲",
	verdict.Collapsed: "■", verdict.Overloaded: "▼", verdict.Invalid: "○",
}

// about says in short pieces what was run, where and when.
func about(r *reports.Result) []string {
	pieces := []string{"engine " + phrase.Name(r.Engine), fmt.Sprintf("seed %d", r.Seed)}
	if r.Runs > 1 {
		pieces = append(pieces, phrase.Count(int64(r.Runs))+" runs of each variant")
	}
	if !r.StartedAt.IsZero() {
		pieces = append(pieces, "started "+r.StartedAt.UTC().Format("2006-01-02 15:04:05")+" UTC")
	}
	if r.Incomplete {
		pieces = append(pieces, "broken off before the end")
	}
	return pieces
}

// How many characters of a text from outside are shown where there is little
// room, and where there is some.
const (
	longestName = 60
	longestText = 600
)

// plain makes a text from outside harmless and cuts it. phrase.Cut goes by
// width, which a text without any would slip past.
func plain(s string, longest int) string {
	runes := []rune(phrase.Plain(s))
	if len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return string(runes)
}
