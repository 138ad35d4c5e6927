package caller

import "time"

// Resolver says by a name which of a link's nodes a tenant's request goes to, by its
// index in To.
type Resolver interface {
	Resolve(tenant uint32, now time.Duration) int
}

// choice chooses the target of each attempt.
type choice struct {
	target Target
	flying []int32 // attempts under way, by target
	next   int     // whose turn it is
	named  Resolver
}

func newChoice(cfg Config) choice {
	return choice{target: cfg.Target, flying: make([]int32, len(cfg.To))}
}

// choose gives the target of the next attempt of a tenant, by its index.
func (c *choice) choose(now time.Duration, tenant uint32) uint16 {
	if c.named != nil {
		return uint16(c.named.Resolve(tenant, now)) //nolint:gosec // a few targets
	}
	n := len(c.flying)
	switch c.target {
	case Tenant:
		return uint16(tenant % uint32(n)) //nolint:gosec // a few targets
	case RoundRobin:
		i := c.next
		c.next = (i + 1) % n
		return uint16(i) //nolint:gosec // likewise
	case LeastInFlight:
		return c.least()
	}
	return 0
}

// least gives the target with the fewest attempts under way; among several of them
// the one whose turn it is.
func (c *choice) least() uint16 {
	n := len(c.flying)
	best := c.next % n
	for i := 1; i < n; i++ {
		if k := (c.next + i) % n; c.flying[k] < c.flying[best] {
			best = k
		}
	}
	c.next = (best + 1) % n
	return uint16(best) //nolint:gosec // a few targets
}

func (c *choice) sent(target uint16)  { c.flying[target]++ }
func (c *choice) ended(target uint16) { c.flying[target]-- }
