package fault

import (
	"math"
	"strings"
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/store"
)

// Kind is a kind of trigger.
type Kind uint8

// The triggers.
const (
	Spike        Kind = iota + 1 // customers bring Times as many sales
	Crash                        // the node is killed at once and started again after For
	Freeze                       // the node stands still, its connections stay open
	CPU                          // the node gets CPUs processors instead of its own
	Shed                         // the operator has Share of the requests to the node turned away
	RetriesOff                   // the operator switches every client's retries off, those of offline queues too
	Rollout                      // terminals get another version of the client, evenly over For; it does not end with it
	Cut                          // the link is cut: nothing passes in a Way, or connections are refused
	Latency                      // the link takes Latency longer, give or take Jitter
	Loss                         // the link loses Share of the packets
	Bandwidth                    // the link passes Rate bytes a second
	Reset                        // the link breaks the connection of Share of the messages that pass
	DiskSlow                     // each commit takes Latency longer
	DiskErrors                   // a Share of the disk's operations Of that kind fails with EIO
	DiskFull                     // the disk is full: ENOSPC
	DiskReadOnly                 // the disk takes no writes: EROFS
	DiskDegraded                 // an array that has lost a member: each operation takes Times as long
	Cold                         // the node's cache is emptied as it begins; how long it stays cold is the node's Warmup
	Memory                       // the node runs out of memory, so that the kernel kills it; after For it has its memory back and is started again
	Failover                     // the operator has Name stand for the node To
	Failback                     // the operator has Name stand for the node To again
	Migrate                      // the operator moves the tenants of Name to the node To in stages
	Remount                      // the operator mounts a disk anew, which takes writes again
	Replace                      // the operator replaces what has failed
	Restore                      // the operator restores a node from an image: Data at Rate
)

// The bounds of what can be declared.
const (
	mostTimes = 1000
	mostCPUs  = 1024
	// longestLatency is as long as a SCSI command may take before Linux gives it up
	// and a little more (30 s, with a retry).
	longestLatency = time.Minute
)

// String gives the trigger's name, or "none" for no trigger.
func (k Kind) String() string {
	if !k.known() {
		return "none"
	}
	return kinds[k-1]
}

// StrikesNode says whether the trigger is something that happens to a node or its
// disk, rather than to what the clients do.
func (k Kind) StrikesNode() bool {
	return k.known() && (k.Target() == OnNode || k.Target() == OnDisk)
}

// TakesDown says whether the trigger ends the node, which is started again when the
// trigger is gone.
func (k Kind) TakesDown() bool { return k == Crash || k == Memory }

// TellsMaker says whether a result tells what made the trigger, since that depends on
// the engine and the machine.
func (k Kind) TellsMaker() bool { return k.StrikesDisk() || k == Memory }

// StrikesLink says whether the trigger is something that happens to a link.
func (k Kind) StrikesLink() bool { return k.known() && k.Target() == OnLink }

// ChangesName says whether the trigger is an order that changes what a name stands for.
func (k Kind) ChangesName() bool { return k.known() && k.Target() == OnName }

// MarshalText gives the word that UnmarshalText reads.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the trigger's name.
func (k *Kind) UnmarshalText(text []byte) error {
	i, err := field.OneOf(string(text), kinds)
	if err == nil {
		*k = Kind(i + 1) //nolint:gosec // an index into a handful of words
	}
	return err
}

// Event is one trigger on the timeline.
type Event struct {
	Kind   Kind          `json:"kind"`
	At     time.Duration `json:"at"`     // since the run began
	For    time.Duration `json:"for"`    // how long it lasts
	Times  float64       `json:"times"`  // Spike: demand as a multiple of the usual; DiskDegraded: the time of an operation, likewise
	Cohort string        `json:"cohort"` // Spike: whose customers; all if empty
	Node   string        `json:"node"`   // what strikes a node: which one; the only one if empty
	CPUs   float64       `json:"cpus"`   // CPU: processors left to the node
	Share  field.Ratio   `json:"share"`  // Shed: of the requests that arrive; Loss: of the packets; Reset: of the messages; DiskErrors: of the operations; Rollout: of the terminals, all if zero
	// From is of a Rollout the cohort whose terminals get the client of another; of what
	// strikes a link the node that calls, or "fleet", which it is if empty.
	From string `json:"from"`
	To   string `json:"to"` // that other one; the node that is called, the entry if empty; of an order the node that Name is to stand for
	// Region stands in place of Node, for every node in it.
	Region string  `json:"region"`
	Name   string  `json:"name"`   // Failover, Failback, Migrate: which of backend.names
	Stages []Stage `json:"stages"` // Migrate: in the order of time
	// Data is how much a Restore restores, at Rate.
	Data field.Bytes `json:"data"`
	// Promote has the node To, a replica, take writes from then on.
	Promote bool `json:"promote"` // Failover
	// Merge gives the node To and its replicas all the sales that any of them has.
	Merge bool `json:"merge"` // Failback

	// What strikes a link.
	How     How           `json:"how"`     // Cut: what becomes of packets
	Way     Way           `json:"way"`     // in which direction
	Latency time.Duration `json:"latency"` // Latency: how much longer each way takes; DiskSlow: each commit
	Jitter  time.Duration `json:"jitter"`  // Latency: by how much of it that is more or less, uniformly
	Rate    field.Bytes   `json:"rate"`    // Bandwidth: bytes a second in each way, of all connections together; Restore: bytes a second

	Of       store.Operation `json:"of"`       // DiskErrors: which operations
	Unsynced Unsynced        `json:"unsynced"` // Crash: what becomes of what is not synced yet

	// Endless says that it is still on, or comes and goes, when the run ends, in place
	// of For. A plan that is run has For up to its horizon then.
	Endless bool `json:"endless"`
	// Flap makes a fault come and go; it is on all the time if nil.
	Flap *Flap `json:"flap"`
}

// Stage is a part of a migration: from At on, Share of all tenants have moved.
type Stage struct {
	At    time.Duration `json:"at"`    // since the run began
	Share field.Ratio   `json:"share"` // of all tenants, those of the stages before included
}

// End is when the trigger is gone. One that is done at once ends as it begins, and a
// migration with its last stage.
func (e Event) End() time.Duration {
	if n := len(e.Stages); n > 0 {
		return max(e.At, e.Stages[n-1].At)
	}
	return e.At + e.For
}

// Validate reports every field that is wrong for the event's kind.
func (e Event) Validate() error {
	var errs field.Errors
	if !e.Kind.known() {
		errs.Add("kind", "is missing; write one of '%s'", strings.Join(kinds, "', '"))
		return errs.Err()
	}
	if e.At <= 0 {
		errs.Add("at", "must be later than 0s, so that there is a baseline to compare with")
	}
	switch {
	case e.Kind.Momentary() && e.For != 0:
		errs.Add("for", "has no meaning for a %s, which is ordered at a moment; leave it out", e.Kind)
	case e.Kind.Momentary():
	case e.Endless && e.For != 0:
		errs.Add("for", "has no meaning for what is endless; leave one of the two out")
	case e.Endless:
	case e.For <= 0:
		errs.Add("for", "must be longer than 0s, such as '20s'")
	case e.For > math.MaxInt64-max(e.At, 0):
		errs.Add("for", "is longer than there is time after at; write one such as '20s'")
	}
	e.own(&errs)
	e.staged(&errs)
	e.coming(&errs)
	return errs.Err()
}

// coming reports what is wrong with how the event comes and goes.
func (e Event) coming(errs *field.Errors) {
	if e.Endless && e.Kind.Target() == OnFleet {
		errs.Add("endless", "has no meaning for a %s, whose effect is judged from its end on; write for how long it lasts", e.Kind)
	}
	switch {
	case e.Endless && e.Kind.Momentary():
		errs.Add("endless", "has no meaning for a %s, which is ordered at a moment; leave it out", e.Kind)
	case e.Flap == nil:
	case e.Kind.Target() == OnFleet || e.Kind.Momentary():
		errs.Add("flap", "has no meaning for a %s; write one for each time", e.Kind)
	default:
		errs.Within("flap", e.Flap.Validate(e.For))
	}
}

// staged reports what is wrong with the stages of a migration.
func (e *Event) staged(errs *field.Errors) {
	last := Stage{At: e.At}
	for i, s := range e.Stages {
		path := field.At("stages", i)
		switch {
		case i == 0 && s.At < e.At:
			errs.Add(path+".at", "is before the migration itself; write a time no earlier than its at")
		case i > 0 && s.At <= last.At:
			errs.Add(path+".at", "must be later than the stage before")
		}
		switch {
		case !(s.Share > 0 && s.Share <= 1):
			errs.Add(path+".share", "must be a share above 0 and up to 1, such as 0.97 or '97%%'")
		case s.Share <= last.Share:
			errs.Add(path+".share", "must be greater than that of the stage before; each has all tenants that have moved by then")
		}
		last = s
	}
}
