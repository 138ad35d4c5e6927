package node

import (
	"math/rand/v2"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/store"
)

// Node is one whole node. It is not safe for concurrent use.
//
// What it is, and what becomes of events then:
//
//	state   Arrive   others               Fault
//	up      taken    taken                crash: down, with Reset · freeze: frozen
//	frozen  kept     kept                 end of the freeze: up, and takes all that it kept, in order
//	down    Refuse   of nothing it knows  end of the crash: up, with nothing from before but the orders
//
// A request whose own service is over, at a node that calls others, stays with its
// worker while it is called for, and while its sale is being committed to a declared
// disk. In the real arm the operating system kills and
// freezes the process, so that no node is ever told of it.
type Node struct {
	rng      *rand.Rand
	backend  *backend.Node
	callers  []*caller.Caller // by link
	requests *requests        // that have not ended; nil where nothing is called for them
	model    *processors      // nil where the driver has processors of its own
	disk     *store.Disk      // nil where the driver has a disk of its own, or none is declared
	saves    saving
	told     uint64 // how many commits the driver knows to be on disk
	ended    []store.Done

	down, frozen bool
	limited      bool    // to fewer processors than it declares
	kept         []Event // what a frozen node will see
	shed         float64 // the operator's order
	readOnly     bool    // it takes no writes
	refused      int64   // requests that it has turned away for that
	off          bool    // its own retries are switched off, likewise
	wakeAt       time.Duration
	before       backend.Stats // of its lives before the present one
	lent         backend.Stats // the time that workers only waited for other nodes: no work of this one
	called       []caller.Effect
	done         []caller.Effect // calls that have ended, to be gone on with
	cfg          backend.Config
	seed         uint64
}

// New starts a node of a valid declaration for a driver in real time, which has
// processors of its own. Its random numbers are those of its name in the run with
// that seed.
func New(cfg backend.Config, seed uint64) *Node {
	n := &Node{cfg: cfg, seed: seed, requests: newRequests(cfg, false), saves: savingOf(cfg, false)}
	n.rng = backend.Stream(seed, cfg.Name)
	n.backend = backend.NewNode(cfg, n.rng)
	n.start()
	return n
}

// NewModelled is New for a driver that numbers requests from 1 and uses the numbers
// again, and has no processors: burned work is done by the node's own model of them,
// which asks to be woken, and Serve is said of waited work only.
func NewModelled(cfg backend.Config, seed uint64) *Node {
	n := &Node{cfg: cfg, seed: seed, requests: newRequests(cfg, true), saves: savingOf(cfg, true)}
	if n.saves != nothing {
		n.disk = store.NewDisk(*cfg.Disk, backend.Stream(seed, cfg.Name+"→disk"))
	}
	if cfg.Service.Work == backend.Burned {
		n.model = &processors{cpus: cfg.CPUs}
	}
	n.rng = backend.Stream(seed, cfg.Name)
	n.backend = backend.NewNumbered(cfg, n.rng)
	n.start()
	return n
}

func (n *Node) start() {
	n.wakeAt = caller.Never
	for i := range n.cfg.Calls {
		n.callers = append(n.callers, caller.New(n.cfg.Calls[i], linkStream(n.seed, n.cfg.Name, i)))
	}
}

// Find has a name say where the attempts over a link go.
func (n *Node) Find(link int, by caller.Resolver) { n.callers[link].Find(by) }

// ReadOnly has the node turn every request away, or take them again, as a copy does that
// is not promoted.
func (n *Node) ReadOnly(is bool) { n.readOnly = is }

// Restart begins anew as a node of that declaration, in the run with that seed. Of
// what was before it keeps the memory and nothing else; only a modelled node can.
func (n *Node) Restart(cfg backend.Config, seed uint64) {
	old := *n
	*n = *NewModelled(cfg, seed)
	n.backend = old.backend
	n.backend.Restart(cfg, n.rng)
	n.kept, n.called = old.kept[:0], old.called[:0]
	if n.model != nil && old.model != nil {
		n.model.heap, n.model.turns = old.model.heap[:0], old.model.turns
	}
}

// Step takes an event at now, the time since the run began, and appends its effects
// to out. now never goes back. What is said of requests and attempts that have ended
// is ignored. Step keeps no reference to ev.
func (n *Node) Step(now time.Duration, ev *Event, out []Effect) []Effect {
	switch {
	case ev.Kind == Fault:
		out = n.strike(now, ev, out)
	case n.frozen || n.down:
		return n.miss(ev, out)
	case n.plain():
		return n.take(now, ev, out)
	default:
		out = n.take(now, ev, out)
	}
	return n.sleep(n.goOn(now, out))
}

// miss takes an event of a node that is frozen or down.
func (n *Node) miss(ev *Event, out []Effect) []Effect {
	switch {
	case n.frozen:
		n.kept = append(n.kept, *ev)
	case ev.Kind == Arrive:
		out = append(out, Effect{Kind: Refuse, ID: ev.ID})
	}
	return out
}

// plain says whether the node is no more than its queue and its workers: it models no
// processors, and nothing follows a service.
func (n *Node) plain() bool { return n.model == nil && n.requests == nil }

// take takes an event of a node that is up.
func (n *Node) take(now time.Duration, ev *Event, out []Effect) []Effect {
	switch ev.Kind {
	case Arrive:
		if n.readOnly {
			n.refused++
			return append(out, Effect{Kind: Reject, Reason: backend.ReadOnly, ID: ev.ID})
		}
		return n.arrive(now, ev, out)
	case Leave:
		return n.leave(now, ev.ID, out)
	case Served:
		return n.served(now, ev.ID, out)
	case Held:
		return n.pass(now, backend.Event{Kind: backend.Held, ID: ev.ID}, out)
	case CallEnded:
		return n.callEnded(now, ev, out)
	case Wake:
		return n.wake(now, out)
	case Committed:
		return n.committed(now, ev.ID, ev.Failure, ev.Known, out)
	}
	return out
}

// callEnded takes the end of an attempt. It stands apart from take so that only it
// has the room that obey needs: a timer's goroutine, whose stack is small at first,
// then need not grow it to step Served. That saves 9 % of the processor time of
// BenchmarkLoad of fakes at 16 connections.
func (n *Node) callEnded(now time.Duration, ev *Event, out []Effect) []Effect {
	l := int(ev.Attempt.Link)
	n.called = n.callers[l].Ended(now, ev.Attempt.Number, ev.Outcome, n.called[:0])
	return n.obey(l, out)
}

func (n *Node) arrive(now time.Duration, ev *Event, out []Effect) []Effect {
	in := backend.Event{Kind: backend.Arrive, ID: ev.ID}
	if ev.Waits != Unlimited {
		in.Deadline = max(now+ev.Waits, 1)
	}
	if n.requests != nil {
		n.requests.open(ev.ID, ev.Tenant, in.Deadline)
	}
	return n.pass(now, in, out)
}

// pass passes an event on to the queue and the workers, and takes up what they want.
func (n *Node) pass(now time.Duration, in backend.Event, out []Effect) []Effect {
	if n.plain() {
		return n.backend.Step(now, in, out)
	}
	from := len(out)
	return n.follow(now, from, n.backend.Step(now, in, out))
}

// Stats counts what the node has done, over all its lives. Work is its own service:
// the time that a worker waits for other nodes is theirs.
func (n *Node) Stats() backend.Stats {
	s := n.backend.Stats()
	s.Add(&n.before)
	s.Arrived += n.refused
	s.Rejected += n.refused
	s.Worked -= n.lent.Worked
	s.InVain -= n.lent.InVain
	return s
}

// Links counts what went over the links, for each of their targets in the order
// declared.
func (n *Node) Links() []caller.Stats {
	var all []caller.Stats
	for _, c := range n.callers {
		all = append(all, c.Stats()...)
	}
	return all
}

// Shedding is the share of requests that the operator has had it turn away, and
// RetriesOff whether its own retries are switched off.
func (n *Node) Shedding() float64 { return n.shed }

// RetriesOff says whether the node's own retries are switched off.
func (n *Node) RetriesOff() bool { return n.off }

// Look reads a little of what a step about a request of a modelled node will need,
// so that it comes into the caches, and changes nothing. What it gives has no meaning.
func (n *Node) Look(id uint64) uint32 { return n.backend.Look(id) }
