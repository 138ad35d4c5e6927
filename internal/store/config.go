package store

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
)

// Config declares the disk of a node that records sales. Its zero value takes no time
// in the model, and in real time what the machine's own disk takes.
type Config struct {
	// Write is how long a commit takes on the disk: one write of the log and one
	// fsync, for all the commits that share it.
	Write time.Duration `json:"write"`
	// Read is how long it takes to look up what is known of the sales that share a
	// commit.
	Read time.Duration `json:"read"`
	// SyncEvery is the time between two fsyncs, as of Redis's appendfsync everysec:
	// a commit is acknowledged before it is synced, and a crash that loses what is
	// not synced loses it. If zero, each commit is synced before it is acknowledged.
	SyncEvery time.Duration `json:"syncEvery"`
	// Group is the most commits that share an fsync; those that arrive while one is
	// under way share the next. Unbounded if zero.
	Group field.Limit `json:"group"`
}

// The bounds of what can be declared.
const (
	longestOperation = time.Minute
	mostSyncEvery    = time.Hour
)

// Validate reports every wrong field, as a field.List, or nil.
func (c Config) Validate() error {
	var errs field.Errors
	for _, f := range []struct {
		name  string
		value time.Duration
		most  time.Duration
		such  string
	}{
		{"write", c.Write, longestOperation, "5ms"}, {"read", c.Read, longestOperation, "1ms"}, {"syncEvery", c.SyncEvery, mostSyncEvery, "1s"},
	} {
		if f.value < 0 || f.value > f.most {
			errs.Add(f.name, "must be a time of at most %v, such as '%s'", f.most, f.such)
		}
	}
	switch {
	case c.Group < 0 && c.Group != field.Unbounded:
		errs.Add("group", "must be a whole number from 1, or 'unbounded', the commits that share an fsync")
	case c.Group > 0 && c.Group != field.Unbounded && c.SyncEvery > 0:
		errs.Add("group", "has no meaning with syncEvery, where no commit waits for an fsync; leave one of them out")
	}
	return errs.Err()
}

// group is the most commits that share an fsync.
func (c Config) group() int {
	if c.Group == 0 {
		return field.Unbounded.Count()
	}
	return c.Group.Count()
}
