package retry

import "time"

// Client is what a policy remembers of one client over all its sales: the
// retry budget and the circuit breaker. A nil Client has neither.
type Client struct {
	tokens  float64
	filled  time.Duration // when tokens was last brought up to date
	breaker breaker
}

// NewClient gives a client its state, or nil where the policy needs none.
func (p *Policy) NewClient() *Client {
	if p.cfg.Budget == nil && p.cfg.Breaker == nil {
		return nil
	}
	c := &Client{}
	if p.cfg.Budget != nil {
		c.tokens = p.cfg.Budget.Tokens
	}
	return c
}

// First notes that a sale's first attempt goes out; it earns the budget.
func (p *Policy) First(now time.Duration, c *Client) {
	if c != nil && p.cfg.Budget != nil {
		c.earn(now, p.cfg.Budget)
	}
}

func (c *Client) earn(now time.Duration, b *Budget) {
	c.fill(now, b)
	c.tokens = min(c.tokens+float64(b.Ratio), b.Tokens)
}

// spend takes a token for a retry and says whether there was one.
func (c *Client) spend(now time.Duration, b *Budget) bool {
	if c == nil || b == nil {
		return true
	}
	c.fill(now, b)
	if c.tokens < 1 {
		return false
	}
	c.tokens--
	return true
}

func (c *Client) fill(now time.Duration, b *Budget) {
	if now > c.filled {
		c.tokens = min(c.tokens+b.PerSec*(now-c.filled).Seconds(), b.Tokens)
		c.filled = now
	}
}

func (b Budget) withDefaults() Budget {
	if b.Tokens == 0 {
		b.Tokens = 10
	}
	return b
}
