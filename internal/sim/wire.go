package sim

import (
	"slices"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/network"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// wires are the links that the timeline strikes, and the requests on them. On all
// other links a request arrives when it is sent.
type wires struct {
	links  []*wire
	under  map[uint32]*passage // by the number of the request
	serial uint32              // of the latest event of a passage
}

// wire is one such link, with the connections on it that are open and carry nothing.
// A request that finds none opens one.
type wire struct {
	link   *network.Link
	from   uint8 // as in a request
	to     uint8
	faults []fault.Event // in force
	own    []bool        // by terminal without a pool: its connection is open
	idle   []int         // by cohort with a pool; of a node that calls, the one element
}

// newWires makes the links that the plan's timeline strikes.
func (r *run) newWires() *wires {
	if len(r.graph.Faulty) == 0 {
		return nil
	}
	ws := &wires{under: map[uint32]*passage{}}
	for _, p := range r.graph.Faulty {
		w := &wire{link: network.New(r.cfg.Seed, p.From, p.To), to: uint8(r.graph.Index(p.To))} //nolint:gosec // a few nodes
		if p.From == history.Fleet {
			w.idle = make([]int, len(r.cohorts))
			w.own = r.connected(w.to)
		} else {
			w.from = uint8(r.graph.Index(p.From)) + 1 //nolint:gosec // likewise
			w.idle = make([]int, 1)
		}
		ws.links = append(ws.links, w)
	}
	return ws
}

// of gives the link that a request goes over, if the timeline strikes it.
func (ws *wires) of(q *request) *wire {
	for _, w := range ws.links {
		if w.from == q.from && w.to == q.node {
			return w
		}
	}
	return nil
}

// strikeLink lets a fault of a link begin or end.
func (r *run) strikeLink(s strike) {
	q := request{node: r.entryNode}
	if s.To != "" {
		q.node = uint8(r.graph.Index(s.To)) //nolint:gosec // a few nodes
	}
	if s.From != "" && s.From != history.Fleet {
		q.from = uint8(r.graph.Index(s.From)) + 1 //nolint:gosec // likewise
	}
	w := r.wires.of(&q)
	w.faults = slices.DeleteFunc(w.faults, func(e fault.Event) bool { return e.Kind == s.Kind })
	if s.on {
		w.faults = append(w.faults, s.Event)
	}
	w.link.Set(w.faults)
	if s.on && w.link.Refuses() {
		r.sever(w)
	}
}

// slot gives the count of idle connections from which a request takes one; nil for a
// terminal with a connection of its own.
func (r *run) slot(w *wire, q *request) *int {
	switch {
	case q.from != terminals:
		return &w.idle[0]
	case r.poolOf(q.term, q.node) != nil:
		return &w.idle[r.cohort(q.term)]
	}
	return nil
}

// takeIdle gives a request an open connection, and says whether there was one.
func (r *run) takeIdle(w *wire, q *request) bool {
	n := r.slot(w, q)
	if n == nil {
		open := w.own[q.term]
		w.own[q.term] = false
		return open
	}
	if *n == 0 {
		return false
	}
	*n--
	return true
}

// giveIdle takes back the connection of a request that was answered. A terminal keeps
// one.
func (r *run) giveIdle(w *wire, q *request) {
	if n := r.slot(w, q); n != nil {
		*n++
		return
	}
	w.own[q.term] = true
}

// closeIdle closes the idle connections to and from a node that has gone down.
func (r *run) closeIdle(i uint8) {
	if r.wires == nil {
		return
	}
	for _, w := range r.wires.links {
		if w.to == i || w.from == i+1 {
			w.closeIdle()
		}
	}
}

func (w *wire) closeIdle() {
	clear(w.idle)
	clear(w.own)
}

// sever breaks every connection on a link.
func (r *run) sever(w *wire) {
	w.closeIdle()
	for p := range r.requests.all.length {
		v := r.wires.under[p]
		if v == nil || v.wire != w {
			continue
		}
		q := r.requests.at(p)
		switch {
		case v.stage == opening:
			r.finish(p, q, retry.Outcome{Cause: retry.Refused})
		case v.stage == served && !q.left:
			r.breakInside(p, q)
		case v.stage != served && v.stage != leaving:
			r.finish(p, q, retry.Outcome{Cause: retry.Reset})
		}
	}
}

// breakInside breaks the connection of a request that is at its node.
func (r *run) breakInside(p uint32, q *request) {
	o := retry.Outcome{Cause: retry.Reset}
	if q.from == terminals {
		r.unwait(q.term, q.attempt)
		r.report(q.term, q.attempt, q.entry, q.node, o)
	} else {
		r.reportCall(q, o)
		q.left = true
	}
	r.tellLeft(p, q)
}
