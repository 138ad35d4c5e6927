package advice

import (
	"fmt"
	"io"
	"strings"

	"github.com/retrystorm/retrystorm/reports/phrase"
	"github.com/retrystorm/retrystorm/reports/table"
)

// WriteTable writes the answer in words, the proposals with what they cost, their
// patches, or the margins, and what a reader must know besides. No line is wider than
// the style says but those of patches, which are to be pasted whole.
func WriteTable(w io.Writer, a *Advice, style table.Style) error {
	text, err := a.draw(style)
	if err != nil {
		return fmt.Errorf("cannot draw the advice: %w", err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("cannot write the advice: %w", err)
	}
	return nil
}

func (a *Advice) draw(style table.Style) (string, error) {
	var out strings.Builder
	tell := func(text string) { out.WriteString(table.Painted(phrase.Paragraph(text, style.Columns()), style)) }
	tell(a.Title())
	tell(a.Headline())
	if a.Limit != nil {
		for _, text := range a.Limit.told() {
			tell(text)
		}
	}
	if err := a.drawProposals(&out, style); err != nil {
		return "", err
	}
	if err := a.drawMargins(&out, style, tell); err != nil {
		return "", err
	}
	for _, note := range a.Notes {
		tell(phrase.Plain(note))
	}
	tell(counted(a.Runs, "run") + " in all, from seed " + fmt.Sprint(a.Seed) + " on")
	return out.String(), nil
}

// proposalHead is above the proposals. The last columns have the figures without and
// with the change.
var proposalHead = []string{"change", "by", "comes back", "failed per 1,000", "p99", "in time"}

func (a *Advice) drawProposals(w *strings.Builder, style table.Style) error {
	if len(a.Proposals) == 0 {
		return nil
	}
	var lines [][]string
	for i := range a.Proposals {
		lines = append(lines, a.Proposals[i].row())
	}
	width := style.Columns()
	if err := table.Rows(w, style, proposalHead, lines); err != nil {
		return err
	}
	w.WriteString(phrase.Paragraph("The last three columns are without and with the change: when nothing is wrong, then under a mild trigger.", width))
	for i := range a.Proposals {
		w.WriteString(phrase.Paragraph("- "+a.Proposals[i].told(), width))
	}
	if len(a.Dominated) > 0 {
		w.WriteString(phrase.Paragraph("These suffice as well, but another one is as good in everything and better in something: "+namesOf(a.Dominated)+".", width))
	}
	w.WriteString("\nTo paste under variants in the script, or to be written by --apply NAME:\n")
	for i := range a.Proposals {
		w.WriteString(a.Proposals[i].Paste() + "\n")
	}
	w.WriteString("\n")
	return nil
}

// row is a proposal on a line of the table.
func (p *Proposal) row() []string {
	var by []string
	for _, c := range p.Classes {
		by = append(by, c.String())
	}
	often := &p.Probability
	back := fmt.Sprintf("%d of %d, %s to %s", often.K, often.N, phrase.Share(&often.Low), phrase.Share(&often.High))
	cells := []string{name(p.Name), strings.Join(by, ", "), back}
	return append(cells, p.Cost.cells()...)
}

// marginHead is above the margins.
var marginHead = []string{"this far", "parameter", "now", "no longer from", "then it is", "proven"}

func (a *Advice) drawMargins(w *strings.Builder, style table.Style, tell func(string)) error {
	if len(a.Margins) > 0 {
		var lines [][]string
		for i := range a.Margins {
			m := &a.Margins[i]
			becomes := phrase.Missing
			if m.Becomes != nil {
				becomes = m.Becomes.String()
			}
			lines = append(lines, []string{name(m.Phrase), name(m.Path), value(m.Now), value(m.Edge), becomes, phrase.Yes(m.Shown)})
		}
		if err := table.Rows(w, style, marginHead, lines); err != nil {
			return err
		}
	}
	if far := a.beyondTold(); far != "" {
		tell(far)
	}
	return nil
}
