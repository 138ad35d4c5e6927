package page

import (
	"fmt"
	"maps"
	"slices"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
	"github.com/retrystorm/retrystorm/reports/summary"
)

// evidence is what the verdicts rest on: the table that every report shows, and
// what a run was compared with.
func evidence(variants []reports.Variant) []table {
	if len(variants) == 0 {
		return nil
	}
	window := func(w func(*reports.Evidence) *reports.Window) func(*reports.Run) string {
		return func(r *reports.Run) string { return windowText(w(&r.Verdict.Evidence)) }
	}
	limit := func(read func(*reports.Thresholds) string) func(*reports.Run) string {
		return func(r *reports.Run) string { return read(&r.Verdict.Evidence.Thresholds) }
	}
	return []table{
		beside("The variants side by side", variants, summary.Rows(variants)),
		beside("How they were judged", variants, told(variants, []teller{
			{"why", func(r *reports.Run) string { return phrase.Plain(r.Verdict.Reason) }},
			{"problem", func(r *reports.Run) string { return orMissing(r.Problem) }},
			{"baseline", window(func(e *reports.Evidence) *reports.Window { return &e.Baseline })},
			{"last windows", window(func(e *reports.Evidence) *reports.Window { return &e.Final })},
			{"capacity", func(r *reports.Run) string { return capacityOf(r.Verdict.Evidence.CapacityPerS) }},
			{"backlog at the end", func(r *reports.Run) string { return phrase.Counted(r.Verdict.Evidence.Backlog) }},
			{"kept down by", func(r *reports.Run) string { return orMissing(r.Verdict.Evidence.Sustained) }},
			{"balance", summary.Balance},
			{"without retries", summary.WithoutRetries},
			{"still open", summary.StillOpen},
			{"healthy means", limit(bandText)},
			{"a return means", limit(func(t *reports.Thresholds) string {
				return fmt.Sprintf("%d such windows of %s in a row, within %s", t.Hold, phrase.Duration(t.WindowS), phrase.Duration(t.WithinS))
			})},
		})),
	}
}

func windowText(w *reports.Window) string {
	state := "not healthy"
	if w.Healthy {
		state = "healthy"
	}
	return fmt.Sprintf("%s to %s: %s of %s in time, %s, p99 %s, %s", phrase.Clock(w.FromS), phrase.Clock(w.ToS),
		perSecondOf(w.GoodputPerS), perSecondOf(w.DemandPerS), phrase.Multiple(w.AttemptsPerSale), phrase.DurationOf(w.P99S), state)
}

// bandText says how far from the baseline a window is healthy.
func bandText(t *reports.Thresholds) string {
	return fmt.Sprintf("at least %s of the demand completed in time, at most %s the baseline’s attempts per sale and %s its p99",
		phrase.Share(t.Goodput), phrase.Multiple(t.Amplification), phrase.Multiple(t.Latency))
}

// capacityOf shows a capacity that is not known as what is missing.
func capacityOf(x *float64) string {
	if x != nil && *x == 0 {
		return phrase.Missing
	}
	return perSecondOf(x)
}

func perSecondOf(x *float64) string {
	if x == nil {
		return phrase.Missing
	}
	return phrase.PerSecond(*x)
}

func orMissing(s string) string {
	if s = phrase.Plain(s); s == "" {
		return phrase.Missing
	}
	return s
}

// ledger is where the sales went, what the ledger says of them, and how their
// attempts ended.
func ledger(variants []reports.Variant) []table {
	if len(variants) == 0 {
		return nil
	}
	counted := func(read func(*reports.Totals) int64) func(*reports.Run) string {
		return func(r *reports.Run) string { return phrase.Count(read(&r.Totals)) }
	}
	audited := func(read func(*reports.Totals) *int64) func(*reports.Run) string {
		return func(r *reports.Run) string { return phrase.Counted(read(&r.Totals)) }
	}
	list := []table{
		beside("Where the sales went", variants, told(variants, []teller{
			{"brought by customers", counted(func(t *reports.Totals) int64 { return t.Sales })},
			{"completed in time", counted(func(t *reports.Totals) int64 { return t.Good })},
			{"completed late", counted(func(t *reports.Totals) int64 { return t.Late })},
			{"given up for good", counted(func(t *reports.Totals) int64 { return t.Failed })},
			{"unsynced at the end", counted(func(t *reports.Totals) int64 { return t.Unsynced })},
			{"still being tried at the end", counted(func(t *reports.Totals) int64 { return t.Pending })},
		})),
		beside("What the ledger says", variants, told(variants, []teller{
			{"acknowledged, but lost", audited(func(t *reports.Totals) *int64 { return t.Lost })},
			{"recorded more than once", audited(func(t *reports.Totals) *int64 { return t.Duplicated })},
			{"recorded at the wrong time", audited(func(t *reports.Totals) *int64 { return t.Misdated })},
		})),
	}
	if ends := attemptEnds(variants); len(ends) > 0 {
		list = append(list, beside("How attempts ended", variants, told(variants, ends)))
	}
	for i := range list {
		list[i].Class += " figures"
	}
	return list
}

// attemptEnds tells of each cause that ended any attempt.
func attemptEnds(variants []reports.Variant) []teller {
	const mostEnds = 20
	met := map[string]bool{}
	for i := range variants {
		if run, ok := variants[i].Typical(); ok {
			for cause, n := range run.Totals.Outcomes {
				if n != 0 {
					met[cause] = true
				}
			}
		}
	}
	causes := slices.Sorted(maps.Keys(met))
	var out []teller
	for _, c := range causes[:min(len(causes), mostEnds)] {
		out = append(out, teller{plain(c, longestName), func(r *reports.Run) string { return phrase.Count(r.Totals.Outcomes[c]) }})
	}
	return out
}

// load is how the generator itself did.
func load(variants []reports.Variant) []table {
	if len(variants) == 0 {
		return nil
	}
	timed := func(tell func(*reports.Generator, *reports.Thresholds) string) func(*reports.Run) string {
		return func(r *reports.Run) string {
			if r.Generator.Cores == 0 {
				return virtual
			}
			return tell(&r.Generator, &r.Verdict.Evidence.Thresholds)
		}
	}
	rows := told(variants, []teller{
		{"lateness, p99", timed(func(g *reports.Generator, t *reports.Thresholds) string {
			return phrase.Duration(g.LagP99S) + " (allowed: " + phrase.Duration(t.LagS) + ")"
		})},
		{"processors used", timed(func(g *reports.Generator, t *reports.Thresholds) string {
			return processors(g) + " (allowed: " + phrase.Share(t.CPU) + ")"
		})},
		{"processor time", timed(func(g *reports.Generator, _ *reports.Thresholds) string { return phrase.Duration(g.CPUS) })},
		{"time of the run", timed(func(g *reports.Generator, _ *reports.Thresholds) string { return phrase.Duration(g.WallS) })},
		{"attempts not delivered", func(r *reports.Run) string {
			return phrase.Count(r.Generator.Undelivered) + " of " + phrase.Count(r.Totals.Attempts)
		}},
	})
	if !slices.ContainsFunc(rows[0].Cells, func(s string) bool { return s != virtual }) {
		rows = append(rows[:1], rows[len(rows)-1])
	}
	return []table{beside("How late and how busy it was", variants, rows)}
}

// virtual stands for what of a generator takes no real time.
const virtual = "virtual time"

// processors is the share of all processors that the generator used.
func processors(g *reports.Generator) string {
	share := phrase.Missing
	if g.WallS > 0 {
		used := g.CPUS / g.WallS / float64(g.Cores)
		share = phrase.Share(&used)
	}
	return fmt.Sprintf("%s of %d", share, g.Cores)
}
