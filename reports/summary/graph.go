package summary

import (
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// GraphRow is what every report shows of a link or a node: a name, and a text
// for each column of LinkHead or NodeHead behind the first.
type GraphRow struct {
	Name  string
	Cells []string
	Storm bool // of all links, attempts per sale grew most on this one
}

// The columns of Links and Nodes.
var (
	LinkHead = []string{"link", "baseline", "trigger", "recovery", "goodput"} // the phases in attempts per sale
	NodeHead = []string{"node", "queue at end", "highest queue", "wasted work"}
)

// Links tells of the links of the run that stands for a variant; of none where
// the backend is one node.
func Links(v *reports.Variant) []GraphRow {
	run, ok := v.Typical()
	if !ok || len(run.Nodes) < 2 {
		return nil
	}
	var rows []GraphRow
	storm := Storm(run)
	for i := range run.Links {
		l := &run.Links[i]
		row := GraphRow{Name: LinkName(l), Storm: i == storm}
		for _, name := range LinkHead[1:4] {
			row.Cells = append(row.Cells, phrase.Multiple(attemptsPerSale(l, name)))
		}
		row.Cells = append(row.Cells, phrase.PerSecond(l.Goodput))
		rows = append(rows, row)
	}
	return rows
}

// LinkName names a link by its ends.
func LinkName(l *reports.Link) string { return phrase.Name(l.From) + " → " + phrase.Name(l.To) }

// Nodes tells of the nodes of the run that stands for a variant; of none where
// the backend is one node.
func Nodes(v *reports.Variant) []GraphRow {
	run, ok := v.Typical()
	if !ok || len(run.Nodes) < 2 {
		return nil
	}
	var rows []GraphRow
	for i := range run.Nodes {
		n := &run.Nodes[i]
		end, most := queueOf(n.Series.Queue)
		rows = append(rows, GraphRow{Name: phrase.Name(n.Name), Cells: []string{
			phrase.Counted(end), phrase.Counted(most), phrase.Share(n.Totals.WastedShare),
		}})
	}
	return rows
}

// queueOf gives the last figure of a queue that is known, and the highest one.
func queueOf(queue []*int64) (end, most *int64) {
	for _, n := range queue {
		if n == nil {
			continue
		}
		end = n
		if most == nil || *n > *most {
			most = n
		}
	}
	return end, most
}

// Storm gives the index of the link on which attempts per sale grew most, from
// the baseline to the trigger's phase or the one after it; -1 where they stayed
// within the healthy band on each. Of links that grew alike it is the first.
func Storm(run *reports.Run) int {
	storm, highest := -1, 1.0
	if t := run.Verdict.Evidence.Thresholds.Amplification; t != nil {
		highest = max(highest, *t)
	}
	for i := range run.Links {
		l := &run.Links[i]
		usual := attemptsPerSale(l, "baseline")
		if usual == nil || !(*usual > 0) {
			continue // it cannot be told by how much it grew
		}
		for _, name := range []string{"trigger", "recovery"} {
			if x := attemptsPerSale(l, name); x != nil && *x / *usual > highest {
				storm, highest = i, *x / *usual
			}
		}
	}
	return storm
}

func attemptsPerSale(l *reports.Link, phase string) *float64 {
	for i := range l.Phases {
		if l.Phases[i].Name == phase {
			return l.Phases[i].AttemptsPerSale
		}
	}
	return nil
}
