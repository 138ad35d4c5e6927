package backend

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
)

// Replica declares that a node keeps an asynchronous copy of another's ledger.
type Replica struct {
	Of string `json:"of"` // the node whose ledger it copies
	// Lag is how far behind the copy is.
	Lag time.Duration `json:"lag"`
	// Writes says what becomes of a sale that is sent to it before it is promoted.
	Writes Writes `json:"writes"`
}

// Writes is what a replica does with sales.
type Writes uint8

// What it does: it records them in its own ledger, or turns them away as read-only
// until it is promoted.
const (
	Accept Writes = iota
	Refuse
)

var writes = []string{"accept", "refuse"}

func (w Writes) String() string { return writes[w] }

// MarshalText gives the word that UnmarshalText reads.
func (w Writes) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads 'accept' or 'refuse'.
func (w *Writes) UnmarshalText(text []byte) error { return field.Word(w, text, writes) }

// longestLag bounds a lag, so that no sum of times overflows.
const longestLag = 30 * 24 * time.Hour

// Validate reports every wrong field at once, as a field.List, or nil.
func (r Replica) Validate() error {
	var errs field.Errors
	if r.Of == "" {
		errs.Add("of", "is missing; write the node whose ledger is copied")
	}
	if r.Lag < 0 || r.Lag > longestLag {
		errs.Add("lag", "must be how far behind the copy is, at most 30 days, such as '5s'")
	}
	return errs.Err()
}
