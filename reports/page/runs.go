package page

import (
	"fmt"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// runList is all runs of a variant that has several.
type runList struct {
	Of    int
	Who   string
	Tally string
	Strip []tick
	Rows  []runRow
	More  string // what there was no room for
}

// tick is a run in the strip that shows them all at a glance.
type tick struct{ Kind, Mark string }

type runRow struct{ Seed, Kind, Mark, Recovery, Amplification string }

// list lists the runs of variants that have several.
func (v *view) list(variants []reports.Variant, show limits) {
	several := 0
	for i := range variants {
		if len(variants[i].Runs) > 1 {
			several++
		}
	}
	if several == 0 {
		return
	}
	each := show.runs / several
	for i := range variants {
		if len(variants[i].Runs) > 1 {
			v.Runs = append(v.Runs, runListOf(i+1, &variants[i], each))
		}
	}
}

func runListOf(of int, v *reports.Variant, most int) runList {
	const mostTicks = 200
	p := v.Probability
	l := runList{Of: of, Who: phrase.Name(v.Name)}
	l.Tally = fmt.Sprintf("As expected in %d of %d runs; the true share lies between %s and %s with 95%% confidence.", p.K, p.N, phrase.Share(&p.Low), phrase.Share(&p.High))
	if p.Invalid > 0 {
		l.Tally += fmt.Sprintf(" Not counted are %d that prove nothing.", p.Invalid)
	}
	if v.AtLeast > 0 {
		l.Tally += " At least " + phrase.Share(&v.AtLeast) + " had to be shown."
	}
	shown := min(len(v.Runs), most)
	for i := range v.Runs[:shown] {
		r := &v.Runs[i]
		kind, mark := r.Verdict.Kind.String(), marks[r.Verdict.Kind]
		if i < mostTicks {
			l.Strip = append(l.Strip, tick{kind, mark})
		}
		l.Rows = append(l.Rows, runRow{
			Seed: fmt.Sprint(r.Seed), Kind: kind, Mark: mark,
			Recovery: phrase.DurationOf(r.Verdict.TimeToRecoverS), Amplification: phrase.Multiple(r.Totals.Amplification),
		})
	}
	if more := len(v.Runs) - shown; more > 0 {
		l.More = phrase.Count(int64(more)) + " more runs are left out here; result.json has them."
	}
	return l
}
