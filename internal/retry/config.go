package retry

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
)

// Config declares a client's retry policy. Its zero value never retries.
type Config struct {
	// Backoff is how the delay grows from one attempt to the next.
	Backoff Backoff `json:"backoff"`
	// Base is the first delay; the step of a linear backoff.
	Base time.Duration `json:"base"`
	// Factor is the growth of an exponential backoff per attempt; 2 if zero.
	Factor float64 `json:"factor"`
	// Cap bounds each delay before jitter, and after it where the jitter has no
	// bound of its own (decorrelated, exponential); no bound if zero.
	Cap time.Duration `json:"cap"`
	// Jitter spreads the delays of a fleet.
	Jitter Jitter `json:"jitter"`
	// JitterShare is the share of the delay by which a proportional jitter makes
	// it longer or shorter at the most; 0.2 if zero.
	JitterShare field.Ratio `json:"jitterShare"`
	// MaxAttempts bounds the attempts of one sale, the first included; 3 if
	// zero and the policy retries at all.
	MaxAttempts field.Limit `json:"maxAttempts"`
	// Parallel is how many copies of the request each try sends; 1 if zero.
	// Copies count as attempts on the wire, not as tries.
	Parallel int `json:"parallel"`
	// On lists the outcomes that are retried; all failures if empty.
	On []Cause `json:"on"`
	// RetryAfter says whether the server's Retry-After is a floor for the delay.
	RetryAfter RetryAfter `json:"retryAfter"`
	// Budget bounds retries to a share of the client's requests; none if nil.
	Budget *Budget `json:"budget"`
	// Breaker stops sending after failures; none if nil.
	Breaker *Breaker `json:"breaker"`
}

// Attempts is the most attempts that a sale may have, the first included, as
// far as the policy itself says.
func (c Config) Attempts() int {
	if c.Backoff == None {
		return 1
	}
	return int(c.WithDefaults().MaxAttempts)
}

// Longest is about the longest delay before a retry: the cap where there is one.
// What grows without a cap counts with its first delay.
func (c Config) Longest() time.Duration {
	switch {
	case c.Backoff < Constant:
		return 0
	case c.Backoff > Constant && c.Cap > 0:
		return c.Cap
	}
	return c.Base
}

// Budget is a token bucket that retries draw on: each sale's first attempt
// puts Ratio tokens in, each retry takes one out, and the bucket holds at most
// Tokens. This is the shape of Finagle's RetryBudget and gRPC's retry
// throttling (proposal A6).
type Budget struct {
	Ratio  field.Ratio `json:"ratio"`        // tokens earned per request
	PerSec float64     `json:"minPerSecond"` // tokens earned per second all the same
	Tokens float64     `json:"tokens"`       // capacity, and what a client starts with; 10 if zero
}

// Breaker is a circuit breaker: it opens when at least Ratio of the outcomes
// in Window (at least Calls of them) are failures, lets nothing pass for Open,
// then lets HalfOpen probes pass and closes when all of them succeed.
type Breaker struct {
	Ratio    field.Ratio   `json:"failureRatio"` // 0.5 if zero
	Calls    int           `json:"calls"`        // 10 if zero
	Window   time.Duration `json:"window"`       // 30 s if zero
	Open     time.Duration `json:"open"`         // 30 s if zero
	HalfOpen int           `json:"halfOpen"`     // 1 if zero
}
