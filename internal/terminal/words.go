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

// Spread is how the wait before the first sync is spread over a fleet that went
// offline together.
type Spread uint8

// The spreads: a full jitter, or none.
const (
	FullSpread Spread = iota
	NoSpread
)

var spreads = []string{"full", "none"}

func (s Spread) String() string { return spreads[s] }

// MarshalText gives the word that UnmarshalText reads.
func (s Spread) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads 'full' or 'none'.
func (s *Spread) UnmarshalText(text []byte) error { return field.Word(s, text, spreads) }

// Order is the order in which an offline queue is synced.
type Order uint8

// The orders: no sale before all earlier ones are in, or any other one first where a
// sync has failed.
const (
	InOrder Order = iota
	AnyOrder
)

var orders = []string{"in-order", "any"}

func (o Order) String() string { return orders[o] }

// MarshalText gives the word that UnmarshalText reads.
func (o Order) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads 'in-order' or 'any'.
func (o *Order) UnmarshalText(text []byte) error { return field.Word(o, text, orders) }

// BusinessDate is the date under which a synced sale is recorded.
type BusinessDate uint8

// The dates: when the sale was rung up, or when it was synced.
const (
	BySale BusinessDate = iota
	BySync
)

var businessDates = []string{"sale", "sync"}

func (b BusinessDate) String() string { return businessDates[b] }

// MarshalText gives the word that UnmarshalText reads.
func (b BusinessDate) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText reads 'sale' or 'sync'.
func (b *BusinessDate) UnmarshalText(text []byte) error { return field.Word(b, text, businessDates) }
