package terminal

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// longest bounds every wait, so that no sum of times overflows.
const longest = 365 * 24 * time.Hour

// Validate reports every wrong field at once, as a field.List.
func (c Config) Validate() error {
	var errs field.Errors
	if c.Terminals < 1 || c.Terminals > 1_000_000 {
		errs.Add("terminals", "must be how many terminals there are, from 1 to 1000000")
	}
	if c.Sale.Every < time.Millisecond {
		errs.Add("sale.every", "must be the mean time between two sales of one terminal, at least 1ms, such as '10s'")
	}
	if c.Sale.Deadline < 0 || c.Sale.Deadline > longest {
		errs.Add("sale.deadline", "must be longer than 0s and at most a year, such as '30s'")
	}
	if c.Timeout <= 0 || c.Timeout > longest {
		errs.Add("timeout", "must be how long an attempt waits for its answer, at most a year, such as '2s'")
	}
	if c.Connections.Pool < 0 {
		errs.Add("connections.pool", "must be the connections that the cohort shares, at least 1")
	}
	errs.Within("retry", c.Retry.Validate())
	if c.Offline != nil {
		errs.Within("offline", c.Offline.validate())
	}
	return errs.Err()
}

func (o *Offline) validate() error {
	var errs field.Errors
	if o.Capacity < 0 {
		errs.Add("capacity", "must be how many sales the queue holds, at least 1, or 'unbounded'")
	}
	if o.After < 0 || o.After > longest {
		errs.Add("after", "must be the wait before the first sync, longer than 0s and at most a year, such as '5s'")
	}
	if o.Pace < 0 || o.Pace > longest {
		errs.Add("pace", "must be the pause between two synced sales, at most a year, such as '100ms'")
	}
	errs.Within("retry", o.Retry.Validate())
	if o.Retry.Budget != nil {
		errs.Add("retry.budget", "belongs to the terminal's own retry, which paces a sync too; leave it out")
	}
	if o.Retry.Breaker != nil {
		errs.Add("retry.breaker", "belongs to the terminal's own retry, which stops a sync too; leave it out")
	}
	if o.Retry.Parallel > 1 {
		errs.Add("retry.parallel", "has no meaning for a sync, which sends one sale at a time; leave it out")
	}
	return errs.Err()
}

// WithDefaults fills in what a valid declaration left out.
func (c Config) WithDefaults() Config {
	if c.Sale.Deadline == 0 {
		c.Sale.Deadline = 30 * time.Second
	}
	if c.Offline != nil {
		o := c.Offline.withDefaults()
		c.Offline = &o
	}
	return c
}

func (o Offline) withDefaults() Offline {
	if o.Capacity == 0 {
		o.Capacity = 10_000
	}
	if o.After == 0 {
		o.After = 5 * time.Second
	}
	if o.Retry.Backoff == retry.None {
		o.Retry = retry.Config{
			Backoff: retry.Exponential, Base: o.After, Cap: max(time.Minute, o.After), Jitter: retry.FullJitter,
			RetryAfter: o.Retry.RetryAfter,
		}
	}
	o.Retry = o.Retry.Unlimited()
	return o
}
