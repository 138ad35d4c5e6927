package page

import (
	"maps"
	"slices"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// measure is what one chart of each variant shows.
type measure struct {
	id, title, note string
	lines           []line
}

// line is one figure of a run over time.
type line struct {
	name  string
	class string // of the style sheet: its colour and dashes
	of    middle
	text  func(float64) string
	read  func(*reports.Run) []float64 // missing where there is none
	// optional lines are not drawn where they would be nothing but zero.
	optional bool
}

func perSecond(name, class string, read func(*reports.Series) []float64) line {
	return line{name: name, class: class, of: mean, text: phrase.PerSecond, read: ofSeries(read)}
}

func count(name, class string, read func(*reports.Series) []float64) line {
	return line{name: name, class: class, of: mean, text: whole, read: ofSeries(read)}
}

func seconds(name, class string, read func(*reports.Series) []float64) line {
	return line{name: name, class: class, of: median, text: phrase.Duration, read: ofSeries(read)}
}

// ofSeries reads what is recorded of the whole backend.
func ofSeries(read func(*reports.Series) []float64) func(*reports.Run) []float64 {
	return func(r *reports.Run) []float64 { return read(&r.Series) }
}

// measures are the charts of a page, from what an owner feels to what is
// behind it, with a line for each cause of an error.
func measures(causes []string) []measure {
	list := []measure{
		{"sales", "Demand, attempts and goodput", "Per second: sales completed in time (goodput), requests that the terminals send (attempts), sales that customers bring (demand).", []line{
			perSecond("goodput", "s-a", func(s *reports.Series) []float64 { return s.Goodput }),
			perSecond("attempts", "s-b", func(s *reports.Series) []float64 { return s.Attempts }),
			perSecond("demand", "s-n", func(s *reports.Series) []float64 { return s.Demand }),
		}},
		{"latency", "Time to complete a sale", "In seconds: half of the completed sales took longer than p50, one in a hundred took longer than p99. Where a line is missing, no sale was completed.", []line{
			seconds("p50", "s-a", func(s *reports.Series) []float64 { return known(s.P50S) }),
			seconds("p99", "s-b", func(s *reports.Series) []float64 { return known(s.P99S) }),
		}},
		{"queue", "Queue and requests in flight", "Requests waiting in the backend (queue), and those waiting or being served (in flight).", []line{
			count("queue", "s-a", func(s *reports.Series) []float64 { return known(s.Queue) }),
			count("in flight", "s-b", func(s *reports.Series) []float64 { return known(s.InFlight) }),
		}},
		{"unsynced", "Unsynced and pending sales", "Sales in the terminals’ offline queues (unsynced), and sales still being tried (pending).", []line{
			count("unsynced", "s-a", func(s *reports.Series) []float64 { return floats(s.Unsynced) }),
			count("pending", "s-b", func(s *reports.Series) []float64 { return floats(s.Pending) }),
		}},
		{"wasted", "Wasted work", "Seconds of service per second spent on requests that nobody waits for any more: so many workers are busy in vain.", []line{
			{name: "wasted", class: "s-w", of: mean, text: phrase.Decimal, read: ofSeries(func(s *reports.Series) []float64 { return known(s.Wasted) })},
		}},
	}
	byCause := measure{"errors", "Errors by cause", "Attempts per second that ended without an acknowledgement.", nil}
	for i, c := range causes {
		l := perSecond(plain(c, longestName), classOf(c, i), func(s *reports.Series) []float64 {
			if by, ok := s.ErrorsBy[c]; ok {
				return by
			}
			return make([]float64, len(s.TS)) // it never occurred
		})
		l.optional = true
		byCause.lines = append(byCause.lines, l)
	}
	if len(causes) > 0 {
		list = append(list, byCause)
	}
	return list
}

// mostCauses is how many causes of errors are charted: there are colours and
// dashes for no more.
const mostCauses = 6

// causesOf gives the causes of errors in runs, the most frequent ones if there
// are too many, in the order of their names; and how many are left out.
func causesOf(runs []runView) (causes []string, left int) {
	total := map[string]float64{}
	for _, r := range runs {
		for cause, figures := range r.Series.ErrorsBy {
			for _, x := range figures {
				total[cause] += calm(x)
			}
		}
	}
	causes = slices.Sorted(maps.Keys(total))
	slices.SortStableFunc(causes, func(a, b string) int {
		switch {
		case total[a] > total[b]:
			return -1
		case total[a] < total[b]:
			return 1
		}
		return 0
	})
	left = max(len(causes)-mostCauses, 0)
	causes = causes[:len(causes)-left]
	slices.Sort(causes)
	return causes, left
}

// classOf gives a cause of errors the same colour in each report.
func classOf(cause string, i int) string {
	known := map[string]string{
		"timeout": "s-w", "rejected": "s-r", "failed": "s-c", "refused": "s-d", "reset": "s-e", "read-only": "s-n",
	}
	if class, ok := known[cause]; ok {
		return class
	}
	return []string{"s-n", "s-f", "s-g", "s-h", "s-i", "s-j"}[i%mostCauses]
}

// known gives figures some of which may be missing.
func known[N int64 | float64](figures []*N) []float64 {
	out := make([]float64, len(figures))
	for i, x := range figures {
		out[i] = missing
		if x != nil {
			out[i] = float64(*x)
		}
	}
	return out
}

func floats(figures []int64) []float64 {
	out := make([]float64, len(figures))
	for i, x := range figures {
		out[i] = float64(x)
	}
	return out
}

// whole writes a count, which may be a mean of counts.
func whole(x float64) string {
	if -most <= x && x <= most {
		return phrase.Count(int64(x + 0.5))
	}
	return phrase.Decimal(x)
}

// most is how large a figure can be for a chart. What is beyond it was edited
// by hand, and would be more than a number can hold once it is scaled.
const most = 1e15

func calm(x float64) float64 { return min(max(x, -most), most) }
