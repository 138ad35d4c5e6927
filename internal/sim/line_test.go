package sim

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/node"
)

// lines watches the requests of every node from their arrival to their end.
type lines struct {
	t     *rapid.T
	run   *run
	now   time.Duration
	nodes []line
	first map[[2]uint32]bool // attempts of terminals that have come to the entry
}

// line is what is seen of one node. It measures the node's queue in both ways that
// Little's law compares.
type line struct {
	now         time.Duration // of the node's last step
	queue, busy int
	area        time.Duration            // requests in the node over time
	stayed      time.Duration            // time of each request in the node
	came        map[uint64]time.Duration // when those in the node came to it

	down, frozen, crashed bool
	inSockets             []uint64
	unheard               int64 // ends of its own attempts that it has not taken in

	open                    map[uint64]bool // requests that have not ended
	arrivals, refused, lost int64           // lost in the sockets of a node that crashed
}

func watchLines(t *rapid.T, r *run) *lines {
	w := &lines{t: t, run: r, nodes: make([]line, len(r.nodes)), first: map[[2]uint32]bool{}}
	for i := range w.nodes {
		w.nodes[i].came, w.nodes[i].open = map[uint64]time.Duration{}, map[uint64]bool{}
	}
	r.spy = func(now time.Duration, i uint8, ev node.Event, out []node.Effect) {
		if now < w.now {
			t.Fatalf("time went back from %v to %v", w.now, now)
		}
		w.now = now
		w.see(i, ev, out)
	}
	return w
}

func (w *lines) see(i uint8, ev node.Event, out []node.Effect) {
	l := &w.nodes[i]
	l.area += (w.now - l.now) * time.Duration(l.queue+l.busy)
	st := w.run.nodes[i].node.Stats()
	l.now, l.queue, l.busy = w.now, st.Queue, st.Busy
	switch ev.Kind {
	case node.Fault:
		l.strike(w.now, ev)
	case node.Arrive:
		w.arrive(i, l, ev.ID)
	case node.CallEnded:
		if l.frozen {
			l.unheard++
		}
	}
	for k := range out {
		w.effect(i, l, &out[k])
	}
}

// strike follows the node's faults: what comes to a frozen node is taken in when it
// moves again.
func (l *line) strike(now time.Duration, ev node.Event) {
	switch ev.Strike {
	case fault.Crash:
		l.down, l.crashed = ev.On, true
		l.lost += int64(len(l.inSockets))
	case fault.Freeze:
		l.frozen = ev.On
		for _, id := range l.inSockets {
			l.came[id] = now
		}
	default:
		return
	}
	l.inSockets, l.unheard = nil, 0
}

func (w *lines) arrive(i uint8, l *line, id uint64) {
	if l.open[id] {
		w.t.Fatalf("at %v request %d comes to node %d again", w.now, id, i)
	}
	l.open[id] = true
	l.arrivals++
	if q := w.run.requests.at(uint32(id)); q.from == terminals {
		attempt := [2]uint32{q.term, q.attempt}
		if w.first[attempt] || i != w.run.entryNode {
			w.t.Fatalf("at %v attempt %d of terminal %d comes to node %d", w.now, q.attempt, q.term, i)
		}
		w.first[attempt] = true
	}
	switch {
	case l.down:
	case l.frozen:
		l.inSockets = append(l.inSockets, id)
	default:
		l.came[id] = w.now
	}
}

// effect follows a request to its end, of which there is exactly one.
func (w *lines) effect(i uint8, l *line, e *node.Effect) {
	switch e.Kind {
	case node.Reset:
		clear(l.open)
		return
	case node.Serve, node.Call:
		if !l.open[e.ID] {
			w.t.Fatalf("at %v node %d works for request %d, which has ended", w.now, i, e.ID)
		}
		return
	case node.CancelCall, node.WakeAt:
		return
	case node.Refuse:
		l.refused++
	}
	if at, ok := l.came[e.ID]; ok { // a dropped request is in the node's queue no more
		l.stayed += w.now - at
		delete(l.came, e.ID)
	}
	if e.Kind == node.Drop {
		return
	}
	if !l.open[e.ID] {
		w.t.Fatalf("at %v request %d of node %d ends again, or never came: %+v", w.now, e.ID, i, *e)
	}
	delete(l.open, e.ID)
}

// littlesLaw: over any stretch of time the area under the number in the system
// is the sum of their stays in it (J. D. C. Little, 1961; S. Stidham, 1974). A
// crash takes requests out that nobody sees leave.
func (w *lines) littlesLaw() {
	for i := range w.nodes {
		l := &w.nodes[i]
		if l.crashed {
			continue
		}
		for _, at := range l.came {
			l.stayed += l.now - at
		}
		if l.area != l.stayed {
			w.t.Fatalf("node %d: area %v, stays %v", i, l.area, l.stayed)
		}
	}
}

// conserved holds each node's count of requests against those that there are, and
// against what was sent to it: attempts is how many the terminals made, links are
// those of the record.
func (w *lines) conserved(attempts int64, links []history.Link) {
	came := int64(len(w.first))
	if came > attempts || came < attempts && !w.run.pooling && w.run.wires == nil { // some never get a connection, or are lost on a link
		w.t.Fatalf("%d attempts of terminals, %d came to the entry", attempts, came)
	}
	sent := make([]int64, len(w.nodes))
	sent[w.run.entryNode] = came
	recorded := links[1:] // the first is the fleet's
	for k, s := range w.links() {
		if got := history.SumLink(recorded[k].Buckets, 0, len(recorded[k].Buckets)).Attempts; got != s {
			w.t.Fatalf("the record has %d attempts from %s to %s, of %d", got, recorded[k].From, recorded[k].To, s)
		}
		sent[w.run.graph.Edges()[k].To] += s
	}
	for i := range w.nodes {
		l := &w.nodes[i]
		here, taken := w.present(uint8(i))
		st := w.run.nodes[i].node.Stats()
		for name, holds := range map[string]bool{
			"what has not ended is there":            here == len(l.open),
			"what is there is counted by the node":   taken == st.Queue+st.Busy+len(l.inSockets),
			"what is sent arrives":                   sent[i] == l.arrivals || sent[i] > l.arrivals && w.struck(i),
			"what arrives is taken in, kept or lost": l.arrivals == st.Arrived+l.refused+l.lost+int64(len(l.inSockets)),
		} {
			if !holds {
				w.t.Fatalf("not so of node %d: %s: sent %d, there %d (%d inside), line %+v, node %+v", i, name, sent[i], here, taken, *l, st)
			}
		}
	}
}

// struck says whether the timeline strikes a link to a node.
func (w *lines) struck(i int) bool {
	return w.run.wires != nil && slices.ContainsFunc(w.run.wires.links, func(l *wire) bool { return int(l.to) == i })
}

// present counts the requests at a node, and those of them that it has not dropped.
// All must be open.
func (w *lines) present(i uint8) (here, taken int) {
	for p := range w.run.requests.all.length {
		q := w.run.requests.at(p)
		if q.node != i || q.place != inside && q.place != dropped {
			continue
		}
		here++
		if q.place == inside {
			taken++
		}
		if !w.nodes[i].open[uint64(p)] {
			w.t.Fatalf("request %d is at node %d, and has ended", p, i)
		}
	}
	return here, taken
}

// links checks that every attempt over a link has ended or is under way, and gives
// how many there were, by link and target. What was under way when the caller
// crashed has no outcome.
func (w *lines) links() []int64 {
	var sent []int64
	edges := w.run.graph.Edges()
	for i := range w.run.nodes {
		for _, s := range w.run.nodes[i].node.Links() {
			e := edges[len(sent)]
			sent = append(sent, s.Attempts)
			known := w.underWay(uint8(e.From), uint8(e.Link), uint8(e.To))
			for _, n := range s.Outcomes {
				known += n
			}
			l := &w.nodes[i]
			if known > s.Attempts || !l.crashed && known+l.unheard < s.Attempts {
				w.t.Fatalf("link %+v: %d attempts, %d ended or under way, %d whose end was not heard; %+v", e, s.Attempts, known, l.unheard, s)
			}
		}
	}
	return sent
}

// underWay counts the attempts of a link to a node that the caller waits for.
func (w *lines) underWay(from, link, to uint8) int64 {
	var n int64
	for p := range w.run.requests.all.length {
		if q := w.run.requests.at(p); q.place != free && q.from == from+1 && q.next == uint32(link) && q.node == to && !q.left {
			n++
		}
	}
	return n
}
