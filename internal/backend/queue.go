package backend

// queue is the requests that wait, in the order in which they came,
// as a ring of places through nowhere. Whatever leaves it, from either end or
// the middle, leaves in O(1) and gives its place back at once.
type queue struct {
	requests *requestTable
	length   int
}

func newQueue(requests *requestTable) queue { return queue{requests: requests} }

// push puts the request at p behind all others.
func (q *queue) push(p place) {
	t := q.requests
	end, r := t.at(nowhere), t.at(p)
	r.older, r.newer = end.older, nowhere
	t.at(end.older).newer = p
	end.older = p
	q.length++
}

// remove takes the request at p out.
func (q *queue) remove(p place) {
	t := q.requests
	r := t.at(p)
	t.at(r.older).newer = r.newer
	t.at(r.newer).older = r.older
	q.length--
}

// pop takes out the request whose turn it is; the queue must not be empty.
func (q *queue) pop(d Discipline) place {
	p := q.requests.at(nowhere).newer
	if d == LIFO {
		p = q.requests.at(nowhere).older
	}
	q.remove(p)
	return p
}
