package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// Headline is the answer in a sentence, such as: recovers with probability ≥ 95% up to
// 7,420 terminals (95% interval 7,360 to 7,480); always collapses from 8,100.
func (p *Plan) Headline() string {
	text := p.answer()
	if !p.Complete {
		text = "broken off after " + counted(p.Runs, "run") + "; so far: " + text
	}
	return text
}

func (p *Plan) answer() string {
	switch {
	case p.Edge != nil:
		return p.edgeTold() + p.neverTold()
	case p.Problem != "":
		return phrase.Plain(p.Problem)
	case p.Map != nil:
		return p.mapTold()
	case len(p.Vary) == 0 && p.Capacity != nil:
		return p.Capacity.told()
	}
	return "nothing is known yet"
}

func (p *Plan) probability() string { return "with probability ≥ " + share(p.AtLeast) }

func share(x float64) string { return experiment.Share.Text(x) }

func (p *Plan) edgeTold() string {
	a, e := &p.Vary[0], p.Edge
	up, on := "up to ", ""
	inside := e.Below
	if e.Rising {
		up, on, inside = "from ", " on", e.Above
	}
	return fmt.Sprintf("%s %s %s%s%s (%s interval %s to %s)", does(p.success(inside)), p.probability(), up, a.amount(e.Value), on,
		share(e.Confidence), a.plain(e.Low), a.plain(e.High))
}

// success gives how runs end that are a success: as most do just inside the edge, if
// one of several kinds is known there.
func (p *Plan) success(inside verdict.Kind) []verdict.Kind {
	if slices.Contains(p.For, inside) {
		return []verdict.Kind{inside}
	}
	return p.For
}

// neverTold says from where on success is out of the question.
func (p *Plan) neverTold() string {
	e := p.Edge
	if e.Never == nil {
		return ""
	}
	seen, always := p.beyond(*e.Never)
	often := "always "
	if !always {
		often = "almost always "
	}
	if len(seen) == 0 {
		return ""
	}
	text := "; " + often + does(seen)
	if e.Rising {
		return text + " up to " + p.Vary[0].plain(*e.Never)
	}
	return text + " from " + p.Vary[0].plain(*e.Never)
}

// beyond gives the kinds that runs ended with, other than those of success, from a value
// on away from success, and whether no run there was a success.
func (p *Plan) beyond(from Value) (seen []verdict.Kind, always bool) {
	counts := map[verdict.Kind]int{}
	k := 0
	past := p.Vary[0].order()
	for i := range p.Points {
		at := &p.Points[i]
		if d := past(at.At[0], from); d != 0 && d > 0 == p.Edge.Rising {
			continue
		}
		k += at.K
		for kind, n := range at.Kinds {
			if kind != verdict.Invalid && !slices.Contains(p.For, kind) {
				counts[kind] += n
			}
		}
	}
	return kindsOf(counts), k == 0
}

// order compares values of the axis: amounts by what they are, words by where they were
// listed.
func (a *Axis) order() func(v, w Value) int {
	return func(v, w Value) int {
		if v.Worded {
			return slices.Index(a.Values, v) - slices.Index(a.Values, w)
		}
		switch {
		case v.X < w.X:
			return -1
		case v.X > w.X:
			return 1
		}
		return 0
	}
}

// nouns are the fields that count what their name says.
var nouns = []string{"terminals", "tenants", "workers", "instances", "shards", "regions", "connections"}

// amount is a value with what it is one of: 7,420 terminals; a fleet.0.timeout of 1.4s.
func (a *Axis) amount(v Value) string {
	text, path := a.plain(v), phrase.Cut(phrase.Plain(a.Path), longestPath)
	last := a.Path[strings.LastIndexByte(a.Path, '.')+1:]
	switch {
	case a.Unit == multiples:
		return text + " of " + path
	case slices.Contains(nouns, last) && !strings.Contains(a.Path, "+"):
		return text + " " + last
	}
	return path + " " + text
}

// plain is a value that is harmless to a terminal.
func (a *Axis) plain(v Value) string {
	const longest = 40
	return phrase.Cut(phrase.Plain(a.Text(v)), longest)
}

// longestPath is how much of a path is shown in a sentence or above a column.
const longestPath = 60

// mapTold says how much of a map is inside the edge.
func (p *Plan) mapTold() string {
	inside, measured := 0, 0
	for i := range p.Map.Cells {
		c := &p.Map.Cells[i]
		if c.Side == Success {
			inside++
		}
		if c.Measured() {
			measured++
		}
	}
	return fmt.Sprintf("%s %s at %s of %s (%s measured)", does(p.For), p.probability(),
		phrase.Count(int64(inside)), counted(len(p.Map.Cells), "pair"), phrase.Count(int64(measured)))
}

// told says in a sentence what demand the system stands.
func (c *Capacity) told() string {
	said := []string{"declared is a demand of " + rate(c.Declared)}
	if c.Healthy != nil {
		said = append(said, "it stays healthy up to "+rate(*c.Healthy))
	}
	if c.Heals != nil {
		said = append(said, "it heals up to "+rate(*c.Heals))
	}
	return strings.Join(said, "; ")
}

// Title says what was asked: of which scenario, on what, and what was varied.
func (p *Plan) Title() string {
	text := phrase.Name(p.Scenario) + ", " + phrase.Name(p.Variant) + ", on " + phrase.Name(p.Engine)
	for i := range p.Vary {
		text += [...]string{": ", " and "}[i] + p.Vary[i].span()
	}
	return text
}

// span words what was varied: fleet.0.terminals from 1,000 to 20,000.
func (a *Axis) span() string {
	path := phrase.Cut(phrase.Plain(a.Path), longestPath)
	if len(a.Values) > 0 {
		return fmt.Sprintf("%s, %s", path, counted(len(a.Values), "value"))
	}
	return fmt.Sprintf("%s from %s to %s", path, a.plain(a.From), a.plain(a.To))
}

// counted words a number of things.
func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return phrase.Count(int64(n)) + " " + noun
}
