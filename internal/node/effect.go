package node

import (
	"slices"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/store"
)

// follow takes up what the queue and the workers want, from out[i] on, as far as it
// is the node's: services that its model of processors carries out, and the ends of
// requests that it has called for.
func (n *Node) follow(now time.Duration, i int, out []Effect) []Effect {
	for left := len(out) - i; left > 0; left-- { // what is added meanwhile is the node's own
		e := &out[i]
		switch e.Kind {
		case Serve:
			if n.model != nil {
				n.model.add(now, e.For, e.ID)
				out = slices.Delete(out, i, i+1)
				continue
			}
		case Halt:
			n.halted(now, e.ID)
			out = n.settle(now, i, out)
		case Drop:
		default:
			out = n.settle(now, i, out)
		}
		i++
	}
	return out
}

// halted ends a service before its time.
func (n *Node) halted(now time.Duration, id uint64) {
	if n.model != nil && (n.requests == nil || !n.requests.calling(id)) {
		n.model.halt(now, id)
	}
}

// settle closes what was kept of a request for its calls, which ends with out[i]. That
// becomes a failure where a call has failed; where a call is abandoned there is no
// service to be halted.
func (n *Node) settle(now time.Duration, i int, out []Effect) []Effect {
	if n.requests == nil {
		return out
	}
	e := &out[i]
	id := e.ID
	f := n.requests.at(id)
	n.lend(f.waitedFor(now), e.Waiting)
	switch {
	case e.Kind == Finish && f.failure != store.None:
		e.Kind, e.Failure = Fail, f.failure
	case e.Kind == Finish && f.failed.Cause != retry.OK:
		e.Kind, e.Cause, e.For = Fail, f.failed.Cause, f.failed.RetryAfter
	case e.Kind == Finish && n.saves == freely:
		e.Kind, f.stage, f.left = Commit, committing, !e.Waiting
		return out
	case e.Kind == Halt && f.stage == calling:
		e.Kind = Forget
		n.called = n.callers[f.link].Abandon(now, f.call, n.called[:0])
		out = n.obey(int(f.link), out)
	}
	e = &out[i] // which obey may have moved
	e.Known = f.known
	n.requests.close(id)
	return out
}

// waitedFor is how long a worker has waited for other nodes because of a request.
func (f *request) waitedFor(now time.Duration) time.Duration {
	switch f.stage {
	case calling, over:
		return now - f.since
	case committing:
		return f.since
	}
	return 0
}

// lend counts time that a worker only waited for other nodes.
func (n *Node) lend(d time.Duration, waiting bool) {
	n.lent.Worked += d
	if !waiting {
		n.lent.InVain += d
	}
}

// served goes on with a request whose own service is over: with its calls, or to its
// end.
func (n *Node) served(now time.Duration, id uint64, out []Effect) []Effect {
	if n.requests == nil {
		return n.pass(now, backend.Event{Kind: backend.Done, ID: id}, out)
	}
	f := n.requests.at(id)
	if f == nil || f.stage != own {
		return out
	}
	if len(n.callers) == 0 {
		return n.conclude(now, id, f, out)
	}
	f.stage, f.since = calling, now
	return n.call(now, id, f, out)
}

// call begins the call that a request needs next.
func (n *Node) call(now time.Duration, id uint64, f *request, out []Effect) []Effect {
	deadline := caller.Never
	if n.cfg.DeadlinePropagation && f.deadline > 0 {
		deadline = f.deadline
	}
	link := int(f.link)
	f.call, n.called = n.callers[link].Begin(now, id, f.tenant, deadline, n.called[:0])
	return n.obey(link, out)
}

// obey carries out what the caller of a link wants, as far as it is the node's.
func (n *Node) obey(link int, out []Effect) []Effect {
	for i := range n.called {
		c := &n.called[i]
		attempt := Attempt{Link: uint16(link), Number: c.Number} //nolint:gosec // a few links
		switch c.Kind {
		case caller.Send:
			out = append(out, Effect{Kind: Call, Attempt: attempt, Target: c.Target, ID: c.Request, For: c.Timeout})
		case caller.Cancel:
			out = append(out, Effect{Kind: CancelCall, Attempt: attempt})
		case caller.Done:
			n.done = append(n.done, *c)
		}
	}
	return out
}

// goOn goes on with the requests of which a call has ended.
func (n *Node) goOn(now time.Duration, out []Effect) []Effect {
	for i := 0; i < len(n.done); i++ { // which may grow meanwhile
		out = n.answered(now, n.done[i].Request, n.done[i].Outcome, out)
	}
	n.done = n.done[:0]
	return out
}

// answered goes on with a request of which a call has ended.
func (n *Node) answered(now time.Duration, id uint64, o retry.Outcome, out []Effect) []Effect {
	f := n.requests.at(id)
	if o.Cause != retry.OK {
		f.failed = o
	} else if f.link++; int(f.link) < len(n.callers) {
		return n.call(now, id, f, out)
	}
	f.stage = over
	return n.conclude(now, id, f, out)
}

// wake does what is due.
func (n *Node) wake(now time.Duration, out []Effect) []Effect {
	if now >= n.wakeAt {
		n.wakeAt = caller.Never
	}
	if n.model != nil {
		out = n.burnt(now, out)
	}
	if n.disk != nil {
		out = n.turn(now, out)
	}
	for l, c := range n.callers {
		n.called = c.Wake(now, n.called[:0])
		out = n.obey(l, out)
	}
	return out
}

// sleep asks to be woken when something is due sooner than was asked for.
func (n *Node) sleep(out []Effect) []Effect {
	at := caller.Never
	if n.model != nil {
		at = n.model.due()
	}
	if n.disk != nil {
		at = min(at, n.disk.Due())
	}
	for _, c := range n.callers {
		at = min(at, c.Due())
	}
	if at >= n.wakeAt {
		return out
	}
	n.wakeAt = at
	out = append(out, Effect{})
	e := &out[len(out)-1]
	e.Kind, e.For = WakeAt, at
	return out
}
