package retry

import "github.com/retrystorm/retrystorm/internal/field"

// Backoff is the rule by which the delay before a retry grows.
type Backoff uint8

// The backoff rules. With n the number of tries made so far (1 after the
// first), the delay is: 0 (immediate), base (constant), n·base (linear),
// base·factor^(n−1) (exponential).
const (
	None Backoff = iota // never retry
	Immediate
	Constant
	Linear
	Exponential
)

var backoffs = []string{"none", "immediate", "constant", "linear", "exponential"}

func (b Backoff) String() string { return backoffs[b] }

// MarshalText gives the word that UnmarshalText reads.
func (b Backoff) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText reads the rule's name.
func (b *Backoff) UnmarshalText(text []byte) error { return field.Word(b, text, backoffs) }

// Jitter is how a delay is spread at random. The names and formulas of full,
// equal and decorrelated are those of M. Brooker, "Exponential Backoff And
// Jitter", AWS Architecture Blog, 2015. Proportional is what gRPC does with a
// share of 0.2 ("GRPC Connection Backoff Protocol", and proposal A6 for its
// retries) and cenkalti/backoff with 0.5, its RandomizationFactor. Exponential
// is the retrial of queueing theory: G. I. Falin and J. G. C. Templeton,
// "Retrial Queues", 1997.
type Jitter uint8

// The jitters. With d the delay the backoff gives, p the previous delay and s
// the share declared: d (none), U(0, d) (full), d/2 + U(0, d/2) (equal),
// min(cap, U(base, 3p)) (decorrelated; p starts as base), U(d(1−s), d(1+s))
// (proportional), min(cap, Exp with the mean d) (exponential).
const (
	NoJitter Jitter = iota
	FullJitter
	EqualJitter
	DecorrelatedJitter
	ProportionalJitter
	ExponentialJitter
)

var jitters = []string{"none", "full", "equal", "decorrelated", "proportional", "exponential"}

func (j Jitter) String() string { return jitters[j] }

// MarshalText gives the word that UnmarshalText reads.
func (j Jitter) MarshalText() ([]byte, error) { return []byte(j.String()), nil }

// UnmarshalText reads the jitter's name.
func (j *Jitter) UnmarshalText(text []byte) error { return field.Word(j, text, jitters) }

// RetryAfter says what a client makes of the server's Retry-After header.
type RetryAfter uint8

// The ways to treat Retry-After: wait at least that long, or take no notice.
const (
	HonourRetryAfter RetryAfter = iota
	IgnoreRetryAfter
)

var retryAfters = []string{"honour", "ignore"}

func (r RetryAfter) String() string { return retryAfters[r] }

// MarshalText gives the word that UnmarshalText reads.
func (r RetryAfter) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads 'honour' or 'ignore'.
func (r *RetryAfter) UnmarshalText(text []byte) error { return field.Word(r, text, retryAfters) }

// Cause is how an attempt ended.
type Cause uint8

// The outcomes of an attempt.
const (
	OK        Cause = iota // acknowledged by the server
	Timeout                // no answer within the attempt timeout
	Refused                // no connection
	Reset                  // the connection broke before an answer
	Rejected               // turned away: 429 or 503
	Failed                 // any other error answer
	ReadOnly               // the server is up and cannot write: 507, or 503 with protocol.CauseHeader
	Cancelled              // ended by the client: nobody waited for it any more
	Causes                 // how many there are
)

var causes = []string{"ok", "timeout", "refused", "reset", "rejected", "failed", "read-only", "cancelled"}

func (c Cause) String() string { return causes[c] }

// MarshalText gives the word that UnmarshalText reads.
func (c Cause) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads the outcome's name; 'ok' and 'cancelled' are no reasons
// to retry.
func (c *Cause) UnmarshalText(text []byte) error {
	i, err := field.OneOf(string(text), causes[1:Cancelled])
	*c = Cause(i + 1) //nolint:gosec // an index into a handful of words
	return err
}
