package sim

// pool is the connections that a cohort shares: an attempt that finds none
// free waits for one, first come first served. A connection takes no time to
// open, so that it makes no difference which one carries an attempt.
type pool struct {
	size, busy int
	line       []ticket
	head       int
	pumping    bool
}

// ticket is a request's place in the line; it is stale if the request is over.
type ticket struct{ number, turn uint32 }

func newPool(size int) *pool {
	if size == 0 {
		return nil
	}
	return &pool{size: size}
}

func (p *pool) join(number, turn uint32) { p.line = append(p.line, ticket{number, turn}) }

// next takes the first ticket; the line must not be empty.
func (p *pool) next() ticket {
	t := p.line[p.head]
	p.head++
	if p.head >= 64 && 2*p.head >= len(p.line) {
		n := copy(p.line, p.line[p.head:])
		p.line, p.head = p.line[:n], 0
	}
	return t
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
		if t := p.next(); r.requests.is(t.number, t.turn) && r.requests.at(t.number).place == pooled {
			p.busy++
			r.arrive(t.number)
		}
	}
	p.pumping = false
}

// pumpAll does what had to wait for the node's step to end.
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
	if p := r.pools[r.cohort(i)]; p != nil {
		p.busy--
		r.pump(p)
	}
}
