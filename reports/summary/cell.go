package summary

import (
	"fmt"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// Row is one line of the table that every report shows: a label, and a text
// for each variant. The texts are plain: nothing in them needs more escaping
// than the format asks for.
type Row struct {
	Label string
	Cells []string
}

// Rows gives the rows that say something of at least one of the variants.
func Rows(variants []reports.Variant) []Row {
	var out []Row
	for _, r := range rows() {
		if texts, some := r.cells(variants); some {
			out = append(out, Row{r.label, texts})
		}
	}
	return out
}

// row is what a row shows of a variant and of the run that stands for it; an
// empty text is nothing to show.
type row struct {
	label string
	cell  func(v *reports.Variant, run *reports.Run) string
}

func rows() []row {
	list := []row{
		{"verdict", verdictCell},
		{"expected", func(v *reports.Variant, _ *reports.Run) string { return phrase.Plain(v.Expect) }},
		{"as expected", expectedCell},
		{"figures of", seedCell},
		{"time to recover", recoverCell},
		{"collapse lasts", func(v *reports.Variant, _ *reports.Run) string { return Lasting(v) }},
		{"sales", func(_ *reports.Variant, r *reports.Run) string { return phrase.Count(r.Totals.Sales) }},
		{"attempts per sale", func(_ *reports.Variant, r *reports.Run) string { return phrase.Multiple(r.Totals.Amplification) }},
	}
	for _, p := range []string{"baseline", "trigger", "recovery"} {
		list = append(list, row{"goodput, " + p, ofPhase(p, func(p *reports.Phase) string {
			return phrase.PerSecond(p.GoodputPerS) + " of " + phrase.PerSecond(p.DemandPerS)
		})})
	}
	for _, p := range []string{"baseline", "trigger", "recovery"} {
		list = append(list, row{"p99, " + p, ofPhase(p, func(p *reports.Phase) string { return phrase.DurationOf(p.P99S) })})
	}
	list = append(list, gateRows()...)
	return append(list,
		row{"wasted work", wastedCell},
		row{"wasted, recovery", func(_ *reports.Variant, r *reports.Run) string { return phrase.Share(r.Verdict.Evidence.WastedShare) }},
		row{"tenants hurt", hurtCell},
		row{"lost", func(_ *reports.Variant, r *reports.Run) string { return phrase.Counted(r.Totals.Lost) }},
		row{"duplicated", func(_ *reports.Variant, r *reports.Run) string { return phrase.Counted(r.Totals.Duplicated) }},
		row{"misdated", func(_ *reports.Variant, r *reports.Run) string { return unlessNone(r.Totals.Misdated) }},
		row{"failed", func(_ *reports.Variant, r *reports.Run) string { return phrase.Count(r.Totals.Failed) }},
		row{"turned away", func(_ *reports.Variant, r *reports.Run) string { return unlessNone(&r.Totals.TurnedAway) }},
		row{"longest red", func(_ *reports.Variant, r *reports.Run) string { return unlessUnknown(r.Totals.LongestRedS) }},
		row{"last red until", func(_ *reports.Variant, r *reports.Run) string { return unlessUnknown(r.Totals.RedUntilS) }},
		row{"unsynced at end", func(_ *reports.Variant, r *reports.Run) string { return phrase.Count(r.Totals.Unsynced) }},
		row{"pending at end", func(_ *reports.Variant, r *reports.Run) string { return unlessNone(&r.Totals.Pending) }},
		row{"generator lag p99", lagCell},
		row{"generator CPU", cpuCell},
		row{"undelivered", func(_ *reports.Variant, r *reports.Run) string { return unlessNone(&r.Generator.Undelivered) }},
	)
}

// cells gives the row's text for each variant, and whether there is any.
func (r row) cells(variants []reports.Variant) (texts []string, some bool) {
	texts = make([]string, len(variants))
	for i := range variants {
		v := &variants[i]
		// Without a run there is still an expectation to show.
		run, ok := v.Typical()
		if ok || r.label == "expected" || r.label == "as expected" {
			texts[i] = r.cell(v, run)
		}
		some = some || texts[i] != ""
		if texts[i] == "" {
			texts[i] = phrase.Missing
		}
	}
	return texts, some
}

func verdictCell(v *reports.Variant, r *reports.Run) string {
	kind := r.Verdict.Kind.String()
	if len(v.Runs) == 1 {
		return kind
	}
	n := 0
	for i := range v.Runs {
		if v.Runs[i].Verdict.Kind == r.Verdict.Kind {
			n++
		}
	}
	return fmt.Sprintf("%s (%d of %d)", kind, n, len(v.Runs))
}

func expectedCell(v *reports.Variant, _ *reports.Run) string {
	answer := "NO"
	if v.Passed {
		answer = "yes"
	}
	p := v.Probability
	if len(v.Runs) > 1 && p.N > 0 {
		answer += fmt.Sprintf(", %d of %d (%s to %s)", p.K, p.N, phrase.Share(&p.Low), phrase.Share(&p.High))
	}
	return answer
}

func seedCell(v *reports.Variant, r *reports.Run) string {
	if len(v.Runs) == 1 {
		return ""
	}
	return fmt.Sprintf("seed %d", r.Seed)
}

func recoverCell(_ *reports.Variant, r *reports.Run) string {
	e := r.Verdict.Evidence
	switch {
	case r.Verdict.TimeToRecoverS != nil:
		return phrase.Duration(*r.Verdict.TimeToRecoverS)
	case e.CensoredS > 0:
		return "not in " + phrase.Duration(e.CensoredS)
	}
	return phrase.Missing
}

func ofPhase(name string, show func(*reports.Phase) string) func(*reports.Variant, *reports.Run) string {
	return func(_ *reports.Variant, r *reports.Run) string {
		for i := range r.Phases {
			if r.Phases[i].Name == name {
				return show(&r.Phases[i])
			}
		}
		return ""
	}
}

// unlessNone keeps a row away that would say nothing but zero.
func unlessNone(n *int64) string {
	if n == nil || *n == 0 {
		return ""
	}
	return phrase.Count(*n)
}

// unlessUnknown keeps a row away that would say nothing.
func unlessUnknown(s *float64) string {
	if s == nil {
		return ""
	}
	return phrase.Duration(*s)
}

// wastedCell gives the share of the whole run beside the time, where known.
func wastedCell(_ *reports.Variant, r *reports.Run) string {
	if r.Totals.WastedWorkS == nil {
		return ""
	}
	wasted := *r.Totals.WastedWorkS
	if work := r.Totals.WorkS; work != nil && *work > 0 {
		part := wasted / *work
		return phrase.Duration(wasted) + ", " + phrase.Share(&part)
	}
	return phrase.Duration(wasted)
}

func lagCell(_ *reports.Variant, r *reports.Run) string {
	if r.Generator.Cores == 0 {
		return "virtual time"
	}
	return phrase.Duration(r.Generator.LagP99S)
}

func cpuCell(_ *reports.Variant, r *reports.Run) string {
	if r.Generator.Cores == 0 {
		return ""
	}
	return phrase.Duration(r.Generator.CPUS)
}
