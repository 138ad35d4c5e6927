package page

import (
	"cmp"
	"fmt"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
	"github.com/retrystorm/retrystorm/reports/summary"
)

// course is what was done to the system, and how it fared before, during and
// after it.
func course(variants []reports.Variant, most int) []table {
	faults := table{Caption: "Faults and spikes as they were carried out", Head: cells("variant", "kind", "node", "from", "to", "took hold", "removed", "what was seen")}
	phases := table{Caption: "Phases", Class: "figures words", Head: cells("variant", "phase", "from", "to", "demand", "goodput", "errors", "attempts per sale", "p50", "p99")}
	for i := range variants {
		run, ok := variants[i].Typical()
		if !ok {
			continue
		}
		who := phrase.Name(variants[i].Name)
		for _, f := range run.Faults[:min(len(run.Faults), most)] {
			faults.add(i+1, who, plain(f.Kind, longestName), orMissing(plain(cmp.Or(f.Node, f.Link), longestName)), phrase.Clock(f.FromS), phrase.Clock(f.ToS),
				phrase.Yes(f.Applied), phrase.Gone(f.Removed, f.Endless), orMissing(plain(f.Evidence, longestText)))
		}
		for _, p := range run.Phases[:min(len(run.Phases), most)] {
			phases.add(i+1, who, plain(p.Name, longestName), phrase.Clock(p.FromS), phrase.Clock(p.ToS), phrase.PerSecond(p.DemandPerS),
				phrase.PerSecond(p.GoodputPerS), phrase.PerSecond(p.ErrorsPerS), phrase.Multiple(p.AttemptsPerSale),
				phrase.DurationOf(p.P50S), phrase.DurationOf(p.P99S))
		}
		faults.cut(i+1, len(run.Faults)-most)
		phases.cut(i+1, len(run.Phases)-most)
	}
	var list []table
	for _, t := range []table{phases, faults} {
		if len(t.Rows) > 0 {
			list = append(list, t)
		}
	}
	return list
}

func (t *table) add(of int, label string, texts ...string) {
	t.Rows = append(t.Rows, row{Of: of, Label: label, Cells: cells(texts...)})
}

// cut says that there are more rows of a variant than there is room for.
func (t *table) cut(of, more int) {
	if more > 0 {
		texts := make([]string, len(t.Head)-1)
		texts[0] = fmt.Sprintf("and %s more", phrase.Count(int64(more)))
		t.add(of, "", texts...)
	}
}

// gates is what was demanded of the variants beyond their verdict.
func gates(variants []reports.Variant, most int) []table {
	t := table{Caption: "What was demanded beyond the verdict", Head: cells("variant", "demand", "held", "held in", "true share, 95%", "worst run", "asked for")}
	for i := range variants {
		v := &variants[i]
		for j := range v.Gates[:min(len(v.Gates), most)] {
			g := &v.Gates[j]
			t.add(i+1, phrase.Name(v.Name), plain(summary.Demand(g), longestText), held(g.Outcome(v.AtLeast)), timesHeld(g.Probability),
				interval(g.Probability), worst(g), asked(v.AtLeast))
		}
		t.cut(i+1, len(v.Gates)-most)
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return []table{t}
}

func held(o reports.Outcome) string {
	switch o {
	case reports.Passed:
		return "yes"
	case reports.Failed:
		return "NO"
	}
	return "cannot be told"
}

func timesHeld(p reports.Probability) string {
	text := fmt.Sprintf("%d of %d", p.K, p.N)
	if p.Invalid > 0 {
		text += fmt.Sprintf(", %d cannot tell", p.Invalid)
	}
	return text
}

func interval(p reports.Probability) string {
	return phrase.Share(&p.Low) + " to " + phrase.Share(&p.High)
}

// worst names the run that came nearest to breaking a gate, or broke it most.
func worst(g *reports.Gate) string {
	if g.Probability.N == 0 {
		return phrase.Missing
	}
	return fmt.Sprintf("%s (seed %d)", summary.Worst(g), g.WorstSeed)
}

func asked(atLeast float64) string {
	if atLeast == 0 {
		return "each run"
	}
	return "at least " + phrase.Share(&atLeast)
}
