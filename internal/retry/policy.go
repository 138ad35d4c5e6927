package retry

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
)

// Policy is a retry policy ready for use. It is immutable and may be shared.
type Policy struct{ cfg Config }

// NewPolicy makes a policy of a valid declaration, with its defaults filled in.
func NewPolicy(cfg Config) *Policy { return &Policy{cfg: cfg.WithDefaults()} }

// Parallel is how many copies each try sends.
func (p *Policy) Parallel() int { return p.cfg.Parallel }

// Session is what the policy remembers of one sale. The zero value is a sale
// that has not been tried yet.
type Session struct {
	tries int
	prev  time.Duration // the last delay, for the decorrelated jitter
}

// Tries is how many tries have ended.
func (s *Session) Tries() int { return s.tries }

// Outcome is how a try ended.
type Outcome struct {
	Cause      Cause
	RetryAfter time.Duration // what the server asked for; zero if nothing
}

// Reason says why a Decision came out as it did.
type Reason uint8

// The reasons.
const (
	Scheduled Reason = iota // there is a retry
	Succeeded               // nothing to retry
	NotListed               // this outcome is not retried
	Exhausted               // the attempts are used up
	NoBudget                // the retry budget is empty
)

var reasons = []string{"scheduled", "succeeded", "not listed", "exhausted", "no budget"}

func (r Reason) String() string { return reasons[r] }

// Decision is what a client does next.
type Decision struct {
	Retry  bool
	Delay  time.Duration // before the retry
	Reason Reason
}

// Next decides what follows a try that ended at now. c is the client's own
// state (nil where the policy needs none), s the sale's, rng the client's.
func (p *Policy) Next(now time.Duration, c *Client, s *Session, o Outcome, rng *rand.Rand) Decision {
	s.tries++
	switch {
	case o.Cause == OK:
		return Decision{Reason: Succeeded}
	case p.cfg.Backoff == None || !p.retries(o.Cause):
		return Decision{Reason: NotListed}
	case s.tries >= int(p.cfg.MaxAttempts):
		return Decision{Reason: Exhausted}
	case !c.spend(now, p.cfg.Budget):
		return Decision{Reason: NoBudget}
	}
	d := p.delay(s, rng)
	if p.cfg.RetryAfter == HonourRetryAfter {
		d = max(d, o.RetryAfter)
	}
	return Decision{Retry: true, Delay: d, Reason: Scheduled}
}

func (p *Policy) retries(c Cause) bool {
	return c != Cancelled && (len(p.cfg.On) == 0 || slices.Contains(p.cfg.On, c))
}

// delay gives the jittered delay before the next try.
func (p *Policy) delay(s *Session, rng *rand.Rand) time.Duration {
	if p.cfg.Jitter == DecorrelatedJitter {
		return p.decorrelated(s, rng)
	}
	d := p.backoff(s.tries)
	switch p.cfg.Jitter {
	case FullJitter:
		return uniform(rng, 0, d)
	case EqualJitter:
		return uniform(rng, d/2, d)
	case ProportionalJitter:
		spread := time.Duration(float64(d) * float64(p.cfg.JitterShare))
		return uniform(rng, d-spread, d+spread)
	case ExponentialJitter:
		return time.Duration(min(float64(d)*rng.ExpFloat64(), float64(p.ceiling())))
	}
	return d
}

// backoff gives the delay before jitter, after n tries.
func (p *Policy) backoff(n int) time.Duration {
	base := float64(p.cfg.Base)
	var d float64
	switch p.cfg.Backoff {
	case Constant:
		d = base
	case Linear:
		d = base * float64(n)
	case Exponential:
		d = base * math.Pow(p.cfg.Factor, float64(n-1))
	}
	return time.Duration(min(d, float64(p.ceiling())))
}

func (p *Policy) decorrelated(s *Session, rng *rand.Rand) time.Duration {
	if p.cfg.Backoff == Immediate {
		return 0
	}
	prev := max(s.prev, p.cfg.Base)
	s.prev = min(uniform(rng, p.cfg.Base, 3*min(prev, longest/3)), p.ceiling())
	return s.prev
}

// longest bounds a delay that nothing else does, so that no sum overflows.
const longest = 365 * 24 * time.Hour

func (p *Policy) ceiling() time.Duration {
	if p.cfg.Cap > 0 {
		return p.cfg.Cap
	}
	return longest
}

// uniform draws from [lo, hi].
func uniform(rng *rand.Rand, lo, hi time.Duration) time.Duration {
	if hi <= lo {
		return lo
	}
	return lo + time.Duration(rng.Int64N(int64(hi-lo)+1))
}

// WithDefaults gives the policy with every default in the place of the zero that stands
// for it. It leaves c as it is.
func (c Config) WithDefaults() Config {
	if c.MaxAttempts == 0 {
		c.MaxAttempts = 3
	}
	if c.Factor == 0 {
		c.Factor = 2
	}
	if c.Parallel == 0 {
		c.Parallel = 1
	}
	if c.JitterShare == 0 {
		c.JitterShare = 0.2
	}
	if c.Budget != nil {
		b := c.Budget.withDefaults()
		c.Budget = &b
	}
	if c.Breaker != nil {
		b := c.Breaker.withDefaults()
		c.Breaker = &b
	}
	return c
}

// Unlimited gives the policy without a bound on attempts, unless one is declared.
func (c Config) Unlimited() Config {
	if c.MaxAttempts == 0 {
		c.MaxAttempts = field.Unbounded
	}
	return c
}
