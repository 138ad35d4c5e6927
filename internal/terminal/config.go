package terminal

import (
	"cmp"
	"time"

	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// Config declares a cohort: terminals that run one client version.
type Config struct {
	Cohort    string `json:"cohort"`    // its name
	Terminals int    `json:"terminals"` // how many
	// To is the node, or the name of backend.names, to which they send; the only
	// entry of the backend if empty.
	To string `json:"to"`
	// Tenants is how many tenants of the backend, such as shops, the terminals belong
	// to: the first ones to the first tenant, and so on in equal parts. Zero if each
	// terminal is one.
	Tenants int  `json:"tenants"`
	Sale    Sale `json:"sale"`
	// Hours is when the shops are open; always if nil.
	Hours *Hours `json:"hours"`
	// Demand is how the demand varies over the day of a shop.
	Demand []fault.Point `json:"demand"`
	// Zones are the local times of the shops, which are spread over them in equal
	// parts: the first ones to the first zone, and so on.
	Zones []Zone `json:"zones"`
	// Starts is the time of day at which the run begins, in the zone of offset 0.
	// Whoever makes the plan sets it: it is the same for all cohorts.
	Starts time.Duration `json:"-"`
	// Day is the length of a day, by which hours and the demand are meant; 24 h if zero.
	// Whoever makes the plan sets it, too.
	Day time.Duration `json:"-"`
	// Timeout is how long an attempt waits for its answer.
	Timeout time.Duration `json:"timeout"`
	// Cancel says what becomes of an attempt that nobody waits for any more.
	Cancel Cancellation `json:"cancel"`
	// Connections says whose connections carry the attempts.
	Connections Connections  `json:"connections"`
	Retry       retry.Config `json:"retry"`
	// Offline is the queue for sales that could not be sent; without one, a
	// sale that is given up is a failed sale.
	Offline *Offline `json:"offline"`
}

// day is the length of a day.
func (c *Config) day() time.Duration { return cmp.Or(c.Day, fault.Day) }

// Sale is how customers come.
type Sale struct {
	// Every is the mean time between two sales of one terminal.
	Every time.Duration `json:"every"`
	// Arrival is the law of that time.
	Arrival Arrival `json:"arrival"`
	// Deadline is how long a sale may take to count as goodput; when it has
	// passed, the terminal stops trying. 30 s if zero.
	Deadline time.Duration `json:"deadline"`
}

// Connections says whose connections carry the attempts: those of a pool that the
// whole cohort shares, or, if that is zero, each terminal's own, of which it keeps
// one and opens another one while that is busy.
type Connections = caller.Connections

// Offline is a terminal's store for sales that the backend has not taken yet.
type Offline struct {
	// Capacity is how many sales it holds; what does not fit fails. 10000 if zero.
	Capacity field.Limit `json:"capacity"`
	// After is how long the terminal waits before it first tries to sync; 5 s
	// if zero.
	After time.Duration `json:"after"`
	// Jitter says how After is spread.
	Jitter Spread `json:"jitter"`
	// Pace is the pause between two synced sales; none if zero.
	Pace time.Duration `json:"pace"`
	// Parallel is how many sales are synced at once, each at that pace; 1 if zero.
	Parallel int `json:"parallel"`
	// Order says which sale is synced next.
	Order Order `json:"order"`
	// Payments says whether a customer can pay while the sale cannot be sent. If
	// not, the customer is turned away; true if nil.
	Payments *bool `json:"payments"`
	// BusinessDate is the date that travels with a sale that is synced.
	BusinessDate BusinessDate `json:"businessDate"`
	// Retry is the policy for a sync that fails; its attempts are unbounded
	// unless declared.
	Retry retry.Config `json:"retry"`
}

// paysOffline says whether a customer can pay while the sale cannot be sent.
func (o *Offline) paysOffline() bool { return o.Payments == nil || *o.Payments }
