package plan

import (
	"cmp"
	"fmt"
	"math"
	"strconv"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// demandHead is above the table of demands.
var demandHead = []string{"demand", "sales", "interval", "to declared", "to the row above"}

// demand is one of the demands that a planner compares.
type demand struct {
	name   string
	column string // of the CSV
	value  *float64
	bound  Bound
}

// demands are those of a plan, from what the backend serves down to what is declared.
func (c *Capacity) demands() []demand {
	return []demand{
		{name: "served at most", column: "served", value: c.Serves, bound: Bound{Problem: "what the backend can serve is not known"}},
		{name: "healthy, no trigger", column: "healthy", value: c.Healthy, bound: c.HealthyBound},
		{name: "heals, with its trigger", column: "heals", value: c.Heals, bound: c.HealsBound},
		{name: "declared", column: "declared", value: &c.Declared},
	}
}

// rows is the table of demands, with the headroom between them, and how a collapse is
// ended.
func (c *Capacity) rows() [][]string {
	var out [][]string
	var above *float64
	for _, d := range c.demands() {
		row := []string{d.name, phrase.Missing, phrase.Missing, phrase.Missing, phrase.Missing}
		if d.value != nil {
			row[1] = rate(*d.value)
			row[3], row[4] = apart(*d.value, &c.Declared), apart(*d.value, above)
			above = d.value
		}
		if d.bound.Low != nil && d.bound.High != nil {
			row[2] = rate(*d.bound.Low) + " to " + rate(*d.bound.High)
		}
		if d.value == &c.Declared {
			row[3] = phrase.Missing
		}
		out = append(out, row)
	}
	if c.ShedTo != nil && c.ShedForS != nil && c.Shed != nil {
		out = append(out, []string{"back up if shed to", share(*c.ShedTo) + " for " + experiment.Time.Text(*c.ShedForS),
			phrase.Missing, phrase.Missing, phrase.Missing})
	}
	return out
}

// apart words how far a demand is from another one: +153%, +46/s.
func apart(x float64, from *float64) string {
	if from == nil || *from <= 0 {
		return phrase.Missing
	}
	sign, d := "+", x-*from
	if d < 0 {
		sign, d = "−", -d
	}
	return fmt.Sprintf("%s%s%%, %s%s", sign, phrase.Count(int64(min(d / *from * 100 + 0.5, 1e15))), sign, rate(d))
}

// why says why a demand was not found.
func (d *demand) why() string { return phrase.Plain(cmp.Or(d.bound.Problem, "not known yet")) }

// rate writes a demand with three digits: 15.8/s.
func rate(x float64) string {
	digits, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 3, 64), 64)
	if err != nil || x >= 1000 {
		digits = math.Round(x)
	}
	return experiment.Number.Text(digits) + "/s"
}

// notes say why a demand was not found, and what the shedding is about.
func (c *Capacity) notes() []string {
	var out []string
	for _, d := range c.demands() {
		if d.value == nil {
			out = append(out, fmt.Sprintf("%s: %s.", d.name, d.why()))
		}
	}
	if s := c.Shed; s != nil {
		where := fmt.Sprintf("Shedding, to a share of all requests, was tried at a demand of %s, at which it is down, from %s after the last trigger on",
			rate(s.From), experiment.Time.Text(s.AfterS))
		if s.Problem != "" {
			where += ": " + phrase.Plain(s.Problem)
		}
		out = append(out, where+".")
	}
	return out
}
