package sim

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/caller"
)

// pool is the connections that a cohort shares. A connection takes no time to open,
// so that it makes no difference which one carries an attempt.
type pool struct {
	*caller.Pool[uint32]                          // of request numbers
	until                map[uint32]time.Duration // when the client of one that waits stops waiting
}

// granted is a request that has got a connection and is yet to be sent.
type granted struct {
	number, turn uint32
	until        time.Duration
}

func newPool(size int) *pool {
	return &pool{Pool: caller.NewPool[uint32](size), until: map[uint32]time.Duration{}}
}

// newPools makes the pools of a cohort, one for each node to which it may ever send.
func (r *run) newPools(cohort, size int) []*pool {
	if size == 0 {
		return nil
	}
	r.pooling = true
	pools := make([]*pool, len(r.graph.Nodes))
	for _, to := range r.graph.Fleet[cohort].To {
		pools[to] = newPool(size)
	}
	return pools
}

// poolOf gives the pool of connections to a node that a terminal shares, or nil.
func (r *run) poolOf(i uint32, node uint8) *pool {
	if !r.pooling {
		return nil
	}
	if pools := r.pools[r.cohort(i)]; pools != nil {
		return pools[node]
	}
	return nil
}

// queue lets a request wait for a connection, and says whether it must.
func (p *pool) queue(number uint32, until time.Duration) bool {
	if p.Acquire(number) {
		return false
	}
	p.until[number] = until
	return true
}

// abandon gives up a request that is not sent yet.
func (r *run) abandon(i uint32, node uint8, number uint32) {
	p := r.poolOf(i, node)
	if p.Abandon(number) {
		delete(p.until, number)
		return
	}
	r.release(i, node) // it has got a connection meanwhile
}

// release frees the connection to a node on which a terminal's attempt was. The next one has
// it, and is sent once all steps of nodes are over.
func (r *run) release(i uint32, node uint8) {
	p := r.poolOf(i, node)
	if p == nil {
		return
	}
	if next, ok := p.Release(); ok {
		r.granted = append(r.granted, granted{next, r.requests.at(next).turn, p.until[next]})
		delete(p.until, next)
	}
	r.sendGranted()
}

// sendGranted sends the requests that have got a connection, unless a node is being
// stepped. One that is refused at once frees its connection again, which the same
// loop then sees.
func (r *run) sendGranted() {
	if r.depth > 0 || r.granting {
		return
	}
	r.granting = true
	for k := 0; k < len(r.granted); k++ {
		g := r.granted[k]
		if q := r.requests.at(g.number); q.is(g.turn) && q.place == pooled {
			r.dispatch(g.number, q, g.until-r.now)
		}
	}
	r.granted, r.granting = r.granted[:0], false
}
