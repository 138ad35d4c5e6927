package sim

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/network"
	"github.com/retrystorm/retrystorm/internal/node"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/topology"
)

// run is one run. Nothing in it depends on the order of a map, on a clock or
// on another goroutine.
type run struct {
	cfg     *Config
	graph   *topology.Graph
	horizon time.Duration // what lies beyond it never happens
	until   time.Duration // where it pauses; the horizon at the latest
	now     time.Duration
	events  int64 // so far
	moment  int64 // events of the present moment so far
	most    int64 // the most events that a moment can have
	limit   int64 // the most events that the run may have

	cohorts  []*terminal.Cohort
	units    []terminal.Terminal
	states   []terminalState // by unit
	pools    [][]*pool       // by cohort and node; nil where every terminal has its own connections
	pooling  bool            // some cohort shares connections
	firsts   []uint32        // by cohort: its first unit
	tenancy  terminal.Tenancy
	grouping terminal.Grouping
	groups   []*history.Recorder // by group of the grouping
	among    []int               // the groups that a terminal belongs to
	harm     *history.HarmWatch
	logos    *history.LogoWatch // nil where there is no offline queue
	requests requests
	entries  entries
	index    index // of them; nil while no terminal has had many
	inbox    inbox
	latest   message // the last one delivered
	wires    *wires  // the links that the timeline strikes; nil if it strikes none
	effects  []terminal.Effect

	nodes     []instance // as in the graph
	entryNode uint8      // where the terminals send to, if it is always the same
	names     *network.Names
	toEntries *history.FleetRecorder // what they send to each node; nil if it is always the same
	serial    uint32                 // of the attempts that nodes send
	depth     int                    // nodes that are being stepped, each within the step of the one before
	granted   []granted              // requests that have got a connection and are yet to be sent
	granting  bool                   // they are being sent
	paused    bool

	pairs    []replicated // ledgers and their copies
	recorder *history.Recorder
	ledger   ledger
	told     map[uint32]bool // entries of which their terminals know; nil where nothing can be lost
	misdated map[uint32]bool // requests whose sale they carry with another day's date; nil while there were none
	ends     time.Duration   // of the present bucket
	faulty   []strike
	sink     uint32 // keeps the compiler from leaving prefetch out
	problem  string
	// spy and watch see every step of a node and of a terminal, before what it wants
	// is carried out; for tests.
	spy   func(now time.Duration, i uint8, ev node.Event, out []node.Effect)
	watch func(now time.Duration, i uint32, ev terminal.Event, out []terminal.Effect)
	// queue is last since it is large: what lies behind it would be far from the rest.
	queue wheel
}

// The kinds of events, in the top bits of an event's turn.
const (
	wakes   uint32 = iota << 30 // a terminal
	dones                       // a service of waited work
	nodes                       // a node
	strikes                     // a fault on or off: an index into the strikes; with a turn, a request on a link
)

const (
	kindMask = 3 << 30
	turnMask = 1<<30 - 1
)

func newRun(cfg *Config) *run {
	r := &run{}
	r.begin(cfg)
	return r
}

// begin gets ready for a run. Of the run before it, if there was one, it keeps
// the memory and nothing else.
func (r *run) begin(cfg *Config) {
	p, old := &cfg.Plan, *r
	*r = run{
		cfg: cfg, graph: p.Graph(), horizon: max(cfg.Furthest, p.Horizon), until: p.Horizon,
		queue:    old.queue,
		units:    old.units,
		states:   old.states,
		requests: old.requests, entries: old.entries,
		inbox:    inbox{messages: old.inbox.messages[:0]},
		effects:  old.effects,
		recorder: history.NewRecorder(cfg.Bucket, p.Horizon),
		ends:     cfg.Bucket,
		most:     mostPerMoment(p), limit: cfg.Limits.Events,
	}
	r.queue.reset(r.horizon, tickFor(p))
	r.requests.reset()
	r.entries.reset()
	r.entryNode = uint8(r.graph.Entries[0]) //nolint:gosec // a few nodes
	r.names = p.Names(cfg.Seed)
	if len(r.graph.Entries) > 1 {
		r.toEntries = history.NewFleetRecorder(cfg.Bucket, len(r.graph.Nodes))
	}
	r.initFleet(old.cohorts)
	r.boot(old.nodes)
	r.wires = r.newWires()
}

// tickFor is a length of the wheel's ticks that suits a plan.
func tickFor(p *experiment.Plan) time.Duration {
	perSec := 4 * max(p.Demand(), 1)
	tick := together * time.Duration(1e9/perSec)
	for i := range p.Fleet {
		// What a short delay puts off should find itself in a later tick.
		if base := p.Fleet[i].Retry.Base; base > 0 {
			tick = min(tick, base)
		}
		if o := p.Fleet[i].Offline; o != nil && o.Retry.Base > 0 {
			tick = min(tick, o.Retry.Base)
		}
	}
	return tick
}

// start sets the faults and steps every terminal for the first time.
func (r *run) start() {
	r.pauseAt(r.until)
	r.schedule()
	for i := range r.units {
		r.step(uint32(i), terminal.Event{Kind: terminal.Wake})
	}
}

// pauseAt lets the run pause at a moment, before anything else that is asked for
// from now on happens then.
func (r *run) pauseAt(at time.Duration) {
	r.until, r.paused = at, false
	r.at(at, pauses, strikes)
}

// pauses is the number of the strike that is none: the run pauses.
const pauses = math.MaxUint32

// at asks for an event; what lies beyond the horizon never happens.
func (r *run) at(at time.Duration, id, turn uint32) {
	if at < r.horizon {
		r.queue.push(event{at: at, id: id, turn: turn})
	}
}

// loop runs until the next pause, the horizon, a limit or the end of ctx.
func (r *run) loop(ctx context.Context) {
	const often = 1 << 14
	for until := int64(0); r.problem == ""; until += often {
		if ctx.Err() != nil {
			r.problem = fmt.Sprintf("the run was interrupted at %v of its time", r.now.Round(time.Millisecond))
			return
		}
		if !r.advance(until) {
			return
		}
		if r.paused {
			return
		}
		r.weigh()
	}
}

// advance carries events out until there were that many, and says whether
// there are more.
func (r *run) advance(until int64) bool {
	for r.events < until && r.problem == "" && !r.paused {
		if r.inbox.any() && !r.another() {
			r.deliver()
			continue
		}
		e, ok := r.queue.pop()
		if !ok {
			return false
		}
		if r.queue.head == 1 {
			r.prefetch(r.queue.due[1:])
		}
		if e.at > r.now {
			r.moveTo(e.at)
		}
		r.carryOut(e)
		r.count()
	}
	return true
}

// another says whether another service ends at the present moment. A node sends
// all its answers of a moment before any terminal can have read one: of two
// copies that are served alike, neither is still waiting when the other's
// answer lets its terminal hang up.
func (r *run) another() bool {
	q := &r.queue
	return q.head < len(q.due) && q.due[q.head].at == r.now && q.due[q.head].turn&kindMask == dones
}

// count counts an event and watches the limits.
func (r *run) count() {
	r.events++
	r.moment++
	if r.moment > r.most || r.events > r.limit {
		r.overrun()
	}
}

func (r *run) moveTo(at time.Duration) {
	r.now, r.moment = at, 0
	for at >= r.ends {
		r.closeBucket()
	}
}

func (r *run) carryOut(e event) {
	turn := e.turn & turnMask
	switch e.turn & kindMask {
	case wakes:
		if t := &r.states[e.id]; t.turn == turn {
			t.turn = (turn + 1) & turnMask
			r.step(e.id, terminal.Event{Kind: terminal.Wake})
		}
	case dones:
		r.ended(e.id, turn)
	case nodes:
		if r.nodes[e.id].turn == turn {
			r.tell(uint8(e.id), &node.Event{Kind: node.Wake}) //nolint:gosec // a few nodes
		}
	case strikes:
		switch {
		case turn != 0:
			r.moveOn(e.id, turn)
		case e.id == pauses:
			r.paused = true
		default:
			r.strike(int(e.id))
		}
	}
}
