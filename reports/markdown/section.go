package markdown

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
	"github.com/retrystorm/retrystorm/reports/summary"
)

// entry is what a table shows of a variant in a row of its own.
type entry[T any] struct {
	variant *reports.Variant
	of      *T
}

// entries gathers what the variants have several of.
func entries[T any](variants []reports.Variant, list func(v *reports.Variant) []T) []entry[T] {
	var all []entry[T]
	for i := range variants {
		v := &variants[i]
		of := list(v)
		for j := range of {
			all = append(all, entry[T]{v, &of[j]})
		}
	}
	return all
}

// ofTypical gives a list of the run that stands for a variant.
func ofTypical[T any](list func(r *reports.Run) []T) func(v *reports.Variant) []T {
	return func(v *reports.Variant) []T {
		if run, ok := v.Typical(); ok {
			return list(run)
		}
		return nil
	}
}

func (d *document) gates(variants []reports.Variant) {
	all := entries(variants, func(v *reports.Variant) []reports.Gate { return v.Gates })
	if len(all) == 0 {
		return
	}
	d.paragraph("### Gates")
	d.table(words("variant", "held", "gate"), len(all), "gates", func(i int) []string {
		v, g := all[i].variant, all[i].of
		held := map[reports.Outcome]string{reports.Passed: "yes", reports.Failed: "NO", reports.Invalid: "cannot be told"}
		return []string{name(v), held[g.Outcome(v.AtLeast)], short(summary.Finding(g))}
	})
}

func (d *document) phases(variants []reports.Variant) {
	all := entries(variants, ofTypical(func(r *reports.Run) []reports.Phase { return r.Phases }))
	if len(all) == 0 {
		return
	}
	d.paragraph("### Phases")
	head := figures("from", "to", "demand", "goodput", "errors", "attempts per sale", "p50", "p99")
	d.table(append(words("variant", "phase"), head...), len(all), "phases", func(i int) []string {
		p := all[i].of
		cells := []string{name(all[i].variant), short(phrase.Name(p.Name))}
		for _, figure := range []string{
			phrase.Duration(p.FromS), phrase.Duration(p.ToS),
			phrase.PerSecond(p.DemandPerS), phrase.PerSecond(p.GoodputPerS), phrase.PerSecond(p.ErrorsPerS),
			phrase.Multiple(p.AttemptsPerSale), phrase.DurationOf(p.P50S), phrase.DurationOf(p.P99S),
		} {
			cells = append(cells, short(figure))
		}
		return cells
	})
}

func (d *document) faults(variants []reports.Variant) {
	all := entries(variants, ofTypical(func(r *reports.Run) []reports.Fault { return r.Faults }))
	if len(all) == 0 {
		return
	}
	d.paragraph("### Triggers")
	head := slices.Concat(words("variant", "trigger", "node"), figures("from", "to"), words("took hold", "removed", "as probed"))
	d.table(head, len(all), "triggers", func(i int) []string {
		f := all[i].of
		return []string{
			name(all[i].variant), short(phrase.Name(f.Kind)), short(orMissing(cmp.Or(f.Node, f.Link))),
			short(phrase.Duration(f.FromS)), short(phrase.Duration(f.ToS)),
			phrase.Yes(f.Applied), phrase.Gone(f.Removed, f.Endless), short(orMissing(f.Evidence)),
		}
	})
}

func orMissing(s string) string {
	if phrase.Plain(s) == "" {
		return phrase.Missing
	}
	return s
}

// details holds what one looks up and does not read.
func (d *document) details(r *reports.Result) {
	d.paragraph("<details>\n<summary>Evidence, load generator and versions</summary>")
	if len(r.Variants) > 0 {
		d.paragraph("### Evidence")
		d.list(len(r.Variants), "variants", func(i int) string {
			v := &r.Variants[i]
			return "**" + name(v) + "**: " + long(strings.TrimPrefix(summary.Reason(v), phrase.Name(v.Name)+": "))
		})
		d.paragraph("### Load generator")
		d.generators(r.Variants)
	}
	if names := slices.Sorted(maps.Keys(r.Versions)); len(names) > 0 {
		d.paragraph("### Versions")
		d.table(words("program", "version"), len(names), "versions", func(i int) []string {
			return []string{short(phrase.Name(names[i])), short(orMissing(r.Versions[names[i]]))}
		})
	}
	d.WriteString("</details>\n")
}

// generators shows how the generator did where it did worst.
func (d *document) generators(variants []reports.Variant) {
	head := figures("runs", "highest lag p99", "most undelivered", "highest CPU share")
	d.table(append(words("variant"), head...), len(variants), "variants", func(i int) []string {
		v := &variants[i]
		lag, cpu, undelivered := phrase.Missing, phrase.Missing, phrase.Missing
		var w worst
		for j := range v.Runs {
			w.add(&v.Runs[j].Generator)
		}
		if len(v.Runs) > 0 {
			undelivered = phrase.Count(w.undelivered)
			lag = "virtual time"
		}
		if w.real {
			lag, cpu = phrase.Duration(w.lag), phrase.Share(&w.cpu)
		}
		return []string{name(v), phrase.Count(int64(len(v.Runs))), short(lag), short(undelivered), short(cpu)}
	})
}

// worst is the worst that a generator did in several runs.
type worst struct {
	real        bool // any of them was in real time
	lag, cpu    float64
	undelivered int64
}

func (w *worst) add(g *reports.Generator) {
	w.undelivered = max(w.undelivered, g.Undelivered)
	if g.Cores <= 0 {
		return
	}
	w.real = true
	w.lag = max(w.lag, g.LagP99S)
	if all := g.WallS * float64(g.Cores); all > 0 {
		w.cpu = max(w.cpu, g.CPUS/all)
	}
}
