package node

import (
	"math"
	"time"

	"github.com/retrystorm/retrystorm/internal/caller"
)

// processors model processors that burned work shares equally: with q of them and b
// services under way, each goes on at the rate min(1, q/b). They keep how much
// processor time a service has been given that ran all the time; a service
// ends when that has grown by what it needs (the virtual time of generalised
// processor sharing: A. K. Parekh and R. G. Gallager, IEEE/ACM Transactions on
// Networking 1(3), 1993). So a change of the rate costs nothing.
type processors struct {
	cpus  float64       // as many as it takes if zero
	busy  int           // services under way
	given float64       // ns of processor time up to at
	at    time.Duration // when given was brought up to date
	still bool          // nothing goes on
	heap  []burning     // by end; may hold services that were halted
	turns []uint32      // by ID: counts its services, so that those halted are told apart
}

type burning struct {
	end  float64 // of given
	id   uint64
	turn uint32
}

func (p *processors) rate() float64 {
	switch {
	case p.still:
		return 0
	case p.cpus == 0 || float64(p.busy) <= p.cpus:
		return 1
	}
	return p.cpus / float64(p.busy)
}

// bring brings given up to date; before anything that changes the rate.
func (p *processors) bring(now time.Duration) {
	p.given += float64(now-p.at) * p.rate()
	p.at = now
	if p.busy == 0 && len(p.heap) == 0 {
		p.given = 0 // small figures are exact
	}
}

// add begins a service.
func (p *processors) add(now, service time.Duration, id uint64) {
	p.bring(now)
	p.busy++
	for id >= uint64(len(p.turns)) {
		p.turns = append(p.turns, 0)
	}
	p.push(burning{end: p.given + float64(service), id: id, turn: p.turns[id]})
}

// halt ends a service before its time.
func (p *processors) halt(now time.Duration, id uint64) {
	p.bring(now)
	p.busy--
	p.turns[id]++
}

// share changes the processors; stand lets everything stand still or go on.
func (p *processors) share(now time.Duration, cpus float64) {
	p.bring(now)
	p.cpus = cpus
}

func (p *processors) stand(now time.Duration, still bool) {
	p.bring(now)
	p.still = still
}

// restart forgets all services, and has so many processors.
func (p *processors) restart(now time.Duration, cpus float64) {
	for _, b := range p.heap {
		p.turns[b.id]++
	}
	*p = processors{cpus: cpus, at: now, heap: p.heap[:0], turns: p.turns}
}

// due is when the first service ends if nothing changes.
func (p *processors) due() time.Duration {
	for len(p.heap) > 0 && p.turns[p.heap[0].id] != p.heap[0].turn {
		p.pop()
	}
	rate := p.rate()
	if len(p.heap) == 0 || rate == 0 {
		return caller.Never
	}
	left := math.Ceil(max(p.heap[0].end-p.given, 0) / rate)
	if left >= float64(caller.Never-p.at) {
		return caller.Never
	}
	return p.at + time.Duration(left)
}

// ended gives the first service if it has had all it needs, to a nanosecond.
func (p *processors) ended() (id uint64, ok bool) {
	for len(p.heap) > 0 && p.heap[0].end <= p.given+1 {
		b := p.pop()
		if p.turns[b.id] == b.turn {
			p.busy--
			p.turns[b.id]++
			return b.id, true
		}
	}
	return 0, false
}

// burnt ends the services that have had all they need.
func (n *Node) burnt(now time.Duration, out []Effect) []Effect {
	n.model.bring(now)
	for {
		id, ok := n.model.ended()
		if !ok {
			return out
		}
		out = n.served(now, id, out)
	}
}

// push and pop keep the heap of services, the first to end on top.
func (p *processors) push(x burning) {
	p.heap = append(p.heap, x)
	h := p.heap
	i := len(h) - 1
	for ; i > 0 && h[(i-1)/2].end > x.end; i = (i - 1) / 2 {
		h[i] = h[(i-1)/2]
	}
	h[i] = x
}

func (p *processors) pop() burning {
	h := p.heap
	first, x := h[0], h[len(h)-1]
	h = h[:len(h)-1]
	p.heap = h
	i := 0
	for child := 1; child < len(h); child = 2*i + 1 {
		if child+1 < len(h) && h[child+1].end < h[child].end {
			child++
		}
		if x.end <= h[child].end {
			break
		}
		h[i] = h[child]
		i = child
	}
	if len(h) > 0 {
		h[i] = x
	}
	return first
}
