package network

import (
	"regexp"
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
)

// Name declares a name that stands for one node at a time, as a name in the DNS or a
// routing setting that clients poll does. Orders of the timeline change for which.
type Name struct {
	Name string `json:"name"`
	// Node is the node that it stands for at the beginning.
	Node string `json:"node"`
	// Cache is how long whoever has asked keeps an answer that has been changed
	// meanwhile. If nil, everybody hears of a change at once.
	Cache *Cache `json:"cache"`
}

// Cache is the law of how long after a change the old answer is still used. A record
// of the DNS with a time to live of T is one that is uniform from zero to T, since
// each cache has asked at its own time; so is a setting that is polled every T.
type Cache struct {
	Distribution Distribution `json:"distribution"`
	// From and To are the bounds. A constant one has From alone.
	From time.Duration `json:"from"`
	To   time.Duration `json:"to"`
}

// longest bounds every wait, so that no sum of times overflows.
const longest = 365 * 24 * time.Hour

// named is what a node can be called, and so a name that stands in its place.
var named = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$`)

// Validate reports every wrong field at once, as a field.List, or nil. Whether there
// is such a node is not its business.
func (n Name) Validate() error {
	var errs field.Errors
	if !named.MatchString(n.Name) {
		errs.Add("name", "must be 1 to 63 letters, digits, '.', '_' or '-', the first a letter or digit, such as 'pos'")
	}
	if n.Node == "" {
		errs.Add("node", "is missing; write the node that the name stands for at the beginning")
	}
	if n.Cache != nil {
		errs.Within("cache", n.Cache.Validate())
	}
	return errs.Err()
}

// Validate reports every wrong field at once, as a field.List, or nil.
func (c Cache) Validate() error {
	var errs field.Errors
	switch {
	case c.From < 0 || c.From > longest:
		errs.Add("from", "must be from 0s to a year, such as '5m'")
	case c.Distribution == Loguniform && c.From == 0:
		errs.Add("from", "must be longer than 0s where the distribution is loguniform, such as '5m'")
	case c.Distribution == Constant && c.From == 0:
		errs.Add("from", "is missing; write how long an old answer is kept, such as '5m', or leave cache out")
	}
	switch {
	case c.Distribution == Constant && c.To != 0:
		errs.Add("to", "has no meaning where the distribution is constant; leave it out")
	case c.Distribution != Constant && (c.To <= 0 || c.To > longest):
		errs.Add("to", "must be the longest that an old answer is kept, at most a year, such as '24h'")
	case c.Distribution != Constant && c.To < c.From:
		errs.Add("to", "is shorter than from; write at least %v", c.From)
	}
	return errs.Err()
}
