package plan

import (
	"fmt"
	"io"
	"strings"

	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports/phrase"
	"github.com/retrystorm/retrystorm/reports/table"
)

// WriteTable writes the answer in words and what it rests on: the values at which runs
// were made or the map of two parameters, what demand the system stands, and what
// confirmed it. No line is wider than the style says; the style's Timeline says that
// half blocks can be drawn.
func WriteTable(w io.Writer, p *Plan, style table.Style) error {
	text, err := p.draw(style)
	if err != nil {
		return fmt.Errorf("cannot draw the plan: %w", err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("cannot write the plan: %w", err)
	}
	return nil
}

func (p *Plan) draw(style table.Style) (string, error) {
	width := style.Columns()
	var out strings.Builder
	out.WriteString(phrase.Paragraph(p.Title(), width))
	out.WriteString(phrase.Paragraph(p.Headline(), width))
	if p.Edge != nil && len(p.Edge.Others) > 0 {
		out.WriteString(phrase.Paragraph(p.othersTold(), width))
	}
	if p.Map != nil {
		p.drawMap(&out, style)
	} else if len(p.Points) > 0 && len(p.Vary) == 1 {
		if err := p.drawPoints(&out, style); err != nil {
			return "", err
		}
	}
	if p.Capacity != nil {
		if err := table.Rows(&out, style, demandHead, p.Capacity.rows()); err != nil {
			return "", err
		}
		for _, n := range p.Capacity.notes() {
			out.WriteString(phrase.Paragraph(n, width))
		}
	}
	for i := range p.Confirmed {
		out.WriteString(table.Painted(phrase.Paragraph(p.confirmed(&p.Confirmed[i]), width), style))
	}
	out.WriteString(phrase.Cut(counted(p.Runs, "run")+" in all, from seed "+fmt.Sprint(p.Seed)+" on", width) + "\n")
	return out.String(), nil
}

// othersTold warns of a probability that seems not to fall or rise all the way.
func (p *Plan) othersTold() string {
	var at []string
	for _, v := range p.Edge.Others {
		at = append(at, p.Vary[0].plain(v))
	}
	return "It seems to cross once more near " + strings.Join(at, ", ") + ": ask for a range around each."
}

// pointHead is above the values at which runs were made; the first column is the path.
var pointHead = []string{"", "runs", "as", "success", "95% interval"}

func (p *Plan) drawPoints(w *strings.Builder, style table.Style) error {
	a := &p.Vary[0]
	head := append([]string{phrase.Cut(phrase.Plain(a.Path), longestPath)}, pointHead[1:]...)
	var lines [][]string
	for _, part := range p.alike() {
		first, last := &part[0], &part[len(part)-1]
		value, interval := a.plain(first.At[0]), first.interval()
		if len(part) > 1 {
			value, interval = value+" to "+a.plain(last.At[0]), phrase.Missing
		}
		all := pooled(part)
		lines = append(lines, []string{value, phrase.Count(int64(all.made())), all.tally(), all.share(), interval})
	}
	return table.Rows(w, style, head, lines)
}

// alike parts the points: those beside each other all of whose runs ended with one and
// the same verdict make one part. The ends of the edge's interval stay alone, and so do
// words, which have no range.
func (p *Plan) alike() [][]Point {
	var parts [][]Point
	for i := range p.Points {
		at := p.Points[i]
		if n := len(parts); n > 0 && p.joins(&parts[n-1][0], &at) {
			parts[n-1] = append(parts[n-1], at)
			continue
		}
		parts = append(parts, []Point{at})
	}
	return parts
}

func (p *Plan) joins(a, b *Point) bool {
	ka, kb := kindsOf(a.Kinds), kindsOf(b.Kinds)
	if len(ka) != 1 || len(kb) != 1 || ka[0] != kb[0] || len(p.Vary[0].Values) > 0 {
		return false
	}
	for _, at := range []*Point{a, b} {
		if e := p.Edge; e != nil && (at.At[0] == e.Low || at.At[0] == e.High || at.At[0] == e.Value) {
			return false
		}
	}
	return true
}

// pooled counts the runs of several points together.
func pooled(part []Point) Point {
	all := Point{Kinds: map[verdict.Kind]int{}}
	for i := range part {
		all.K += part[i].K
		all.N += part[i].N
		for k, n := range part[i].Kinds {
			all.Kinds[k] += n
		}
	}
	return all
}

// made counts all runs of a point.
func (p *Point) made() int {
	n := 0
	for _, count := range p.Kinds {
		n += count
	}
	return n
}

// tally counts how the runs ended: 28 recovered, 2 collapsed.
func (p *Point) tally() string {
	var parts []string
	for _, k := range kindsOf(p.Kinds) {
		parts = append(parts, phrase.Count(int64(p.Kinds[k]))+" "+k.String())
	}
	return strings.Join(parts, ", ")
}

func (p *Point) share() string {
	if p.N == 0 {
		return phrase.Missing
	}
	return percent(float64(p.K) / float64(p.N))
}

func (p *Point) interval() string {
	if p.N == 0 {
		return phrase.Missing
	}
	return percent(p.Low) + " to " + percent(p.High)
}

// rounding is how far arithmetic may have moved a share.
const rounding = 1e-9

// percent writes a share so that all but none and all but all do not look like none and all.
func percent(x float64) string {
	switch {
	case x > rounding && x < 0.01:
		return "<1%"
	case x < 1-rounding && x > 0.99:
		return ">99%"
	}
	return fmt.Sprintf("%.0f%%", x*100)
}

// confirmed words a run on another engine.
func (p *Plan) confirmed(c *Confirmation) string {
	found, says := "a failure", "agrees"
	if c.Success {
		found = "a success"
	}
	switch {
	case c.Kind == verdict.Invalid:
		says = "proves nothing"
	case !c.Agrees:
		says = "does NOT agree"
	}
	at := make([]string, len(c.At))
	for i, v := range c.At {
		at[i] = p.Vary[i].amount(v)
	}
	text := fmt.Sprintf("On %s, at %s, where %s is expected: %s, which %s", phrase.Name(c.Engine), strings.Join(at, ", "), found, c.Kind, says)
	if c.Problem != "" {
		text += " (" + phrase.Plain(c.Problem) + ")"
	}
	return text + "."
}
