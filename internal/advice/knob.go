package advice

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/field"
)

// Knob is something that can be changed, with the strengths to which it can be.
type Knob struct {
	Name  string   // such as "retry budget"
	Class Class    // who changes it
	Paths []string // what it changes
	Now   string   // what it is, in words
	Price float64
	// Strengths are the values that differ from what is declared, from the least
	// departure to the greatest; at least one.
	Strengths []Strength
}

// Strength is one value of a knob.
type Strength struct {
	Phrase  string // such as "a retry budget of 12%"
	edits   []experiment.Change
	orders  []order
	workers int // more than there are
}

// order is what an operator adds to the timeline.
type order struct {
	event json.RawMessage
	end   time.Duration
}

// catalogue collects knobs. Strengths that no valid plan has are left out, and so are
// knobs that are forbidden.
type catalogue struct {
	cfg      *Config
	plan     *experiment.Plan
	paths    paths
	settings *settings
	knobs    []Knob
}

// add takes a knob over.
func (c *catalogue) add(k Knob) {
	if !c.cfg.allows(k.Class) {
		return
	}
	k.Strengths = slices.DeleteFunc(k.Strengths, func(s Strength) bool {
		_, err := c.settings.plan(nil, s)
		return err != nil
	})
	for _, s := range k.Strengths {
		for _, e := range s.edits {
			if !slices.Contains(k.Paths, e.Path) {
				k.Paths = append(k.Paths, e.Path)
			}
		}
	}
	if len(k.Strengths) == 0 || c.paths.anyTouch(c.cfg.Forbid, k.Paths) {
		return
	}
	k.Price = c.paths.price(c.cfg.Price, k.Paths)
	c.knobs = append(c.knobs, k)
}

// knobsOf gives the catalogue of a plan, in a fixed order: the client's, the
// server's, the operators'.
func knobsOf(cfg *Config, plan *experiment.Plan, s *settings) []Knob {
	c := &catalogue{cfg: cfg, plan: plan, paths: paths{plan}, settings: s}
	c.clients()
	c.servers()
	c.operators()
	return c.knobs
}

// set is a change to a path.
func set(path string, value json.RawMessage) experiment.Change {
	return experiment.Change{Path: path, Value: value}
}

// word is a JSON string.
func word(s string) json.RawMessage { return strconv.AppendQuote(nil, s) }

// span is a JSON time.
func span(d time.Duration) json.RawMessage { return experiment.Time.JSON(d.Seconds()) }

// whole is a JSON number without a fraction.
func whole(n int) json.RawMessage { return strconv.AppendInt(nil, int64(n), 10) }

// said words a time for a reader.
func said(d time.Duration) string { return experiment.Time.Text(d.Seconds()) }

// saidCount words a count for a reader.
func saidCount(n int) string { return experiment.Count.Text(float64(n)) }

// nice rounds a time to two digits, down to a millisecond.
func nice(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	unit := math.Pow10(int(math.Floor(math.Log10(float64(d)))) - 1)
	return max(time.Duration(math.Round(float64(d)/unit)*unit), time.Millisecond)
}

// niceCount rounds a count to two digits.
func niceCount(x float64) int {
	if x < 100 {
		return int(math.Round(x))
	}
	unit := math.Pow10(int(math.Floor(math.Log10(x))) - 1)
	return int(math.Round(x/unit) * unit)
}

// times gives multiples of a time that differ from it and from each other.
func times(unit time.Duration, multiples []float64) []time.Duration {
	var out []time.Duration
	for _, m := range multiples {
		if d := nice(time.Duration(float64(unit) * m)); d != unit && !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	return out
}

// spans gives a knob's strengths as multiples of a time, each worded by phrase.
func spans(path, phrase string, unit time.Duration, multiples []float64) []Strength {
	var out []Strength
	for _, d := range times(unit, multiples) {
		out = append(out, single(path, fmt.Sprintf(phrase, said(d)), span(d))...)
	}
	return out
}

// limitText words a count that may be without a bound.
func limitText(n int) string {
	if n >= int(field.Unbounded) {
		return "unbounded"
	}
	return saidCount(n)
}

// single gives one strength that changes one path.
func single(path, phrase string, value json.RawMessage) []Strength {
	return []Strength{{Phrase: phrase, edits: []experiment.Change{set(path, value)}}}
}
