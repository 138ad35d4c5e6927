package page

import (
	"fmt"
	"math"
	"slices"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// series is the table behind the charts of a run.
type series struct {
	Of   int
	Who  string
	Head []string
	Rows []momentRow
}

// momentRow is a run at one moment: what the lines of the charts show there.
type momentRow struct {
	At    float64 // the middle, in seconds
	From  string
	Cells []string
}

// urgency is the order in which variants get charts.
var urgency = map[reports.Outcome]int{reports.Failed: 0, reports.Invalid: 1, reports.Passed: 2}

// chart draws the runs that stand for the variants. Where there are too many
// variants those that did not come out as expected go first.
func (v *view) chart(variants []reports.Variant, show limits) {
	runs, left := mostUrgent(chartable(variants), variants, show.charted)
	if left > 0 {
		v.left("The charts of %s more variants are left out of this page.", left)
	}
	if len(runs) == 0 {
		return
	}
	causes, n := causesOf(runs)
	if n > 0 {
		v.left("%s more causes of errors are left out of the charts.", n)
	}
	list := measures(causes)
	for _, g := range graphMeasures(runs) {
		if g.left > 0 {
			v.left("%s more "+g.what+" are left out of the charts.", g.left)
		}
		list = append(list, g.measure)
	}
	v.Groups = groups(runs, list)
	v.Single = len(runs) == 1
	v.Note = howToRead(runs)
	for _, r := range runs {
		v.Variants = append(v.Variants, choice{r.Of, r.Who})
		v.Figures = append(v.Figures, seriesOf(r, list))
	}
}

// mostUrgent keeps so many runs at most, in their order, and says how many it left.
// Those of variants that did not come out as expected stay first.
func mostUrgent(runs []runView, variants []reports.Variant, most int) (kept []runView, left int) {
	left = max(len(runs)-most, 0)
	if left > 0 {
		slices.SortStableFunc(runs, func(a, b runView) int {
			return urgency[variants[a.Of-1].Outcome()] - urgency[variants[b.Of-1].Outcome()]
		})
		runs = runs[:most]
		slices.SortFunc(runs, func(a, b runView) int { return a.Of - b.Of })
	}
	return runs, left
}

// chartable gives the run that stands for each variant, where it has figures.
func chartable(variants []reports.Variant) []runView {
	var runs []runView
	for i := range variants {
		v := &variants[i]
		run, ok := v.Typical()
		if !ok || len(run.Series.TS) == 0 {
			continue
		}
		who := phrase.Name(v.Name)
		if len(v.Runs) > 1 {
			who += fmt.Sprintf(", seed %d", run.Seed)
		}
		r := runView{Run: run, Of: i + 1, Who: who, per: perPoint(len(run.Series.TS))}
		for _, t := range run.Series.TS {
			r.times = append(r.times, calm(t+r.bucket()/2))
		}
		runs = append(runs, r)
	}
	return runs
}

// bucket is how long a bucket lasts; all but the last last as long as the first.
func (r runView) bucket() float64 {
	if t := r.Series.TS; len(t) > 1 {
		return max(calm(t[1]-t[0]), 0)
	}
	return 0
}

// seriesOf writes down what the charts show of a run, point by point.
func seriesOf(r runView, list []measure) series {
	s := series{Of: r.Of, Who: r.Who}
	at := thinned(r.times, r.per, mean)
	step := r.bucket() * float64(r.per)
	for i := range at {
		s.Rows = append(s.Rows, momentRow{At: math.Round(at[i]*1e3) / 1e3, From: instant(r.times[i*r.per]-r.bucket()/2, step)})
	}
	for _, m := range list {
		for _, l := range m.lines {
			s.Head = append(s.Head, l.name)
			for i, x := range thinned(r.figures(l), r.per, l.of) {
				text := phrase.Missing
				if !math.IsNaN(x) {
					text = l.text(x)
				}
				s.Rows[i].Cells = append(s.Rows[i].Cells, text)
			}
		}
	}
	return s
}

// howToRead says what lines and areas stand for.
func howToRead(runs []runView) string {
	r := runs[0]
	if r.per == 1 {
		return "Each point of a line is one bucket of " + phrase.Duration(r.bucket()) + "."
	}
	return fmt.Sprintf("Each point of a line is the mean over %s (of a percentile, the median). The pale area behind it reaches from the lowest to the highest bucket of %s, so no extreme is lost.",
		phrase.Duration(r.bucket()*float64(r.per)), phrase.Duration(r.bucket()))
}
