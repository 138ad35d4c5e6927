package sim

import "time"

// pool is the connections that a cohort shares: an attempt that finds none
// free waits for one, first come first served. A connection takes no time to
// open, so that it makes no difference which one carries an attempt.
type pool struct {
	size, busy int
	line       []queuer
	head       int
	pumping    bool
}

// ticket says which request is meant; it is stale if that one is over.
type ticket struct{ number, turn uint32 }

// queuer is a request in the line.
type queuer struct {
	ticket
	until time.Duration // when its terminal stops waiting
}

func newPool(size int) *pool {
	if size == 0 {
		return nil
	}
	return &pool{size: size}
}

func (p *pool) join(number, turn uint32, until time.Duration) {
	p.line = append(p.line, queuer{ticket{number, turn}, until})
}

// next takes the first one; the line must not be empty.
func (p *pool) next() queuer {
	t := p.line[p.head]
	p.head++
	if p.head >= 64 && 2*p.head >= len(p.line) {
		n := copy(p.line, p.line[p.head:])
		p.line, p.head = p.line[:n], 0
	}
	return t
}

// poolOf gives the pool that a terminal shares, or nil.
func (r *run) poolOf(i uint32) *pool {
	if !r.pooling {
		return nil
	}
	return r.pools[r.cohort(i)]
}

// pump puts waiting attempts on free connections, once the node's step is
// over. An attempt that is refused at once frees its connection again, which
// the same loop then sees.
func (r *run) pump(p *pool) {
	if p.pumping || r.telling {
		r.unpumped = true
		return
	}
	p.pumping = true
	for p.busy < p.size && p.head < len(p.line) {
		t := p.next()
		if q := r.requests.at(t.number); q.is(t.turn) && q.place == pooled {
			p.busy++
			r.arrive(t.number, q, t.until)
		}
	}
	p.pumping = false
}

// told ends a step of the node and does what had to wait for that.
func (r *run) told() {
	r.telling = false
	if r.unpumped {
		r.pumpAll()
	}
}

func (r *run) pumpAll() {
	for r.unpumped && !r.telling {
		r.unpumped = false
		for _, p := range r.pools {
			if p != nil && !p.pumping {
				r.pump(p)
			}
		}
	}
}

// release frees the connection on which a terminal's attempt was.
func (r *run) release(i uint32) {
	if p := r.poolOf(i); p != nil {
		p.busy--
		r.pump(p)
	}
}
