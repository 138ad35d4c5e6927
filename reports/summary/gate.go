package summary

import (
	"fmt"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// gates are those that there are: their names in a result, how a row and a
// sentence call them, and how their figures are written.
var gates = []struct {
	name, label, words string
	figure             func(float64) string
}{
	{"time_to_recover", "gate, recovery", "time to recover", phrase.Duration},
	{"collapse", "gate, collapse", "length of a collapse", phrase.Duration},
	{"amplification", "gate, attempts", "attempts per sale", func(x float64) string { return phrase.Multiple(&x) }},
	{"lost", "gate, lost", "sales lost", wholeCount},
	{"duplicated", "gate, duplicated", "sales duplicated", wholeCount},
}

func wholeCount(x float64) string { return phrase.Count(int64(x)) }

// gateRows gives a row for each gate.
func gateRows() []row {
	var list []row
	for _, g := range gates {
		list = append(list, row{g.label, func(v *reports.Variant, _ *reports.Run) string {
			for i := range v.Gates {
				if v.Gates[i].Name == g.name {
					return gateCell(v, &v.Gates[i])
				}
			}
			return ""
		}})
	}
	return list
}

func gateCell(v *reports.Variant, g *reports.Gate) string {
	text := bound(g)
	if n := g.Probability.N; n > 1 {
		text += fmt.Sprintf(", %d of %d", g.Probability.K, n)
	}
	switch g.Outcome(v.AtLeast) {
	case reports.Failed:
		return "NOT " + text
	case reports.Invalid:
		return "cannot be told"
	}
	return text
}

// bound says what a gate asks for.
func bound(g *reports.Gate) string {
	if g.Name == "lost" || g.Name == "duplicated" {
		return "none"
	}
	return "below " + figureOf(g, g.Below)
}

func figureOf(g *reports.Gate, x float64) string {
	for _, known := range gates {
		if known.name == g.Name {
			return known.figure(x)
		}
	}
	return phrase.Decimal(x)
}

// Demand says in words what a gate demands of its variant: "time to recover
// below 60 s".
func Demand(g *reports.Gate) string {
	words := phrase.Name(g.Name)
	for _, known := range gates {
		if known.name == g.Name {
			words = known.words
		}
	}
	if bound(g) == "none" {
		return "no " + words
	}
	return words + " " + bound(g)
}

// Finding says in words how a gate came out: the demand, how many runs met it,
// and the worst of them.
func Finding(g *reports.Gate) string {
	p := g.Probability
	if p.N == 0 {
		return Demand(g) + ": cannot be told"
	}
	worst := "one never was"
	if g.Worst != nil {
		worst = figureOf(g, *g.Worst)
	}
	if p.N+p.Invalid == 1 {
		if g.Worst == nil {
			worst = "it never was"
		}
		return Demand(g) + ": " + worst
	}
	return fmt.Sprintf("%s: %d of %d runs (%s to %s), the worst with seed %d: %s",
		Demand(g), p.K, p.N, phrase.Share(&p.Low), phrase.Share(&p.High), g.WorstSeed, worst)
}
