package retry

import (
	"slices"
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
)

// mostParallel bounds the copies of one try.
const mostParallel = 100

// Validate reports every wrong field at once, as a field.List.
func (c Config) Validate() error {
	var errs field.Errors
	if c.Backoff == None {
		c.idle(&errs)
	}
	c.delays(&errs)
	if c.MaxAttempts < 0 {
		errs.Add("maxAttempts", "must be the attempts of one sale, at least 1, or 'unbounded'")
	}
	if c.Parallel < 0 || c.Parallel > mostParallel {
		errs.Add("parallel", "must be the copies of each try, from 1 to %d", mostParallel)
	}
	if slices.Contains(c.On, OK) || slices.Contains(c.On, Cancelled) {
		errs.Add("on", "may hold failures only, such as 'timeout'")
	}
	if c.Budget != nil {
		errs.Within("budget", c.Budget.validate())
	}
	if c.Breaker != nil {
		errs.Within("breaker", c.Breaker.validate())
	}
	return errs.Err()
}

// idle reports what has no meaning for a policy that never retries.
func (c Config) idle(errs *field.Errors) {
	const remedy = "has no effect, since this policy never retries; name a backoff or leave it out"
	if c.MaxAttempts > 1 {
		errs.Add("maxAttempts", remedy)
	}
	if c.Jitter != NoJitter {
		errs.Add("jitter", remedy)
	}
	if c.JitterShare != 0 {
		errs.Add("jitterShare", remedy)
	}
	if c.Base != 0 {
		errs.Add("base", remedy)
	}
	if c.Cap != 0 {
		errs.Add("cap", remedy)
	}
	if len(c.On) > 0 {
		errs.Add("on", remedy)
	}
	if c.Budget != nil {
		errs.Add("budget", remedy)
	}
}

func (c Config) delays(errs *field.Errors) {
	grows := c.Backoff >= Constant
	if grows && c.Base <= 0 {
		errs.Add("base", "must be the first delay of a %s backoff, longer than 0s, such as '500ms'", c.Backoff)
	}
	if c.Backoff == Immediate && c.Base != 0 {
		errs.Add("base", "belongs to a backoff that waits; leave it out, or write 'constant'")
	}
	if c.Backoff == Immediate && c.Jitter != NoJitter {
		errs.Add("jitter", "has no delay to spread in an immediate retry; leave it out")
	}
	if c.Backoff != None && c.Cap != 0 && c.Cap < c.Base {
		errs.Add("cap", "must not be shorter than base")
	}
	if c.Factor != 0 && (!(c.Factor >= 1 && c.Factor <= 100) || c.Backoff != Exponential) {
		errs.Add("factor", "must be the growth of an exponential backoff, from 1 to 100")
	}
	switch share := c.JitterShare; {
	case share != 0 && c.Jitter != ProportionalJitter && c.Backoff != None:
		errs.Add("jitterShare", "belongs to a proportional jitter; leave it out, or write jitter 'proportional'")
	case !(share >= 0 && share <= 1):
		errs.Add("jitterShare", "must be a share of the delay above 0 and up to 1, such as 0.2 or '20%%'")
	}
	if c.Base > longest || c.Cap > longest {
		errs.Add("base", "and cap must not be longer than a year")
	}
}

func (b *Budget) validate() error {
	var errs field.Errors
	// Written so that what is not a number is refused too.
	if !(b.Ratio >= 0 && b.Ratio <= 10) {
		errs.Add("ratio", "must be the retries earned per request, from 0 to 10, such as 0.2 or '20%%'")
	}
	if !(b.PerSec >= 0 && b.PerSec <= 1e6) {
		errs.Add("minPerSecond", "must be from 0 to 1000000")
	}
	if b.Tokens != 0 && !(b.Tokens >= 1 && b.Tokens <= 1e9) {
		errs.Add("tokens", "must be how many retries the budget can hold, at least 1")
	}
	if b.Ratio == 0 && b.PerSec == 0 {
		errs.Add("ratio", "or minPerSecond must be above 0, or the budget never fills")
	}
	return errs.Err()
}

func (b *Breaker) validate() error {
	var errs field.Errors
	if !(b.Ratio >= 0 && b.Ratio <= 1) {
		errs.Add("failureRatio", "must be a share from 0 to 1, such as 0.5 or '50%%'")
	}
	if b.Calls < 0 {
		errs.Add("calls", "must be at least 1")
	}
	if b.HalfOpen < 0 {
		errs.Add("halfOpen", "must be at least 1")
	}
	if b.Open != 0 && (b.Open < slotCount*time.Millisecond || b.Open > longest) {
		errs.Add("open", "must be at least 10ms and at most a year")
	}
	if b.Window != 0 && (b.Window < slotCount*time.Millisecond || b.Window > longest) {
		errs.Add("window", "must be at least 10ms and at most a year")
	}
	return errs.Err()
}
