package fault

import (
	"math"
	"strings"
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
)

// Kind is a kind of trigger.
type Kind uint8

// The triggers.
const (
	Spike      Kind = iota + 1 // customers bring Times as many sales
	Crash                      // the node is killed at once and started again after For
	Freeze                     // the node stands still, its connections stay open
	CPU                        // the node gets CPUs processors instead of its own
	Shed                       // the operator has Share of the requests to the node turned away
	RetriesOff                 // the operator switches every client's retries off, those of offline queues too
)

// The bounds of what can be declared.
const (
	mostTimes = 1000
	mostCPUs  = 1024
)

var kinds = []string{"spike", "crash", "freeze", "cpu", "shed", "retriesOff"}

// String gives the trigger's name, or "none" for no trigger.
func (k Kind) String() string {
	if k == 0 || int(k) > len(kinds) {
		return "none"
	}
	return kinds[k-1]
}

// StrikesNode says whether the trigger is something that happens to a node,
// rather than to what the clients do.
func (k Kind) StrikesNode() bool { return k != 0 && k != Spike && k != RetriesOff }

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
	Times  float64       `json:"times"`  // Spike: demand as a multiple of the usual
	Cohort string        `json:"cohort"` // Spike: whose customers; all if empty
	Node   string        `json:"node"`   // what strikes a node: which one; the only one if empty
	CPUs   float64       `json:"cpus"`   // CPU: processors left to the node
	Share  field.Ratio   `json:"share"`  // Shed: of the requests that arrive
}

// End is when the trigger is gone.
func (e Event) End() time.Duration { return e.At + e.For }

// Validate reports every field that is wrong for the event's kind.
func (e Event) Validate() error {
	var errs field.Errors
	if e.Kind == 0 || int(e.Kind) > len(kinds) {
		errs.Add("kind", "is missing; write one of '%s'", strings.Join(kinds, "', '"))
		return errs.Err()
	}
	if e.At <= 0 {
		errs.Add("at", "must be later than 0s, so that there is a baseline to compare with")
	}
	switch {
	case e.For <= 0:
		errs.Add("for", "must be longer than 0s, such as '20s'")
	case e.For > math.MaxInt64-max(e.At, 0):
		errs.Add("for", "is longer than there is time after at; write one such as '20s'")
	}
	if e.Kind == Spike && !(e.Times > 0 && e.Times <= mostTimes) {
		errs.Add("times", "must be a multiple of the usual demand above 0 and up to %d, such as 3", mostTimes)
	}
	if e.Kind == CPU && !(e.CPUs > 0 && e.CPUs <= mostCPUs) {
		errs.Add("cpus", "must be the processors left to the node, above 0 and up to %d, such as 0.2", mostCPUs)
	}
	if e.Kind == Shed && !(e.Share > 0 && e.Share <= 1) {
		errs.Add("share", "must be the share of requests to turn away, above 0 and up to 1, such as 0.5 or '50%%'")
	}
	e.alien(&errs)
	return errs.Err()
}

// alien reports the fields that belong to another kind of trigger.
func (e Event) alien(errs *field.Errors) {
	if e.Kind != Spike && e.Times != 0 {
		errs.Add("times", "belongs to a spike, not to a %s; leave it out", e.Kind)
	}
	if e.Kind != Spike && e.Cohort != "" {
		errs.Add("cohort", "belongs to a spike, not to a %s; leave it out", e.Kind)
	}
	if !e.Kind.StrikesNode() && e.Node != "" {
		errs.Add("node", "has no meaning for a %s; leave it out", e.Kind)
	}
	if e.Kind != CPU && e.CPUs != 0 {
		errs.Add("cpus", "belongs to a cpu fault, not to a %s; leave it out", e.Kind)
	}
	if e.Kind != Shed && e.Share != 0 {
		errs.Add("share", "belongs to a shed, not to a %s; leave it out", e.Kind)
	}
}
