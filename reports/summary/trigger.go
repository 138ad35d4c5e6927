package summary

import (
	"cmp"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// trigger is what disturbed a run, if anything did.
type trigger struct {
	what     string // in an owner's words
	from, to float64
	many     bool
	stays    bool // one of them was on, or came and went, until the horizon, as declared
}

func triggerOf(run *reports.Run) trigger {
	span := run.Verdict.Evidence.Trigger
	t := trigger{from: span.FromS, to: span.ToS, many: len(run.Faults) > 1}
	if t.none() {
		return t
	}
	for i := range run.Faults {
		words := wordsFor(run.Faults[i].Kind)
		if t.what != "" && t.what != words {
			words = wordsFor("")
		}
		t.what = words
		t.stays = t.stays || run.Faults[i].Endless
	}
	t.what = cmp.Or(t.what, wordsFor(""))
	return t
}

// wordsFor names a kind of fault as an owner would.
func wordsFor(kind string) string {
	switch kind {
	case "spike":
		return "spike"
	case "crash":
		return "outage of the server"
	case "freeze":
		return "freeze of the server"
	case "shed":
		return "shedding by the operator"
	case "retriesOff":
		return "time without retries"
	case "cut":
		return "cut of the network"
	case "latency", "loss", "bandwidth", "reset":
		return "trouble of the network"
	case "failover", "failback", "migrate":
		return "switch to another server"
	case "memory":
		return "outage of the server for want of memory"
	case "cpu":
		return "shortage of processors"
	}
	return "disturbance"
}

func (t trigger) none() bool { return !(t.to > t.from) }

// over is the sentence that says when the trigger ended, and the space after it.
func (t trigger) over() string {
	if t.none() {
		return "nothing disturbed the system from outside. "
	}
	which := "the "
	if t.many {
		which = "the last "
	}
	if t.stays {
		return "the " + t.what + " that began at " + phrase.Clock(t.from) + " did not end. "
	}
	return which + t.what + " ended at " + phrase.Clock(t.to) + ". "
}

func (t trigger) harmless() string {
	switch {
	case t.none():
		return "nothing disturbed the system, and it"
	case t.many:
		return "what disturbed the system from " + phrase.Clock(t.from) + " to " + phrase.Clock(t.to) + " did no harm: the system"
	}
	return "the " + t.what + " from " + phrase.Clock(t.from) + " to " + phrase.Clock(t.to) + " did no harm: the system"
}
