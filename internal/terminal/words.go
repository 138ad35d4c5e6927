package terminal

import (
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/field"
)

// Cancellation is what becomes of an attempt that nobody waits for any more.
type Cancellation = caller.Cancellation

// What becomes of a timed-out attempt: its connection is closed, or the copy
// runs on and its late answer still counts.
const (
	CloseConnection = caller.CloseConnection
	RunOn           = caller.RunOn
)

// Arrival is the law of the time between two sales of one terminal.
type Arrival uint8

// The laws of arrival: an open Poisson process, or one sale in each interval
// with a random phase.
const (
	Poisson Arrival = iota
	Regular
)

var arrivals = []string{"poisson", "regular"}

func (a Arrival) String() string { return arrivals[a] }

// MarshalText gives the word that UnmarshalText reads.
func (a Arrival) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads 'poisson' or 'regular'.
func (a *Arrival) UnmarshalText(text []byte) error { return field.Word(a, text, arrivals) }
