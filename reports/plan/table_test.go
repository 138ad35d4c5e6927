package plan

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"gotest.tools/v3/golden"

	"github.com/retrystorm/retrystorm/reports/table"
)

func TestTablesAreGolden(t *testing.T) {
	for name, file := range map[string]string{
		"edge": "edge", "rising": "rising", "map": "map", "demand": "demand", "words": "words", "listed": "listed",
		"broken off": "broken", "unjudged": "unjudged", "timeout": "timeout",
	} {
		golden.Assert(t, drawn(t, sample(t, name), table.Style{}), file+".golden")
	}
	golden.Assert(t, drawn(t, sample(t, "edge"), table.Style{Width: 80}), "edge-80.golden")
	golden.Assert(t, drawn(t, sample(t, "edge"), table.Style{Width: 42}), "edge-42.golden")
	golden.Assert(t, drawn(t, sample(t, "map"), table.Style{Colour: true, Timeline: true}), "map-blocks.golden")
}

func TestHeadlineIsASentence(t *testing.T) {
	for name, want := range map[string]string{
		"edge":       "recovers with probability ≥ 95% up to timeline.0.times 2.09 (95% interval 2.06 to 2.14); always collapses from 2.49",
		"terminals":  "recovers with probability ≥ 95% up to 312 terminals (95% interval 309 to 321); always collapses from 362",
		"multiple":   "recovers with probability ≥ 95% up to 0.532x of fleet.*.terminals (95% interval 0.515x to 0.536x); always collapses or is overloaded from 0.589x",
		"words":      "recovers with probability ≥ 95% from fleet.0.retry.jitter equal on (95% interval full to equal); always collapses up to none",
		"map":        "stays healthy or recovers with probability ≥ 95% at 87 of 400 pairs (109 measured)",
		"broken off": "broken off after 51 runs; so far: nothing is known yet",
		"unjudged":   "no run from 1 to 6 proves anything: too late",
	} {
		if got := sample(t, name).Headline(); got != want {
			t.Errorf("%s: %s\nwant %s", name, got, want)
		}
	}
	almost := sample(t, "edge")
	last := &almost.Points[len(almost.Points)-1]
	last.K, last.N = last.K+1, last.N+1
	if got := almost.Headline(); !strings.HasSuffix(got, "; almost always collapses from 2.49") {
		t.Errorf("a success beyond: %s", got)
	}
}

var escapes = regexp.MustCompile(`\x1b\[[0-9;]*m`)

func TestTablesFitTheWidth(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(questions)) {
		for _, width := range []int{42, 50, 75, 76, 80, 100, 140} {
			for _, fancy := range []bool{false, true} {
				text := escapes.ReplaceAllString(drawn(t, sample(t, name), table.Style{Width: width, Colour: fancy, Timeline: fancy}), "")
				for line := range strings.Lines(text) {
					if w := twwidth.Width(strings.TrimSuffix(line, "\n")); w > width {
						t.Errorf("%s: %d of %d columns: %q", name, w, width, line)
					}
				}
			}
		}
	}
}

func TestWithoutColoursThereAreNone(t *testing.T) {
	for name := range questions {
		if text := drawn(t, sample(t, name), table.Style{Timeline: true}); strings.Contains(text, "\x1b") || strings.Contains(text, "▀") {
			t.Errorf("%s has colours, or blocks that mean nothing without them", name)
		}
	}
	plain, painted := drawn(t, sample(t, "edge"), table.Style{}), drawn(t, sample(t, "edge"), table.Style{Colour: true})
	if escapes.ReplaceAllString(painted, "") != plain || !strings.Contains(painted, "\x1b[31mcollapsed") {
		t.Error("colours change the text, or are not there")
	}
}

func TestMapShowsEachCell(t *testing.T) {
	p := sample(t, "map")
	plain := drawn(t, p, table.Style{})
	rows := 0
	for line := range strings.Lines(plain) {
		if _, cells, found := strings.Cut(line, " │"); found {
			rows++
			if len(strings.TrimSuffix(cells, "\n")) != 2*len(p.Map.X) {
				t.Errorf("a row of %d characters: %q", len(cells), cells)
			}
		}
	}
	if rows != len(p.Map.Y) {
		t.Errorf("%d rows of %d values", rows, len(p.Map.Y))
	}
	blocks := escapes.ReplaceAllString(drawn(t, p, table.Style{Colour: true, Timeline: true}), "")
	if got, want := strings.Count(blocks, "▀"), len(p.Map.Cells); got != want {
		t.Errorf("%d half blocks; want two for each two cells, %d", got, want)
	}
}

// hostile gives every text of a plan that comes from outside an ugly value.
func hostile(t testing.TB, name string) *Plan {
	p := sample(t, name)
	const ugly = "<script>alert(1)</script>\x1b[31m\"'&\u202e\n=cmd|' /C calc'!A0"
	p.Scenario, p.Variant, p.Engine, p.Problem = ugly, ugly, ugly, ugly
	for i := range p.Vary {
		p.Vary[i].Path = ugly
	}
	p.eachValue(func(_ string, _ *Axis, v *Value) {
		if v.Worded {
			v.Word += ugly
		}
	})
	p.Versions[ugly] = ugly
	for i := range p.Confirmed {
		p.Confirmed[i].Engine, p.Confirmed[i].Problem = ugly, ugly
	}
	if c := p.Capacity; c != nil {
		c.Heals, c.HealsBound = nil, Bound{Problem: ugly}
		c.Shed.Problem = ugly
	}
	return p
}

func TestHostileTextsAreHarmlessToATerminal(t *testing.T) {
	for name := range questions {
		for _, width := range []int{42, 100} {
			text := drawn(t, hostile(t, name), table.Style{Width: width})
			if strings.ContainsAny(text, "\x1b\u202e") {
				t.Errorf("%s: %q", name, text)
			}
		}
	}
}
