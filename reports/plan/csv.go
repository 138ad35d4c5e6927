package plan

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// WriteCSV writes a line for each value at which runs were made, or for each pair of
// values of a map, the inferred ones among them; of a plan that varied nothing, one for
// each demand. Numbers are in the units of plan.json, and what is not known is empty.
func WriteCSV(w io.Writer, p *Plan) error {
	out := csv.NewWriter(w)
	lines := p.lines()
	if len(p.Vary) == 0 {
		lines = p.Capacity.lines()
	}
	for _, l := range lines {
		if err := out.Write(l); err != nil {
			return fmt.Errorf("cannot write the plan as CSV: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("cannot write the plan as CSV: %w", err)
	}
	return nil
}

// lines gives the points or the cells, below the names of the columns.
func (p *Plan) lines() [][]string {
	var head []string
	for i := range p.Vary {
		head = append(head, harmless(p.Vary[i].Path))
	}
	head = append(head, "side", "runs")
	for _, k := range kinds {
		head = append(head, k.String())
	}
	out := [][]string{append(head, "k", "n", "p", "low", "high")}
	if p.Map == nil {
		for i := range p.Points {
			at := &p.Points[i]
			out = append(out, at.line("", measured(at.K, at.N)))
		}
		return out
	}
	points := p.byPlace()
	for y := range p.Map.Y {
		for x := range p.Map.X {
			c := p.Map.At(x, y)
			at := points[place(p.Map.X[x], p.Map.Y[y])]
			if at == nil {
				at = &Point{At: []Value{p.Map.X[x], p.Map.Y[y]}, High: 1}
			}
			out = append(out, at.line(c.Side.String(), c.P))
		}
	}
	return out
}

// byPlace finds the point of a pair of values.
func (p *Plan) byPlace() map[[2]Value]*Point {
	out := map[[2]Value]*Point{}
	for i := range p.Points {
		out[place(p.Points[i].At[0], p.Points[i].At[1])] = &p.Points[i]
	}
	return out
}

func place(x, y Value) [2]Value { return [2]Value{x, y} }

// measured is the share of the runs that were a success; nil if there were none.
func measured(k, n int) *float64 { return decision.Per(int64(k), int64(n)) }

// line gives a point as a line, with the probability that is known of it.
func (at *Point) line(side string, probability *float64) []string {
	var out []string
	for _, v := range at.At {
		out = append(out, v.cell())
	}
	out = append(out, side, strconv.Itoa(at.made()))
	for _, k := range kinds {
		out = append(out, strconv.Itoa(at.Kinds[k]))
	}
	out = append(out, strconv.Itoa(at.K), strconv.Itoa(at.N), figure(probability))
	if at.N == 0 {
		return append(out, "", "")
	}
	return append(out, figure(&at.Low), figure(&at.High))
}

// cell writes a value for a program.
func (v Value) cell() string {
	switch {
	case v.Worded:
		return harmless(v.Word)
	case math.IsInf(v.X, 1):
		return unbounded
	}
	return figure(&v.X)
}

func figure(x *float64) string {
	if x == nil {
		return ""
	}
	return strconv.FormatFloat(*x, 'f', -1, 64)
}

// harmless makes a text one that a spreadsheet does not take for a formula.
func harmless(s string) string {
	s = phrase.Plain(s)
	if s != "" && slices.Contains([]byte("=+-@"), s[0]) {
		s = "'" + s
	}
	return strings.TrimSpace(s)
}

// lines gives the demands.
func (c *Capacity) lines() [][]string {
	out := [][]string{{"demand", "sales_per_s", "low", "high"}}
	if c == nil {
		return out
	}
	for _, d := range c.demands() {
		out = append(out, []string{d.column, figure(d.value), figure(d.bound.Low), figure(d.bound.High)})
	}
	return out
}
