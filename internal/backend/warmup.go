package backend

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
)

// Warmup is how a node serves whose cache is empty: after a restart a service that
// begins takes Times its usual length, and over For that falls to its usual length in
// a straight line. A node is warm when a run begins.
type Warmup struct {
	For   time.Duration `json:"for"`
	Times float64       `json:"times"`
}

const longestWarmup = 24 * time.Hour

// Validate reports every wrong field, as a field.List, or nil.
func (w Warmup) Validate() error {
	var errs field.Errors
	if w.For <= 0 || w.For > longestWarmup {
		errs.Add("for", "must be longer than 0s and at most 24h, such as '30s'")
	}
	if w.Times == 1 || !within(w.Times, 1, mostTimes) {
		errs.Add("times", "must be a multiple of the usual service time above 1 and up to %d, such as 4", mostTimes)
	}
	return errs.Err()
}

// Cool empties the node's cache at now: it warms up again as its Warmup says.
func (n *Node) Cool(now time.Duration) {
	if n.cfg.Warmup != nil {
		n.warm = now + n.cfg.Warmup.For
	}
}

// cold gives how many times its usual length a service takes that begins now, for the
// cache alone.
func (n *Node) cold() float64 {
	if n.warm <= n.now {
		return 1
	}
	w := n.cfg.Warmup
	return 1 + (w.Times-1)*min(float64(n.warm-n.now)/float64(w.For), 1)
}
