package sim

import (
	"context"
	"fmt"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// run is one run. Nothing in it depends on the order of a map, on a clock or
// on another goroutine.
type run struct {
	cfg    *Config
	now    time.Duration
	queue  *wheel
	events int64 // so far
	moment int64 // events of the present moment so far
	most   int64 // the most events that a moment can have

	units    []unit
	turns    []uint32 // by unit: which of its wake-ups is the valid one
	pools    []*pool  // by cohort; empty where every terminal has its own connections
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
	p := &cfg.Plan
	perSec := 4 * max(p.Demand(), 1)
	r := &run{
		cfg:      cfg,
		queue:    newWheel(p.Horizon, together*time.Duration(1e9/perSec)),
		requests: newRequests(), entries: newEntries(),
		recorder: history.NewRecorder(cfg.Bucket, p.Horizon),
		ends:     cfg.Bucket,
	}
	r.enlist()
	r.boot()
	r.most = mostPerMoment(p)
	return r
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
	if at < r.cfg.Plan.Horizon {
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
	q := r.queue
	return q.head < len(q.due) && q.due[q.head].at == r.now && q.due[q.head].turn&kindMask == dones
}

// count counts an event and watches the limits.
func (r *run) count() {
	r.events++
	if r.moment++; r.moment > r.most || r.events > r.cfg.Limits.Events {
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
		if r.turns[e.id] == turn {
			r.turns[e.id] = (turn + 1) & turnMask
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
