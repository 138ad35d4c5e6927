package sim

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// boot starts the node, the first time or again; its random numbers begin anew
// as those of a process do.
func (r *run) boot() {
	rng := backend.Stream(r.cfg.Seed, r.spec.Name)
	if r.node == nil {
		r.node = backend.NewNumbered(*r.spec, rng)
	} else {
		r.node.Restart(*r.spec, rng)
	}
	r.burner = burner{cpus: r.spec.CPUs, at: r.now, due: never, turn: r.burner.turn + 1, heap: r.burner.heap[:0]}
}

// arrive lets a request come to the node, whose terminal waits until then.
func (r *run) arrive(p uint32, q *request, until time.Duration) {
	switch {
	case r.down:
		r.reply(p, q, retry.Outcome{Cause: retry.Refused})
	case r.frozen:
		q.place = held
		r.held = append(r.held, hold{what: came, ticket: ticket{p, q.turn}, waits: until - r.now})
	default:
		r.admit(p, q, until-r.now)
	}
}

// admit hands a request to the node. It carries how long its terminal still
// waited when it was sent, in whole milliseconds, of which the last is never
// whole: on a wire some of it has passed. The node counts from the arrival.
func (r *run) admit(p uint32, q *request, waits time.Duration) {
	q.place = inside
	ev := backend.Event{Kind: backend.Arrive, ID: uint64(p)}
	if r.spec.DeadlinePropagation {
		ev.Deadline = max(r.now+(waits-1).Truncate(time.Millisecond), 1)
	}
	r.tell(ev)
}

// leave lets the node know that a request's terminal has left.
func (r *run) leave(p uint32, q *request) {
	turn := q.turn
	if r.frozen {
		r.held = append(r.held, hold{what: went, ticket: ticket{p, turn}})
		return
	}
	r.tell(backend.Event{Kind: backend.Leave, ID: uint64(p)})
	if r.spec.Abandoned == backend.Stop && q.is(turn) {
		r.drop(p, q) // of one that only waited the node says no more
	}
}

// ended takes up the end of a service of waited work. What a frozen node
// waits for goes on outside it, and it hears of the end when it moves again.
func (r *run) ended(p, turn uint32) {
	switch {
	case !r.requests.is(p, turn):
	case r.frozen:
		r.held = append(r.held, hold{what: done, ticket: ticket{p, turn}})
	default:
		r.tell(backend.Event{Kind: backend.Done, ID: uint64(p)})
	}
}

// tell steps the node and carries out what it wants. It never calls itself:
// a pool's next attempts wait until the step is over.
func (r *run) tell(ev backend.Event) {
	r.telling = true
	out := r.node.Step(r.now, ev, r.out[:0])
	r.out = out
	if r.spy != nil {
		r.spy(r.now, ev, out)
	}
	for k := range out {
		r.obey(&out[k])
	}
	r.told()
}

// obey carries out one thing that the node wants.
func (r *run) obey(e *backend.Effect) {
	p := uint32(e.ID) //nolint:gosec // a number
	q := r.requests.at(p)
	switch e.Kind {
	case backend.Begin:
		r.serve(p, q, e.Service)
	case backend.Halt:
		r.halt(p, q)
	case backend.Finish:
		r.inLedger(q.entry)
		r.answer(p, q, retry.Outcome{Cause: retry.OK})
	case backend.Reject:
		r.answer(p, q, rejection(e))
	case backend.Forget:
		r.drop(p, q)
	}
}

// answer ends a request, whether its terminal still waits or not.
func (r *run) answer(p uint32, q *request, o retry.Outcome) {
	if q.left {
		r.drop(p, q)
		return
	}
	r.reply(p, q, o)
}

// drop ends a request without a word to anybody.
func (r *run) drop(p uint32, q *request) {
	x := q.entry
	r.requests.remove(p, q)
	r.uncopied(x)
}

func (r *run) serve(p uint32, q *request, service time.Duration) {
	q.place = served
	if r.spec.Service.Work == backend.Burned {
		r.burner.add(r.now, service, ticket{p, q.turn})
		r.nextBurnt()
		return
	}
	r.at(r.now+service, p, dones|q.turn)
}

func (r *run) halt(p uint32, q *request) {
	if r.spec.Service.Work == backend.Burned {
		r.burner.stop(r.now)
	}
	r.drop(p, q)
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
