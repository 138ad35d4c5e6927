package summary

import (
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// Worst writes the worst figure that a gate's runs showed: "never" where one
// has none, as a run that did not recover, and phrase.Missing where no run can
// tell.
func Worst(g *reports.Gate) string {
	switch {
	case g.Probability.N == 0:
		return phrase.Missing
	case g.Worst == nil:
		return "never"
	}
	return figureOf(g, *g.Worst)
}
