package markdown

import (
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/summary"
)

// graph tells the nodes of a backend apart, where it has several, and the links
// between them.
func (d *document) graph(variants []reports.Variant) {
	links := entries(variants, summary.Links)
	if len(links) > 0 {
		d.paragraph("### Links")
		d.paragraph("Attempts per sale in each phase; in bold where they grew most.")
		d.graphTable(summary.LinkHead, links, "links")
	}
	if nodes := entries(variants, summary.Nodes); len(nodes) > 0 {
		d.paragraph("### Nodes")
		d.graphTable(summary.NodeHead, nodes, "nodes")
	}
}

func (d *document) graphTable(head []string, all []entry[summary.GraphRow], what string) {
	d.table(append(words("variant", head[0]), figures(head[1:]...)...), len(all), what, func(i int) []string {
		row := all[i].of
		of := short(row.Name)
		if row.Storm {
			of = "**" + of + "**"
		}
		cells := []string{name(all[i].variant), of}
		for _, c := range row.Cells {
			cells = append(cells, short(c))
		}
		return cells
	})
}
