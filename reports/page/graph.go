package page

import (
	"slices"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
	"github.com/retrystorm/retrystorm/reports/summary"
)

// graph is what went over each link and how each node did, of the variants
// whose backend has several nodes.
func graph(variants []reports.Variant, most int) []table {
	links := table{Caption: "Attempts per sale over each link, by phase, and its goodput", Class: "figures words", Head: cells(slices.Concat([]string{"variant"}, summary.LinkHead)...)}
	nodes := table{Caption: "How each node did", Class: "figures words", Head: cells(slices.Concat([]string{"variant"}, summary.NodeHead)...)}
	for i := range variants {
		links.addGraph(i+1, phrase.Name(variants[i].Name), summary.Links(&variants[i]), most)
		nodes.addGraph(i+1, phrase.Name(variants[i].Name), summary.Nodes(&variants[i]), most)
	}
	return slices.DeleteFunc([]table{links, nodes}, func(t table) bool { return len(t.Rows) == 0 })
}

func (t *table) addGraph(of int, who string, rows []summary.GraphRow, most int) {
	for _, r := range rows[:min(len(rows), most)] {
		name := r.Name
		if r.Storm {
			name += " (grew most)"
		}
		t.add(of, who, append([]string{name}, r.Cells...)...)
	}
	t.cut(of, len(rows)-most)
}

// graphMeasure is a measure with a line for each link, or for each node.
type graphMeasure struct {
	measure
	what string // what its lines are
	left int    // how many have none
}

// graphMeasures tell links and nodes apart, of the runs that have several nodes.
func graphMeasures(runs []runView) []graphMeasure {
	runs = slices.DeleteFunc(slices.Clone(runs), func(r runView) bool { return len(r.Nodes) < 2 })
	links := newLines(runs, func(r *reports.Run) []namedFigures {
		return named(r.Links, summary.LinkName, func(l *reports.Link) []float64 { return known(l.Series.Attempts) })
	})
	queues := newLines(runs, nodeFigures(func(n *reports.Node) []float64 { return known(n.Series.Queue) }))
	wastes := newLines(runs, nodeFigures(func(n *reports.Node) []float64 { return known(n.Series.Wasted) }))
	all := []graphMeasure{
		{measure{"links", "Attempts over each link", "Per second. Where each layer tries again what the next one does not answer, attempts multiply from link to link.",
			links.drawn(phrase.PerSecond)}, "links", links.left},
		{measure{"node-queues", "Queue of each node", "Requests waiting in the node.", queues.drawn(whole)}, "nodes", queues.left},
		{measure{"node-wastes", "Wasted work of each node", "Seconds of work per second spent on requests whose client has left.",
			wastes.drawn(phrase.Decimal)}, "nodes", 0},
	}
	return slices.DeleteFunc(all, func(m graphMeasure) bool { return len(m.lines) == 0 })
}

// namedFigures are those of one link or node.
type namedFigures struct {
	name    string
	figures []float64
}

func named[T any](list []T, name func(*T) string, figures func(*T) []float64) []namedFigures {
	out := make([]namedFigures, len(list))
	for i := range list {
		out[i] = namedFigures{name(&list[i]), figures(&list[i])}
	}
	return out
}

func nodeFigures(figures func(*reports.Node) []float64) func(*reports.Run) []namedFigures {
	return func(r *reports.Run) []namedFigures {
		return named(r.Nodes, func(n *reports.Node) string { return phrase.Name(n.Name) }, figures)
	}
}

// lines are the names of what has a line of its own in any of the runs.
type lines struct {
	read  func(*reports.Run) []namedFigures
	names []string
	left  int
}

// graphClasses are colours and dashes: there are lines for no more.
var graphClasses = []string{"s-a", "s-b", "s-c", "s-d", "s-e", "s-n"}

// newLines gives a line to each name or, where there are too many, to those with
// the highest figures, in the order in which they come.
func newLines(runs []runView, read func(*reports.Run) []namedFigures) lines {
	l := lines{read: read}
	highest := map[string]float64{}
	for _, r := range runs {
		for _, n := range read(r.Run) {
			top, seen := highest[n.name]
			if !seen {
				l.names = append(l.names, n.name)
			}
			_, most := peak(n.figures)
			highest[n.name] = max(top, most)
		}
	}
	if l.left = len(l.names) - len(graphClasses); l.left <= 0 {
		return l
	}
	ranked := slices.Clone(l.names)
	slices.SortStableFunc(ranked, func(a, b string) int {
		switch {
		case highest[a] > highest[b]:
			return -1
		case highest[a] < highest[b]:
			return 1
		}
		return 0
	})
	left := ranked[len(graphClasses):]
	l.names = slices.DeleteFunc(l.names, func(n string) bool { return slices.Contains(left, n) })
	return l
}

// drawn are the lines of a chart; of a run that has no such link or node, none.
func (l lines) drawn(text func(float64) string) []line {
	var out []line
	for i, name := range l.names {
		out = append(out, line{name: name, class: graphClasses[i], of: mean, text: text, optional: true, read: func(r *reports.Run) []float64 {
			for _, n := range l.read(r) {
				if n.name == name {
					return n.figures
				}
			}
			return nil
		}})
	}
	return out
}
