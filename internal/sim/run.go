package sim

import (
	"context"
	"fmt"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// run is one run. Nothing in it depends on the order of a map, on a clock or
// on another goroutine.
type run struct {
	cfg     *Config
	spec    *backend.Config // of the node
	horizon time.Duration
	now     time.Duration
	queue   wheel
	events  int64 // so far
	moment  int64 // events of the present moment so far
	most    int64 // the most events that a moment can have
	limit   int64 // the most events that the run may have

	cohorts  []*terminal.Cohort
	units    []terminal.Terminal
	ties     []tie    // by unit
	pools    []*pool  // by cohort; nil where every terminal has its own connections
	pooling  bool     // some cohort shares connections
	firsts   []uint32 // by cohort: its first unit
	requests requests
	entries  entries
	inbox    inbox
	latest   letter // the last one delivered
	effects  []terminal.Effect

	node   *backend.Node
	before backend.Stats // of the node's lives before the present one
	last   backend.Stats // at the end of the last bucket
	out    []backend.Effect
	burner burner
	// telling says that the node is in a step, unpumped that a pool waits for
	// its end.
	telling, unpumped bool
	down              bool
	frozen            bool
	held              []hold // what a frozen node will see

	recorder *history.Recorder
	books    books
	ends     time.Duration // of the present bucket
	faulty   []strike
	sink     uint32 // keeps the compiler from leaving warm out
	problem  string
	// spy sees every step of the node; for tests.
	spy func(now time.Duration, ev backend.Event, out []backend.Effect)
}

// The kinds of events, in the top bits of an event's turn.
const (
	wakes   uint32 = iota << 30 // a terminal
	dones                       // a service of waited work
	burns                       // the next service of burned work
	strikes                     // a fault on or off: an index into the strikes
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
		cfg: cfg, spec: &p.Backend.Nodes[0], horizon: p.Horizon,
		queue:    old.queue,
		units:    old.units,
		ties:     old.ties,
		requests: old.requests, entries: old.entries,
		inbox:   inbox{letters: old.inbox.letters[:0]},
		effects: old.effects, out: old.out,
		node:     old.node,
		burner:   burner{heap: old.burner.heap[:0]},
		recorder: history.NewRecorder(cfg.Bucket, p.Horizon),
		ends:     cfg.Bucket,
		most:     mostPerMoment(p), limit: cfg.Limits.Events,
	}
	r.queue.reset(p.Horizon, tickFor(p))
	r.requests.reset()
	r.entries.reset()
	r.enlist(old.cohorts)
	r.boot()
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
	r.schedule()
	for i := range r.units {
		r.step(uint32(i), terminal.Event{Kind: terminal.Wake})
	}
}

// at asks for an event; what lies beyond the horizon never happens.
func (r *run) at(at time.Duration, id, turn uint32) {
	if at < r.horizon {
		r.queue.push(event{at: at, id: id, turn: turn})
	}
}

// loop runs until the horizon, a limit or the end of ctx.
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
		r.weigh()
	}
}

// advance carries events out until there were that many, and says whether
// there are more.
func (r *run) advance(until int64) bool {
	for r.events < until && r.problem == "" {
		if r.inbox.any() && !r.another() {
			r.deliver()
			continue
		}
		e, ok := r.queue.pop()
		if !ok {
			return false
		}
		if r.queue.head == 1 {
			r.warm(r.queue.due[1:])
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
		if t := &r.ties[e.id]; t.turn == turn {
			t.turn = (turn + 1) & turnMask
			r.step(e.id, terminal.Event{Kind: terminal.Wake})
		}
	case dones:
		r.ended(e.id, turn)
	case burns:
		if r.burner.turn == turn {
			r.burnt()
		}
	case strikes:
		r.strike(int(e.id))
	}
}
