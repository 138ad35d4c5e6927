package caller

import (
	"math/rand/v2"
	"time"

	"github.com/retrystorm/retrystorm/internal/retry"
)

// Rules decide about the tries of one sale or request, whoever makes them. A try
// is one attempt, or several copies sent at once.
type Rules struct {
	Policy *retry.Policy
	// Timeout is how long a try waits.
	Timeout time.Duration
}

// Expires gives when a try that was due at a moment is waited for no longer: after
// the timeout, and at the deadline at the latest.
func (r *Rules) Expires(due, deadline time.Duration) time.Duration {
	return due + min(r.Timeout, deadline-due)
}

// Next says when the next try is due after one that ended so; none if again is
// false: after the deadline, while retries are switched off, and when the policy
// gives up.
func (r *Rules) Next(now, deadline time.Duration, off bool, c *retry.Client, s *retry.Session, last retry.Outcome, rng *rand.Rand) (at time.Duration, again bool) {
	if off || now >= deadline {
		return 0, false
	}
	d := r.Policy.Next(now, c, s, last, rng)
	return now + d.Delay, d.Retry
}
