package fault

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
)

// How is what becomes of packets on a link that is cut.
type How uint8

// The ways to be cut. The zero How is not declared, and means Drop.
const (
	Drop   How = iota + 1 // they vanish: a black hole
	Refuse                // they are answered with a reset, as by a firewall that rejects
)

var hows = []string{"drop", "refuse"}

// String gives the word; that of Drop if none is declared.
func (h How) String() string { return hows[max(h, Drop)-1] }

// MarshalText gives the word that UnmarshalText reads.
func (h How) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads the word.
func (h *How) UnmarshalText(text []byte) error {
	i, err := field.OneOf(string(text), hows)
	if err == nil {
		*h = How(i + 1) //nolint:gosec // an index into a handful of words
	}
	return err
}

// Way is the direction of a link in which a fault is.
type Way uint8

// The directions. The zero Way is not declared, and means Both.
const (
	Both  Way = iota + 1
	There     // from the caller to the node that it calls: requests
	Back      // from that node to the caller: answers
)

var ways = []string{"both", "there", "back"}

// String gives the word; that of Both if none is declared.
func (w Way) String() string { return ways[max(w, Both)-1] }

// MarshalText gives the word that UnmarshalText reads.
func (w Way) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads the word.
func (w *Way) UnmarshalText(text []byte) error {
	i, err := field.OneOf(string(text), ways)
	if err == nil {
		*w = Way(i + 1) //nolint:gosec // an index into a handful of words
	}
	return err
}

// Is says whether a fault of this way is in a direction, There or Back.
func (w Way) Is(direction Way) bool { return w != There && w != Back || w == direction }

// The bounds of what can be declared of a link.
const (
	mostLatency = time.Hour
	leastRate   = 1
)

// linkProperties are the fields of the faults of a link, in the order in which their
// errors are told.
var linkProperties = []property{
	{"how", func(e *Event) bool { return e.How != 0 }, nil},
	{"way", func(e *Event) bool { return e.Way != 0 }, func(e *Event) string {
		return unless(e.How != Refuse || e.Way == 0 || e.Way == Both, "must be 'both' for a cut that refuses: no connection has one way only")
	}},
	{"latency", func(e *Event) bool { return e.Latency != 0 }, func(e *Event) string {
		if e.Kind == DiskSlow {
			return unless(e.Latency > 0 && e.Latency <= longestLatency, "must be the time that each commit takes longer, above 0s and up to 1m, such as '200ms'")
		}
		return unless(e.Latency > 0 && e.Latency <= mostLatency, "must be the time added to each way, above 0s and up to 1h, such as '100ms'")
	}},
	{"jitter", func(e *Event) bool { return e.Jitter != 0 }, func(e *Event) string {
		return unless(e.Jitter > 0 && (e.Latency <= 0 || e.Jitter <= e.Latency), "must be above 0s and at most the latency, which it makes longer or shorter")
	}},
	{"rate", func(e *Event) bool { return e.Rate != 0 }, func(e *Event) string {
		return unless(e.Rate >= leastRate, "must be the bytes that pass in a second, such as '10KB'")
	}},
}
