package reports

import (
	"fmt"

	"github.com/retrystorm/retrystorm/internal/verdict"
)

// row is one line of the table: what it shows of a variant and of the run that
// stands for it. A row that is empty for every variant is left out.
type row struct {
	label string
	cell  func(v *Variant, run *Run) string
}

func rows() []row {
	list := []row{
		{"verdict", verdictCell},
		{"expected", func(v *Variant, _ *Run) string { return plain(v.Expect) }},
		{"as expected", expectedCell},
		{"figures of", seedCell},
		{"time to recover", recoverCell},
		{"sales", func(_ *Variant, r *Run) string { return count(r.Totals.Sales) }},
		{"attempts per sale", func(_ *Variant, r *Run) string { return multiple(r.Totals.Amplification) }},
	}
	for _, p := range []string{"baseline", "trigger", "recovery"} {
		list = append(list, row{"goodput, " + p, ofPhase(p, func(p *Phase) string {
			return perSecond(p.GoodputPerS) + " of " + perSecond(p.DemandPerS)
		})})
	}
	for _, p := range []string{"baseline", "trigger", "recovery"} {
		list = append(list, row{"p99, " + p, ofPhase(p, func(p *Phase) string { return durationOf(p.P99S) })})
	}
	return append(list,
		row{"wasted work", wastedCell},
		row{"wasted, recovery", func(_ *Variant, r *Run) string { return share(r.Verdict.Evidence.WastedShare) }},
		row{"lost", func(_ *Variant, r *Run) string { return counted(r.Totals.Lost) }},
		row{"duplicated", func(_ *Variant, r *Run) string { return counted(r.Totals.Duplicated) }},
		row{"misdated", func(_ *Variant, r *Run) string { return unlessNone(r.Totals.Misdated) }},
		row{"failed", func(_ *Variant, r *Run) string { return count(r.Totals.Failed) }},
		row{"unsynced at end", func(_ *Variant, r *Run) string { return count(r.Totals.Unsynced) }},
		row{"pending at end", func(_ *Variant, r *Run) string { return unlessNone(&r.Totals.Pending) }},
		row{"generator lag p99", lagCell},
		row{"generator CPU", cpuCell},
		row{"undelivered", func(_ *Variant, r *Run) string { return unlessNone(&r.Generator.Undelivered) }},
	)
}

// cells gives the row's text for each variant, and whether there is any.
func (r row) cells(variants []Variant) (texts []string, some bool) {
	texts = make([]string, len(variants))
	for i := range variants {
		v := &variants[i]
		// Without a run there is still an expectation to show.
		run, ok := typical(v)
		if ok || r.label == "expected" || r.label == "as expected" {
			texts[i] = r.cell(v, run)
		}
		some = some || texts[i] != ""
		if texts[i] == "" {
			texts[i] = missing
		}
	}
	return texts, some
}

// typical gives the run that stands for a variant: the first one with the
// verdict that most runs have. An average of runs that ended well and runs
// that did not would describe none of them.
func typical(v *Variant) (run *Run, ok bool) {
	seen := map[verdict.Kind]int{}
	for i := range v.Runs {
		seen[v.Runs[i].Verdict.Kind]++
	}
	for i := range v.Runs {
		if r := &v.Runs[i]; run == nil || seen[r.Verdict.Kind] > seen[run.Verdict.Kind] {
			run = r
		}
	}
	return run, run != nil
}

func verdictCell(v *Variant, r *Run) string {
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

func expectedCell(v *Variant, _ *Run) string {
	answer := "NO"
	if v.Passed {
		answer = "yes"
	}
	p := v.Probability
	if len(v.Runs) > 1 && p.N > 0 {
		answer += fmt.Sprintf(", %d of %d (%s to %s)", p.K, p.N, share(&p.Low), share(&p.High))
	}
	return answer
}

func seedCell(v *Variant, r *Run) string {
	if len(v.Runs) == 1 {
		return ""
	}
	return fmt.Sprintf("seed %d", r.Seed)
}

func recoverCell(_ *Variant, r *Run) string {
	e := r.Verdict.Evidence
	switch {
	case r.Verdict.TimeToRecoverS != nil:
		return duration(*r.Verdict.TimeToRecoverS)
	case e.CensoredS > 0:
		return "not in " + duration(e.CensoredS)
	}
	return missing
}

func ofPhase(name string, show func(*Phase) string) func(*Variant, *Run) string {
	return func(_ *Variant, r *Run) string {
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
	return count(*n)
}

// wastedCell gives the share of the whole run beside the time, where known.
func wastedCell(_ *Variant, r *Run) string {
	wasted := r.Totals.WastedWorkS
	if work := r.Totals.WorkS; work != nil && *work > 0 {
		part := wasted / *work
		return duration(wasted) + ", " + share(&part)
	}
	return duration(wasted)
}

func lagCell(_ *Variant, r *Run) string {
	if r.Generator.Cores == 0 {
		return "virtual time"
	}
	return duration(r.Generator.LagP99S)
}

func cpuCell(_ *Variant, r *Run) string {
	if r.Generator.Cores == 0 {
		return ""
	}
	return duration(r.Generator.CPUS)
}
