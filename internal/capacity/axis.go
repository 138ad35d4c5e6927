package capacity

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/field"
)

// Axis is a parameter that is varied: one field of the declaration, or several that
// are tied together.
type Axis struct {
	Path     string // as it was asked for; paths that are tied together are joined by a +
	Quantity experiment.Quantity
	// Multiple says that the values are multiples of what is declared in each place,
	// rather than what stands there.
	Multiple bool
	Levels   []Level // in the order asked for; at least two
	Listed   bool    // the values were listed one by one

	places []experiment.Field // that are changed
}

// Level is one value of a parameter.
type Level struct {
	X    float64 // seconds of a time, bytes of a size; the place in the list where the values are words
	Text string  // for a reader, such as "7,420", "1.4s" or "full"

	value json.RawMessage // as declared; nil of a multiple
}

const form = "write PATH=FROM..TO, such as fleet.0.terminals=1000..20000, or PATH=VALUE,VALUE,…"

// ParseAxis reads what is to be varied in a variant:
//
//	PATH=FROM..TO          from one value to another one, such as fleet.0.timeout=500ms..3s
//	PATH=FROMx..TOx        multiples of what is declared in each place
//	PATH=VALUE,VALUE,…     these values
//	PATH+PATH=…            several places that change together
//
// The error names the path, and what would be right.
func ParseAxis(d *experiment.Declaration, variant, text string) (Axis, error) {
	path, values, found := strings.Cut(text, "=")
	if !found || path == "" || values == "" {
		return Axis{}, &field.Error{Path: path, Problem: "has no values to be tried; " + form}
	}
	a := Axis{Path: path}
	for p := range strings.SplitSeq(path, "+") {
		all, err := d.Fields(variant, p)
		if err != nil {
			return Axis{}, err
		}
		a.places = append(a.places, all...)
	}
	a.Quantity = a.places[0].Quantity
	for _, f := range a.places {
		if f.Quantity != a.Quantity {
			return Axis{}, &field.Error{Path: f.Path, Problem: fmt.Sprintf("is %s and %s is %s; only what takes the same values can be tied together",
				f.Quantity, a.places[0].Path, a.Quantity)}
		}
	}
	if err := a.read(values); err != nil {
		return Axis{}, &field.Error{Path: path, Problem: err.Error()}
	}
	return a, nil
}

func (a *Axis) read(values string) error {
	from, to, isRange := strings.Cut(values, "..")
	switch {
	case a.Quantity == experiment.Other:
		return errors.New("is no single value; name a field in it")
	case !isRange:
		return a.list(strings.Split(values, ","))
	case !a.Quantity.Amount():
		return fmt.Errorf("is %s, which has no range; list its values, such as VALUE,VALUE", a.Quantity)
	}
	if f, ok := strings.CutSuffix(from, "x"); ok {
		t, alike := strings.CutSuffix(to, "x")
		if !alike {
			return fmt.Errorf("%s is a multiple and %s is none; write both as multiples, such as 0.5x..4x", field.Show(from), field.Show(to))
		}
		return a.multiples(f, t)
	}
	low, err := a.Quantity.Parse(from)
	if err != nil {
		return err
	}
	high, err := a.Quantity.Parse(to)
	if err != nil {
		return err
	}
	return a.fill(low, high)
}

// multiples reads a range of multiples of what is declared.
func (a *Axis) multiples(from, to string) error {
	for _, f := range a.places {
		if x, ok := f.Amount(); !ok || x <= 0 || math.IsInf(x, 0) {
			return fmt.Errorf("has no amount at %s to take a multiple of; write a range of values", f.Path)
		}
	}
	low, err := experiment.Number.Parse(from)
	if err != nil {
		return err
	}
	high, err := experiment.Number.Parse(to)
	if err != nil {
		return err
	}
	a.Multiple = true
	return a.fill(low, high)
}

// fill tries the values between two bounds.
func (a *Axis) fill(from, to float64) error {
	switch {
	case math.IsInf(from, 0) || math.IsInf(to, 0):
		return errors.New("has a range without an end; write a number, or list the values")
	case from == to:
		return errors.New("has an empty range, from a value to itself; write two values that differ")
	}
	for _, x := range scale(from, to, a.whole()) {
		a.Levels = append(a.Levels, a.level(x))
	}
	return nil
}

// whole says whether the values of the axis are whole numbers.
func (a *Axis) whole() bool {
	if a.Multiple {
		return false
	}
	return a.Quantity == experiment.Count || a.Quantity == experiment.Limit || a.Quantity == experiment.Size
}

func (a *Axis) level(x float64) Level {
	if a.Multiple {
		return Level{X: x, Text: experiment.Number.Text(x) + "x"}
	}
	return Level{X: x, Text: a.Quantity.Text(x), value: a.Quantity.JSON(x)}
}

// list reads values that are listed one by one.
func (a *Axis) list(words []string) error {
	a.Listed = true
	seen := map[string]bool{}
	for i, w := range words {
		w = strings.TrimSpace(w)
		if seen[w] {
			return fmt.Errorf("lists %s twice; leave one out", field.Show(w))
		}
		seen[w] = true
		if !a.Quantity.Amount() {
			value, err := json.Marshal(w)
			if a.Quantity == experiment.Flag {
				value, err = []byte(w), flagged(w)
			}
			if err != nil {
				return err
			}
			a.Levels = append(a.Levels, Level{X: float64(i), Text: w, value: value})
			continue
		}
		x, err := a.Quantity.Parse(w)
		if err != nil {
			return err
		}
		a.Levels = append(a.Levels, a.level(x))
	}
	if len(words) < 2 {
		return errors.New("has one value, so that nothing is varied; write a range, or several values")
	}
	return nil
}

func flagged(word string) error {
	if word != "true" && word != "false" {
		return fmt.Errorf("%s is not true or false", field.Show(word))
	}
	return nil
}

// thinned gives the axis with at most so many levels, for a map.
func (a Axis) thinned(most int) Axis {
	n := len(a.Levels)
	if a.Listed || n <= most {
		return a
	}
	values := grid(a.Levels[0].X, a.Levels[n-1].X, most, a.whole())
	a.Levels = make([]Level, 0, len(values))
	for _, x := range values {
		a.Levels = append(a.Levels, a.level(x))
	}
	return a
}

// changes are what a level of the axis changes in the declaration.
func (a *Axis) changes(level int) []experiment.Change {
	out := make([]experiment.Change, len(a.places))
	for i, f := range a.places {
		value := a.Levels[level].value
		if value == nil {
			now, _ := f.Amount()
			value = a.Quantity.JSON(multiple(a.Quantity, now, a.Levels[level].X))
		}
		out[i] = experiment.Change{Path: f.Path, Value: value}
	}
	return out
}

// multiple gives so many times an amount, as a value that a field of its quantity takes.
func multiple(q experiment.Quantity, now, times float64) float64 {
	x := now * times
	if q == experiment.Count || q == experiment.Limit || q == experiment.Size {
		return math.Round(x)
	}
	return x
}
