package sim

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/node"
	"github.com/retrystorm/retrystorm/internal/protocol"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// instance is one node of the backend, and what the run keeps of it.
type instance struct {
	node   *node.Node
	cfg    *backend.Config
	index  int      // in the graph
	ledger uint32   // a bit of its own if it records sales, else zero
	turn   uint32   // which of its wake-ups is the valid one
	unsafe unsynced // commits that are not on its disk yet
	out    []node.Effect
	calls  [][]sent       // by link, then by the number of the attempt
	last   backend.Stats  // at the end of the last bucket
	links  []caller.Stats // likewise
	record []history.NodeBucket
	edges  [][]history.LinkBucket // by link and target
}

// sent is an attempt that a node has sent to another.
type sent struct {
	request uint32 // nobody once it has ended
	serial  uint32 // tells it from others of the same number; zero once the node waits for it no longer
}

// boot makes the nodes. Those of the run before leave them their room.
func (r *run) boot(before []instance) {
	recorders := uint32(0)
	r.nodes = make([]instance, len(r.graph.Nodes))
	for i := range r.nodes {
		in := &r.nodes[i]
		in.cfg, in.index = &r.graph.Nodes[i].Config, i
		if i < len(before) {
			old := &before[i]
			in.node, in.out = old.node, old.out[:0]
			in.node.Restart(*in.cfg, r.cfg.Seed)
		} else {
			in.node = node.NewModelled(*in.cfg, r.cfg.Seed)
		}
		if in.cfg.Records() {
			in.ledger = 1 << recorders
			recorders++
		}
		if in.losing() && r.told == nil {
			r.told = map[uint32]bool{}
		}
		r.find(i)
		in.calls = make([][]sent, len(in.cfg.Calls))
		in.links = in.node.Links()
		in.edges = make([][]history.LinkBucket, len(in.links))
	}
	r.pair()
}

// arrive lets a request come to a node, whose client waits for so long. The node
// counts from the arrival.
func (r *run) arrive(p uint32, q *request, waits time.Duration) {
	q.place = inside
	ev := node.Event{Kind: node.Arrive, ID: uint64(p), Waits: node.Unlimited, Tenant: r.tenancy.Of(q.term)}
	if r.nodes[q.node].cfg.DeadlinePropagation {
		ev.Waits = protocol.Carried(waits)
	}
	r.tell(q.node, &ev)
}

// dispatch sends a request on its way to its node.
func (r *run) dispatch(p uint32, q *request, waits time.Duration) {
	if r.wires != nil && r.enter(p, q, waits) {
		return
	}
	r.arrive(p, q, waits)
}

// leave lets a node know that a request's client has left.
func (r *run) leave(p uint32, q *request) {
	if r.wires != nil && r.hangUp(p, q) {
		return
	}
	r.tell(q.node, &node.Event{Kind: node.Leave, ID: uint64(p)})
}

// ended takes up the end of a service of waited work, or of the time for which
// a dropped request is held.
func (r *run) ended(p, turn uint32) {
	q := r.requests.at(p)
	if !q.is(turn) || q.place == transit {
		return
	}
	ev := node.Event{Kind: node.Served, ID: uint64(p)}
	if q.place == dropped {
		ev.Kind = node.Held
	}
	r.tell(q.node, &ev)
}

// tell steps a node and carries out what it wants. A step may go on to the nodes
// that it calls; it never comes back to one that is being stepped: what a node or a
// terminal hears at the same moment waits in the inbox, and a pool's next attempts
// wait until all steps are over.
func (r *run) tell(i uint8, ev *node.Event) {
	r.depth++
	in := &r.nodes[i]
	out := in.node.Step(r.now, ev, in.out[:0])
	in.out = out
	if r.spy != nil {
		r.spy(r.now, i, *ev, out)
	}
	for k := range out {
		r.obey(i, in, &out[k])
	}
	r.depth--
	if len(r.granted) > 0 {
		r.sendGranted()
	}
}

// obey carries out one thing that a node wants.
func (r *run) obey(i uint8, in *instance, e *node.Effect) {
	p := uint32(e.ID) //nolint:gosec // a number
	switch e.Kind {
	case node.Serve:
		r.at(r.now+e.For, p, dones|r.requests.at(p).turn)
	case node.Finish:
		q := r.requests.at(p)
		if in.cfg.Disk == nil {
			r.inLedger(in, p, q.entry)
		}
		r.answer(p, q, retry.Outcome{Cause: retry.OK})
	case node.Fail:
		r.answer(p, r.requests.at(p), protocol.Ending(e).Outcome())
	case node.Reject:
		r.answer(p, r.requests.at(p), protocol.Rejection(e.Reason, e.For).Outcome())
	case node.Drop:
		q := r.requests.at(p)
		q.place = dropped
		r.at(r.now+backend.Hold, p, dones|q.turn)
	case node.HangUp:
		r.answer(p, r.requests.at(p), retry.Outcome{Cause: retry.Reset})
	case node.Halt, node.Forget:
		r.drop(p, r.requests.at(p))
	case node.Refuse:
		r.answer(p, r.requests.at(p), retry.Outcome{Cause: retry.Refused})
	case node.Reset:
		r.breakAll(i)
	case node.Call:
		r.call(i, in, e)
	case node.CancelCall:
		r.cancelCall(in, e.Attempt)
	case node.Commit:
		r.commit(in, p, r.requests.at(p).entry)
	case node.Synced:
		r.synced(in, e.ID)
	case node.Lost:
		r.lose(in, e.ID)
	case node.WakeAt:
		in.turn = (in.turn + 1) & turnMask
		r.at(e.For, uint32(i), nodes|in.turn)
	}
}

// call sends an attempt of a node to the node that it chose.
func (r *run) call(i uint8, in *instance, e *node.Effect) {
	of := r.requests.at(uint32(e.ID)) //nolint:gosec // a number
	p, q := r.requests.add(of.term, e.Attempt.Number)
	q.from, q.next = i+1, uint32(e.Attempt.Link)
	q.node = uint8(r.graph.Nodes[i].Links[e.Attempt.Link].To[e.Target]) //nolint:gosec // a few nodes
	q.entry = of.entry
	r.entries.at(q.entry).copies++
	if r.misdated[uint32(e.ID)] { //nolint:gosec // a number
		r.misdate(p)
	}
	calls := &in.calls[e.Attempt.Link]
	for int(e.Attempt.Number) >= len(*calls) {
		*calls = append(*calls, sent{})
	}
	r.serial++
	(*calls)[e.Attempt.Number] = sent{request: p, serial: r.serial}
	r.dispatch(p, q, e.For)
}

// cancelCall closes the connection of a node's attempt.
func (r *run) cancelCall(in *instance, a node.Attempt) {
	s := &in.calls[a.Link][a.Number]
	p := s.request
	*s = sent{}
	if p != nobody {
		q := r.requests.at(p)
		q.left = true
		r.leave(p, q)
	}
}

// breakAll breaks every connection to a node that has gone down.
func (r *run) breakAll(i uint8) {
	r.closeIdle(i)
	for p := range r.requests.all.length {
		if q := r.requests.at(p); (q.place == inside || q.place == dropped) && q.node == i {
			r.answer(p, q, retry.Outcome{Cause: retry.Reset})
		}
	}
}

// answer ends a request for its node, whether its client still waits or not.
func (r *run) answer(p uint32, q *request, o retry.Outcome) {
	if r.wires == nil || !r.goBack(p, q, o) {
		r.finish(p, q, o)
	}
}

// finish ends a request whose answer has come to its client.
func (r *run) finish(p uint32, q *request, o retry.Outcome) {
	switch {
	case q.left:
		r.drop(p, q)
	case q.from == terminals:
		r.reply(p, q, o)
	default:
		r.reportCall(q, o)
		r.drop(p, q)
	}
}

// reportCall tells a node how an attempt of its ended.
func (r *run) reportCall(q *request, o retry.Outcome) {
	s := &r.nodes[q.from-1].calls[q.next][q.attempt]
	s.request = nobody
	l := r.inbox.put()
	l.to, l.link, l.attempt, l.serial, l.outcome = q.from, uint16(q.next), q.attempt, s.serial, o //nolint:gosec // a few links
}

// drop ends a request without a word to anybody.
func (r *run) drop(p uint32, q *request) {
	x := q.entry
	if r.wires != nil {
		delete(r.wires.under, p)
	}
	if r.misdated != nil {
		delete(r.misdated, p)
	}
	r.requests.remove(p, q)
	r.removeCopy(x)
}

// called tells a node how one of its attempts ended, unless it has given it up.
func (r *run) called(l *message) {
	if r.nodes[l.to-1].calls[l.link][l.attempt].serial != l.serial {
		return
	}
	r.tell(l.to-1, &node.Event{
		Kind: node.CallEnded, Attempt: node.Attempt{Link: l.link, Number: l.attempt}, Outcome: l.outcome,
	})
}
