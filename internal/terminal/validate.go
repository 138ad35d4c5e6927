package terminal

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// longest bounds every wait, so that no sum of times overflows.
const longest = 365 * 24 * time.Hour

// mostSyncs is how many sales one terminal can sync at once.
const mostSyncs = 100

// Validate reports every wrong field at once, as a field.List.
func (c Config) Validate() error { return c.validate(1) }

// ValidateVersion is Validate for a version that is rolled out, which no terminal need
// run at the beginning.
func (c Config) ValidateVersion() error { return c.validate(0) }

func (c *Config) validate(least int) error {
	var errs field.Errors
	if c.Terminals < least || c.Terminals > 1_000_000 {
		errs.Add("terminals", "must be how many terminals there are, from %d to 1000000", least)
	}
	if c.Tenants < 0 || c.Terminals > 0 && c.Tenants > c.Terminals {
		errs.Add("tenants", "must be how many tenants the terminals belong to, from 1 to as many as there are terminals")
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
	c.place(&errs)
	return errs.Err()
}

// place reports what is wrong with where and when the shops are open.
func (c *Config) place(errs *field.Errors) {
	for i, z := range c.Zones {
		switch {
		case z < -widest || z > widest:
			errs.Add(field.At("zones", i), "is %v; write an offset from '-14h' to '+14h'", z)
		case time.Duration(z).Abs() >= c.day():
			errs.Add(field.At("zones", i), "is %v, as long as a day of %v or longer; write a shorter offset", z, c.day())
		}
	}
	curve := fault.ValidateCurve(c.Demand, c.day())
	errs.Within("demand", curve)
	if c.Hours == nil {
		return
	}
	hours := c.Hours.validate(c.day())
	errs.Within("hours", hours)
	if hours == nil && curve == nil && !c.sells() {
		errs.Add("demand", "has no demand while the shop is open; write a point with times above 0 for a time within hours")
	}
}

// sells says whether there is any demand while the shop is open.
func (c *Config) sells() bool {
	h := Hours{Open: c.Hours.Open, Close: c.Hours.Close}
	cal := calendar{day: c.day(), hours: &h, curve: c.Demand}
	for at := time.Duration(0); at < 2*c.day(); {
		times, until := cal.At(at)
		if times > 0 {
			return true
		}
		at = until
	}
	return false
}

// lastDay is the last day that can be declared as closed: a run lasts 30 days at most.
const lastDay = 31

func (h *Hours) validate(day time.Duration) error {
	var errs field.Errors
	if h.Open < 0 || h.Open >= day {
		errs.Add("open", "must be the time of day at which the shop opens, from '0h' and before the day ends, at '24h' unless declared, such as '9h'")
	}
	if h.Close <= 0 || h.Close > day {
		errs.Add("close", "must be the time of day at which the shop closes, up to the end of the day, '24h' unless declared, such as '21h30m'")
	}
	if h.Open == h.Close {
		errs.Add("close", "is when it opens, so that it never does; write another time of day, or leave hours out if it never closes")
	}
	for i, d := range h.ClosedDays {
		if d < 0 || d > lastDay {
			errs.Add(field.At("closedDays", i), "must be a day of the run, from 0, on which it begins, to %d", lastDay)
		}
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
	if o.Parallel < 0 || o.Parallel > mostSyncs {
		errs.Add("parallel", "must be how many sales are synced at once, from 1 to %d", mostSyncs)
	}
	if o.Parallel > 1 && o.Order == InOrder {
		errs.Add("order", "must be 'any' where %d sales are synced at once, for one that fails is overtaken by the others", o.Parallel)
	}
	errs.Within("retry", o.Retry.Validate())
	if o.Retry.Budget != nil {
		errs.Add("retry.budget", "belongs to the terminal's own retry, which paces a sync too; leave it out")
	}
	if o.Retry.Breaker != nil {
		errs.Add("retry.breaker", "belongs to the terminal's own retry, which stops a sync too; leave it out")
	}
	if o.Retry.Parallel > 1 {
		errs.Add("retry.parallel", "has no meaning for a sync, which sends one copy of each sale; leave it out")
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
