package plan

import "github.com/retrystorm/retrystorm/internal/field"

// Side says on which side of the edge a cell of a map lies, as far as one can tell.
type Side uint8

// The sides.
const (
	Unknown Side = iota // no run of it or near it proves anything
	Failure             // success is less probable than was asked for
	Success
)

var sides = [...]string{Unknown: "unknown", Failure: "failure", Success: "success"}

// String gives the word that JSON has for it.
func (s Side) String() string { return sides[s] }

// MarshalText gives the word.
func (s Side) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the word.
func (s *Side) UnmarshalText(text []byte) error { return field.Word(s, text, sides[:]) }
