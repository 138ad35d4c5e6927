package table

import (
	"fmt"
	"strings"

	"github.com/olekukonko/tablewriter/pkg/twwidth"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
	"github.com/retrystorm/retrystorm/reports/summary"
)

const (
	graphCell = 10 // of each figure, the space before it included
	graphName = 18 // least of a name on one line with its figures
	mostGraph = 16 // links and nodes that are shown of each variant

	unmarked = "  "
	marked   = "▶ "
)

// graphs shows the links and nodes of each variant whose backend has several
// nodes, and marks the link on which attempts per sale grew most.
func graphs(variants []reports.Variant, width int) string {
	var b strings.Builder
	grew := false
	for i := range variants {
		links, nodes := summary.Links(&variants[i]), summary.Nodes(&variants[i])
		if len(links)+len(nodes) == 0 {
			continue
		}
		b.WriteString(phrase.Cut(phrase.Name(variants[i].Name)+": attempts per sale over each link", width) + "\n")
		b.WriteString(listed([]string{"link", "baseline", "trigger", "recovery", "goodput"}, links, width))
		b.WriteString(listed([]string{"node", "queue end", "queue max", "wasted"}, nodes, width))
		for _, l := range links {
			grew = grew || l.Storm
		}
	}
	if grew {
		b.WriteString(phrase.Cut(marked+"attempts per sale grew most here", width) + "\n")
	}
	return b.String()
}

// listed writes rows below a head: figures behind names or, where there is too
// little room for both, below them.
func listed(head []string, rows []summary.GraphRow, width int) string {
	l := list{name: twwidth.Width(head[0]), width: width}
	for _, r := range rows {
		l.name = max(l.name, twwidth.Width(r.Name))
	}
	room := width - graphCell*(len(head)-1)
	l.name += len(unmarked)
	l.below = room < min(l.name, graphName)
	l.name = min(l.name, room)
	l.line(unmarked+head[0], head[1:])
	for i, r := range rows {
		switch {
		case r.Storm:
			l.line(marked+r.Name, r.Cells)
		case i < mostGraph:
			l.line(unmarked+r.Name, r.Cells)
		}
	}
	if len(rows) > mostGraph {
		l.line(fmt.Sprintf("%s… of %s", unmarked, phrase.Count(int64(len(rows)))), nil)
	}
	return l.out.String()
}

// list is lines of a name and figures in columns.
type list struct {
	name, width int  // in columns: of the names, of a line
	below       bool // the figures stand below the names
	out         strings.Builder
}

func (l *list) line(name string, figures []string) {
	if l.below || len(figures) == 0 {
		l.out.WriteString(phrase.Cut(name, l.width) + "\n")
		name = ""
	}
	if len(figures) == 0 {
		return
	}
	name = phrase.Cut(name, l.name)
	l.out.WriteString(name + strings.Repeat(" ", max(l.name-twwidth.Width(name), 0)))
	for _, f := range figures {
		f = phrase.Cut(f, graphCell-1)
		l.out.WriteString(strings.Repeat(" ", graphCell-twwidth.Width(f)) + f)
	}
	l.out.WriteByte('\n')
}
