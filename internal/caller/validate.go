package caller

import (
	"slices"
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
)

// longest bounds every wait, so that no sum of times overflows.
const longest = 365 * 24 * time.Hour

// mostTargets is how many nodes one link can lead to.
const mostTargets = 64

// Validate reports every wrong field at once, as a field.List, or nil. Whether the
// nodes that it names exist is not its business.
func (c Config) Validate() error {
	var errs field.Errors
	c.targets(&errs)
	if c.Timeout <= 0 || c.Timeout > longest {
		errs.Add("timeout", "must be how long an attempt waits for its answer, at most a year, such as '1s'")
	}
	if c.Deadline < 0 || c.Deadline > longest {
		errs.Add("deadline", "must be how long all attempts may take together, at most a year, such as '5s'; leave it out for no bound")
	}
	if c.Connections.Pool < 0 {
		errs.Add("connections.pool", "must be the connections that all calls share, at least 1; leave it out for no bound")
	}
	errs.Within("retry", c.Retry.Validate())
	return errs.Err()
}

func (c Config) targets(errs *field.Errors) {
	switch n := len(c.To); {
	case n == 0:
		errs.Add("to", "is missing; write the name of the node that is called, such as 'database'")
	case n > mostTargets:
		errs.Add("to", "has %d nodes; at most %d are supported", n, mostTargets)
	case n > 1 && c.Target == Fixed:
		errs.Add("target", "does not say which of the %d nodes is called; write one of 'tenant', 'round-robin', 'least-in-flight'", n)
	case n == 1 && c.Target != Fixed:
		errs.Add("target", "is '%s', and there is one node to choose from; name several in to, or leave target out", c.Target)
	}
	for i, name := range c.To {
		if slices.Index(c.To, name) < i {
			errs.Add(field.At("to", i), "is %s, which stands in the list already", field.Show(name))
		}
	}
}
