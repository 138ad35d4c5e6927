package sim

import (
	"fmt"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/node"
)

// strike is the beginning or the end of a fault.
type strike struct {
	fault.Event
	on, failed bool // whether it begins; whether the node then was not as it is to be
}

// schedule sets the faults' beginnings and ends. What ends does so before
// anything begins at the same moment.
func (r *run) schedule() {
	for _, on := range []bool{false, true} {
		for _, e := range r.cfg.Plan.Struck() {
			at := e.At
			if !on {
				at = e.End()
				if r.cfg.Plan.Stays(e) {
					continue
				}
			}
			r.at(at, uint32(len(r.faulty)), strikes) //nolint:gosec // a handful
			r.faulty = append(r.faulty, strike{Event: e, on: on})
		}
	}
}

func (r *run) strike(i int) {
	s := r.faulty[i]
	r.struck(&s)
	ev := node.Event{Kind: node.Fault, Strike: s.Kind, On: s.on}
	switch s.Kind {
	case fault.Spike, fault.Rollout, fault.Failover, fault.Failback, fault.Migrate: // which those who send know by themselves
		return
	case fault.Remount, fault.Replace, fault.Restore: // the ends of other faults
		return
	case fault.Cut, fault.Latency, fault.Loss, fault.Bandwidth, fault.Reset:
		r.strikeLink(s)
		return
	case fault.RetriesOff: // which the terminals know by themselves
		for k := range r.nodes {
			r.tell(uint8(k), &ev)
		}
		return
	case fault.Shed:
		ev.Amount = float64(s.Share)
	case fault.CPU:
		ev.Amount = s.CPUs
	}
	if disk, ok := s.Disk(); ok {
		ev.Disk = &disk
	}
	ev.Lost = s.Unsynced == fault.Lost
	at := r.entryNode
	if s.Node != "" {
		at = uint8(r.graph.Index(s.Node)) //nolint:gosec // a few nodes
	}
	r.tell(at, &ev)
	r.faulty[i].failed = r.nodes[at].node.Suffers(&ev) != s.on
}

// faults says how the timeline was carried out: faults first, then spikes, as
// a live run has them.
func (r *run) faults() []history.Fault {
	var faults, spikes []history.Fault
	for i, e := range r.cfg.Plan.Struck() {
		if e.Kind.ChangesName() {
			faults = append(faults, r.changed(i, e))
			continue
		}
		f := r.cfg.Plan.Planned(e)
		f.Applied = r.reached(e.At) && !r.failed(&e, true)
		f.Removed = !f.Endless && r.reached(e.End()) && !r.failed(&e, false)
		f.Evidence = "in the model"
		if e.Kind.TellsMaker() {
			f.Made = history.InModel
		}
		if e.Kind == fault.Shed {
			f.Evidence = fmt.Sprintf("in the model: %g%% of what arrives, for %v", 100*e.Share, e.For)
		}
		if !e.Kind.StrikesNode() && !e.Kind.StrikesLink() {
			spikes = append(spikes, f)
		} else {
			faults = append(faults, f)
		}
	}
	return append(faults, spikes...)
}

// failed says whether a node was not as it is to be right after an event of the
// timeline had begun, or ended.
func (r *run) failed(e *fault.Event, on bool) bool {
	for i := range r.faulty {
		if s := &r.faulty[i]; s.failed && s.on == on && s.Kind == e.Kind && s.Node == e.Node && s.At == e.At {
			return true
		}
	}
	return false
}

// reached says whether the run got as far as a moment.
func (r *run) reached(at time.Duration) bool { return r.problem == "" || r.now >= at }

// changed says how an order that changes a name was carried out.
func (r *run) changed(i int, e fault.Event) history.Fault {
	var moved []time.Duration
	if r.toEntries != nil {
		moved = r.toEntries.Moved(i)
	}
	f := r.cfg.Plan.Changed(i, moved)
	f.Removed = r.reached(e.End())
	return f
}
