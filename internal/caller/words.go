package caller

import "github.com/retrystorm/retrystorm/internal/field"

// Target is how a caller chooses among the nodes of a link.
type Target uint8

// The choices: the only node there is, the one that holds the tenant's shard, one
// after the other, or the one with the fewest of this caller's attempts under way.
const (
	Fixed Target = iota
	Tenant
	RoundRobin
	LeastInFlight
)

var targets = []string{"fixed", "tenant", "round-robin", "least-in-flight"}

func (t Target) String() string { return targets[t] }

// MarshalText gives the word that UnmarshalText reads.
func (t Target) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads the choice's name.
func (t *Target) UnmarshalText(text []byte) error { return field.Word(t, text, targets) }

// Cancellation is what becomes of an attempt that nobody waits for any more.
type Cancellation uint8

// What becomes of a timed-out attempt: its connection is closed, or the copy
// runs on and its late answer still counts.
const (
	CloseConnection Cancellation = iota
	RunOn
)

var cancels = []string{"close", "run-on"}

func (c Cancellation) String() string { return cancels[c] }

// MarshalText gives the word that UnmarshalText reads.
func (c Cancellation) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads 'close' or 'run-on'.
func (c *Cancellation) UnmarshalText(text []byte) error { return field.Word(c, text, cancels) }
