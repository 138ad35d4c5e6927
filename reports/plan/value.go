package plan

import (
	"encoding/json"
	"errors"
	"math"

	"github.com/retrystorm/retrystorm/internal/capacity"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/field"
)

// Value is one of a parameter: a number in the unit of its axis, or a word.
type Value struct {
	X      float64 // zero of a word
	Word   string
	Worded bool // it is a word
}

// unbounded is a limit that is none, which JSON has no number for.
const unbounded = "unbounded"

// MarshalJSON gives a number or a string.
func (v Value) MarshalJSON() ([]byte, error) {
	switch {
	case v.Worded:
		return json.Marshal(v.Word)
	case math.IsInf(v.X, 1):
		return json.Marshal(unbounded)
	}
	return json.Marshal(v.X)
}

var errValue = errors.New("a value must be a number or a text")

// UnmarshalJSON reads a number or a string.
func (v *Value) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '"' {
		v.Worded, v.X = true, 0
		return json.Unmarshal(text, &v.Word)
	}
	v.Worded, v.Word = false, ""
	if string(text) == "null" || json.Unmarshal(text, &v.X) != nil {
		return errValue
	}
	return nil
}

// Quantity is what the values of an axis measure, as JSON names it.
type Quantity experiment.Quantity

var quantities = [...]string{
	experiment.Other: "other", experiment.Count: "count", experiment.Number: "number", experiment.Share: "share",
	experiment.Time: "time", experiment.Size: "size", experiment.Limit: "limit", experiment.Word: "word", experiment.Flag: "flag",
}

// String gives the name that JSON has for it, such as "time".
func (q Quantity) String() string { return quantities[q] }

// MarshalText gives the name.
func (q Quantity) MarshalText() ([]byte, error) { return []byte(q.String()), nil }

// UnmarshalText reads the name.
func (q *Quantity) UnmarshalText(text []byte) error { return field.Word(q, text, quantities[:]) }

// multiples is the unit of multiples of what is declared.
const multiples = "times"

// unitOf names the unit of an axis.
func unitOf(a *capacity.Axis) string {
	if a.Multiple {
		return multiples
	}
	return Quantity(a.Quantity).unit()
}

// unit names the unit of numbers; empty where they have none.
func (q Quantity) unit() string {
	switch experiment.Quantity(q) {
	case experiment.Time:
		return "s"
	case experiment.Size:
		return "bytes"
	case experiment.Share:
		return "share"
	}
	return ""
}

// Text gives a value of the axis for a reader: 7,420 or 1.4s or 2x or full.
func (a *Axis) Text(v Value) string {
	switch {
	case v.Worded:
		return v.Word
	case a.Unit == multiples:
		return experiment.Number.Text(v.X) + "x"
	}
	return experiment.Quantity(a.Quantity).Text(v.X)
}

// fits says whether a value may be one of the axis.
func (a *Axis) fits(v Value) bool {
	return v.Worded != experiment.Quantity(a.Quantity).Amount()
}

// settle turns the word of a limit that is none, as it was read, into the number.
func (a *Axis) settle(v *Value) {
	if v.Worded && v.Word == unbounded && experiment.Quantity(a.Quantity) == experiment.Limit {
		*v = Value{X: math.Inf(1)}
	}
}

// shown is the value as JSON has it.
func (v Value) shown() any {
	if v.Worded {
		return v.Word
	}
	return v.X
}
