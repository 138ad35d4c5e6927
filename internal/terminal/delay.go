package terminal

import (
	"slices"
	"time"
)

// Delay is about how long it takes at the longest, from a moment of the run on, until a
// terminal comes back with a sale that it has in hand: until it stops trying, or until the next sync out of
// its offline queue, which waits while the shop is closed. A backoff that grows without
// a cap counts with its first delay. Only valid declarations with defaults have one.
func (c Config) Delay(from time.Duration) time.Duration {
	trying := c.Timeout
	if n := c.Retry.Attempts(); n > 1 {
		trying = c.Sale.Deadline
		if most := time.Duration(n) * (c.Timeout + c.Retry.Longest()); most/time.Duration(n) == c.Timeout+c.Retry.Longest() {
			trying = min(trying, most)
		}
	}
	trying = min(trying, c.Sale.Deadline)
	if b := c.Retry.Breaker; b != nil {
		trying = max(trying, b.Open)
	}
	if c.Offline == nil {
		return trying
	}
	wait := max(trying, c.Offline.After, c.Offline.Pace, c.Timeout+c.Offline.Retry.Longest())
	if c.Hours == nil {
		return wait
	}
	local := c.Starts + from
	if len(c.Zones) > 0 {
		local += time.Duration(slices.Min(c.Zones)) // where it is earliest
	}
	return c.Hours.longestClosed(c.day(), local) + wait
}
