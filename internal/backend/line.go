package backend

// line is the queue: the requests that wait, in the order in which they came,
// as a ring of places through nowhere. Whatever leaves it, from either end or
// the middle, leaves in O(1) and gives its place back at once.
type line struct {
	requests *roster
	length   int
}

func newLine(requests *roster) line { return line{requests: requests} }

// join puts the request at p behind all others.
func (l *line) join(p place) {
	end := l.requests.at(nowhere)
	l.requests.at(p).older = end.older
	l.requests.at(p).newer = nowhere
	l.requests.at(end.older).newer = p
	end.older = p
	l.length++
}

// remove takes the request at p out.
func (l *line) remove(p place) {
	r := l.requests.at(p)
	l.requests.at(r.older).newer = r.newer
	l.requests.at(r.newer).older = r.older
	r.older, r.newer = nowhere, nowhere
	l.length--
}

// next takes out the request whose turn it is; the line must not be empty.
func (l *line) next(d Discipline) place {
	p := l.requests.at(nowhere).newer
	if d == LIFO {
		p = l.requests.at(nowhere).older
	}
	l.remove(p)
	return p
}
