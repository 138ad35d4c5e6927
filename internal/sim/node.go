package sim

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// boot starts the node, the first time or again; its random numbers begin anew
// as those of a process do.
func (r *run) boot() {
	cfg := r.cfg.Plan.Backend.Nodes[0]
	r.node = backend.NewNumbered(cfg, backend.Stream(r.cfg.Seed, cfg.Name))
	r.burner = burner{cpus: cfg.CPUs, at: r.now, due: never, turn: r.burner.turn + 1}
}

// arrive lets a request come to the node.
func (r *run) arrive(p uint32) {
	q := r.requests.at(p)
	switch {
	case r.down:
		r.reply(p, retry.Outcome{Cause: retry.Refused})
	case r.frozen:
		q.place = held
		r.held = append(r.held, hold{what: came, number: p, turn: q.turn, at: r.now})
	default:
		r.admit(p, r.now)
	}
}

// admit hands a request to the node. It carries how long its terminal still
// waited when it was sent, in whole milliseconds, of which the last is never
// whole: on a wire some of it has passed. The node counts from the arrival.
func (r *run) admit(p uint32, sent time.Duration) {
	q := r.requests.at(p)
	q.place = inside
	ev := backend.Event{Kind: backend.Arrive, ID: uint64(p)}
	if r.cfg.Plan.Backend.Nodes[0].DeadlinePropagation {
		ev.Deadline = max(r.now+(q.until-sent-1).Truncate(time.Millisecond), 1)
	}
	r.tell(ev)
}

// leave lets the node know that a request's terminal has left.
func (r *run) leave(p uint32) {
	if r.frozen {
		r.held = append(r.held, hold{what: went, number: p, turn: r.requests.at(p).turn})
		return
	}
	turn := r.requests.at(p).turn
	r.tell(backend.Event{Kind: backend.Leave, ID: uint64(p)})
	if !r.requests.is(p, turn) {
		return
	}
	if r.cfg.Plan.Backend.Nodes[0].Abandoned == backend.Stop {
		r.drop(p) // of one that only waited the node says no more
	}
}

// ended takes up the end of a service of waited work. What a frozen node
// waits for goes on outside it, and it hears of the end when it moves again.
func (r *run) ended(p, turn uint32) {
	switch {
	case !r.requests.is(p, turn):
	case r.frozen:
		r.held = append(r.held, hold{what: done, number: p, turn: turn})
	default:
		r.tell(backend.Event{Kind: backend.Done, ID: uint64(p)})
	}
}

// tell steps the node and carries out what it wants. It never calls itself:
// a pool's next attempts wait until the step is over.
func (r *run) tell(ev backend.Event) {
	r.telling = true
	r.out = r.node.Step(r.now, ev, r.out[:0])
	if r.spy != nil {
		r.spy(r.now, ev, r.out)
	}
	for k := range r.out {
		r.obey(&r.out[k])
	}
	r.telling = false
	r.pumpAll()
}

// obey carries out one thing that the node wants.
func (r *run) obey(e *backend.Effect) {
	p := uint32(e.ID) //nolint:gosec // a number
	switch e.Kind {
	case backend.Begin:
		r.begin(p, e.Service)
	case backend.Halt:
		r.halt(p)
	case backend.Finish:
		r.inLedger(r.requests.at(p).entry)
		r.answer(p, retry.Outcome{Cause: retry.OK})
	case backend.Reject:
		r.answer(p, rejection(e))
	case backend.Forget:
		r.drop(p)
	}
}

// answer ends a request, whether its terminal still waits or not.
func (r *run) answer(p uint32, o retry.Outcome) {
	if r.requests.at(p).left {
		r.drop(p)
		return
	}
	r.reply(p, o)
}

// drop ends a request without a word to anybody.
func (r *run) drop(p uint32) {
	x := r.requests.at(p).entry
	r.requests.remove(p)
	r.uncopied(x)
}

func (r *run) begin(p uint32, service time.Duration) {
	q := r.requests.at(p)
	q.place = served
	if r.cfg.Plan.Backend.Nodes[0].Service.Work == backend.Burned {
		r.burner.add(r.now, service, ticket{p, q.turn})
		r.nextBurnt()
		return
	}
	r.at(r.now+service, p, dones|q.turn)
}

func (r *run) halt(p uint32) {
	if r.cfg.Plan.Backend.Nodes[0].Service.Work == backend.Burned {
		r.burner.stop(r.now)
	}
	r.drop(p)
}

// rejection is how a terminal sees a request turned away: as the status that
// the fake backend answers with, and Retry-After in whole seconds.
func rejection(e *backend.Effect) retry.Outcome {
	if e.Reason == backend.Expired {
		return retry.Outcome{Cause: retry.Failed}
	}
	whole := (e.RetryAfter + time.Second - 1) / time.Second
	return retry.Outcome{Cause: retry.Rejected, RetryAfter: whole * time.Second}
}
