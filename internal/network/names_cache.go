package network

import (
	"math"
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
)

// Distribution is the law of a time between two bounds.
type Distribution uint8

// The laws: always the same, all times alike, and all orders of magnitude alike.
const (
	Constant Distribution = iota
	Uniform
	Loguniform
)

var distributions = []string{"constant", "uniform", "loguniform"}

func (d Distribution) String() string { return distributions[d] }

// MarshalText gives the word that UnmarshalText reads.
func (d Distribution) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the law's name.
func (d *Distribution) UnmarshalText(text []byte) error { return field.Word(d, text, distributions) }

// Longest is the longest that an old answer is kept; nothing where there is no cache.
func (c *Cache) Longest() time.Duration {
	switch {
	case c == nil:
		return 0
	case c.Distribution == Constant:
		return c.From
	}
	return c.To
}

// delay is how long an old answer is kept, for u from [0, 1): the inverse of the
// law's distribution function.
func (c *Cache) delay(u float64) time.Duration {
	switch {
	case c == nil:
		return 0
	case c.Distribution == Uniform:
		return c.From + time.Duration(u*float64(c.To-c.From))
	case c.Distribution == Loguniform:
		d := time.Duration(float64(c.From) * math.Pow(float64(c.To)/float64(c.From), u))
		return min(max(d, c.From), c.To) // whatever the rounding
	}
	return c.From
}
