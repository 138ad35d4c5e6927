package retry_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/retrystorm/retrystorm/internal/retry"
)

// A client asks its policy after each try; it does the waiting itself.
func Example() {
	policy := retry.NewPolicy(retry.Config{
		Backoff: retry.Exponential, Base: 500 * time.Millisecond, MaxAttempts: 4,
	})
	client := policy.NewClient()
	rng := rand.New(rand.NewPCG(1, 1))

	var sale retry.Session
	now := 10 * time.Second
	policy.First(now, client)
	for _, o := range []retry.Outcome{
		{Cause: retry.Timeout},
		{Cause: retry.Rejected, RetryAfter: 5 * time.Second},
		{Cause: retry.Reset},
		{Cause: retry.Failed},
	} {
		d := policy.Next(now, client, &sale, o, rng)
		fmt.Printf("%v at %v: retry %v after %v (%v)\n", o.Cause, now, d.Retry, d.Delay, d.Reason)
		now += d.Delay
	}
	// Output:
	// timeout at 10s: retry true after 500ms (scheduled)
	// rejected at 10.5s: retry true after 5s (scheduled)
	// reset at 15.5s: retry true after 2s (scheduled)
	// failed at 17.5s: retry false after 0s (exhausted)
}
