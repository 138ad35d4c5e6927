package backend

import "github.com/retrystorm/retrystorm/internal/field"

// Distribution is the law of the service time.
type Distribution uint8

// The laws of the service time.
const (
	Constant Distribution = iota
	Exponential
	Lognormal
)

var distributions = []string{"constant", "exponential", "lognormal"}

func (d Distribution) String() string { return distributions[d] }

// MarshalText gives the word that UnmarshalText reads.
func (d Distribution) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the law's name.
func (d *Distribution) UnmarshalText(text []byte) error { return field.Word(d, text, distributions) }

// Work is how a worker spends the service time.
type Work uint8

// The ways to spend the service time: waiting, as on a dependency (precise and
// cheap), or burning a processor, so that a CPU quota bites.
const (
	Waited Work = iota
	Burned
)

var works = []string{"waited", "burned"}

func (w Work) String() string { return works[w] }

// MarshalText gives the word that UnmarshalText reads.
func (w Work) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads 'waited' or 'burned'.
func (w *Work) UnmarshalText(text []byte) error { return field.Word(w, text, works) }

// Discipline is the order in which the queue is served.
type Discipline uint8

// The orders of the queue: first in first out, last in first out.
const (
	FIFO Discipline = iota
	LIFO
)

var disciplines = []string{"fifo", "lifo"}

func (d Discipline) String() string { return disciplines[d] }

// MarshalText gives the word that UnmarshalText reads.
func (d Discipline) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads 'fifo' or 'lifo'.
func (d *Discipline) UnmarshalText(text []byte) error { return field.Word(d, text, disciplines) }

// Refusal is how a request is turned away.
type Refusal uint8

// How a request is turned away: it is rejected with an answer, or dropped
// without one, so that its client only sees its own timeout. The words are those
// of packet filters, such as the targets REJECT and DROP of iptables(8).
const (
	Rejecting Refusal = iota
	Dropping
)

var refusals = []string{"reject", "drop"}

func (r Refusal) String() string { return refusals[r] }

// MarshalText gives the word that UnmarshalText reads.
func (r Refusal) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads 'reject' or 'drop'.
func (r *Refusal) UnmarshalText(text []byte) error { return field.Word(r, text, refusals) }

// Abandoned is what becomes of a request whose client has left.
type Abandoned uint8

// What becomes of an abandoned request: it is served all the same and counts
// as wasted work, or it stops at once and frees its place.
const (
	Continue Abandoned = iota
	Stop
)

var abandoneds = []string{"continue", "stop"}

func (a Abandoned) String() string { return abandoneds[a] }

// MarshalText gives the word that UnmarshalText reads.
func (a Abandoned) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads 'continue' or 'stop'.
func (a *Abandoned) UnmarshalText(text []byte) error { return field.Word(a, text, abandoneds) }

// Measure is what a Slowdown's bound counts.
type Measure uint8

// What a Slowdown counts: requests waiting or being served, or arrivals in the
// last second.
const (
	InFlight Measure = iota
	Arrivals
)

var measures = []string{"inflight", "arrivals"}

func (m Measure) String() string { return measures[m] }

// MarshalText gives the word that UnmarshalText reads.
func (m Measure) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads 'inflight' or 'arrivals'.
func (m *Measure) UnmarshalText(text []byte) error { return field.Word(m, text, measures) }

// Idempotency is what the ledger does with a sale that it has already recorded.
type Idempotency uint8

// The ledger keeps one entry a sale (by key), or one for each request (none).
const (
	ByKey Idempotency = iota
	NoKey
)

var idempotencies = []string{"by-key", "none"}

func (i Idempotency) String() string { return idempotencies[i] }

// MarshalText gives the word that UnmarshalText reads.
func (i Idempotency) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads 'by-key' or 'none'.
func (i *Idempotency) UnmarshalText(text []byte) error { return field.Word(i, text, idempotencies) }
