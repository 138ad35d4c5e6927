package backend

import "time"

// place is where a request stands in the requestTable. Places are used again, so
// that a node in steady state allocates nothing.
type place int32

// nowhere is the place that holds no request; the queue and the list of free
// places start and end there.
const nowhere place = 0

// request is one that has not ended. Millions may wait, so it is kept small;
// what only some requests need is elsewhere.
type request struct {
	// older and newer are its neighbours in the queue; newer is the next free
	// place where no request stands.
	older, newer place
	state        state
	left         bool
	worker       worker // that serves it
}

type state uint8

const (
	absent state = iota // no request stands here
	waiting
	serving
	dropped // turned away without an answer; its connection is open
)

// requestTable holds every request that has not ended. It grows to the most there
// ever were at once and keeps that size; it grows by a page at a time, since
// one that doubles would be copied again and again, and lie half idle. Where
// requests are numbered, a request's ID is its place.
type requestTable struct {
	pages     []*[perPage]request       // the one at nowhere joins the ends of the queue
	deadlines []*[perPage]time.Duration // by place; empty as long as no request has one
	length    int                       // places in use or used before
	free      place                     // the first free place
	ids       []uint64                  // by place
	byID      index
	numbered  bool
}

const perPage = 1 << 10

func newRequestTable(numbered bool) *requestTable {
	r := &requestTable{numbered: numbered}
	r.clear()
	return r
}

// reach makes room for the place p.
func (r *requestTable) reach(p place) {
	for int(p) >= r.length {
		if r.length%perPage == 0 && r.length/perPage == len(r.pages) {
			r.pages = append(r.pages, new([perPage]request))
		}
		*r.at(place(r.length)) = request{} //nolint:gosec // no more places than 2^31
		r.length++
	}
}

// clear takes every request out and keeps the room.
func (r *requestTable) clear() {
	r.length, r.free = 0, nowhere
	r.reach(nowhere)
	if !r.numbered {
		r.ids = append(r.ids[:0], 0)
		r.byID = newIndex()
	}
}

// find gives the place of a request, and whether it has not ended.
func (r *requestTable) find(id uint64) (place, bool) {
	if r.numbered {
		if id >= uint64(r.length) { //nolint:gosec // not negative
			return nowhere, false
		}
		p := place(id) //nolint:gosec // below length
		return p, r.at(p).state != absent
	}
	p := r.byID.find(r.ids, id)
	return p, p != nowhere
}

// at gives the request at p, which stays where it is until it has ended.
func (r *requestTable) at(p place) *request { return &r.pages[uint32(p)/perPage][uint32(p)%perPage] } //nolint:gosec // not negative

// id gives the ID of the request at p.
func (r *requestTable) id(p place) uint64 {
	if r.numbered {
		return uint64(p) //nolint:gosec // not negative
	}
	return r.ids[p]
}

func (r *requestTable) add(id uint64, deadline time.Duration) place {
	p := place(id) //nolint:gosec // no more places than 2^31
	switch {
	case !r.numbered:
		p = r.settle(id)
	case int(p) >= r.length:
		r.reach(p)
	}
	*r.at(p) = request{state: waiting}
	if deadline != 0 || len(r.deadlines) > 0 {
		r.date(p, deadline)
	}
	return p
}

// date notes the deadline of the request at p.
func (r *requestTable) date(p place, deadline time.Duration) {
	for len(r.deadlines) < len(r.pages) {
		r.deadlines = append(r.deadlines, new([perPage]time.Duration))
	}
	r.deadlines[p/perPage][p%perPage] = deadline
}

// deadline gives that of the request at p, since the run began; none if zero.
func (r *requestTable) deadline(p place) time.Duration {
	if len(r.deadlines) == 0 {
		return 0
	}
	return r.deadlines[p/perPage][p%perPage]
}

// settle finds a place for a request with an ID of any kind.
func (r *requestTable) settle(id uint64) place {
	p := r.free
	if p == nowhere {
		p = place(r.length) //nolint:gosec // memory ends long before 2^31 requests
		r.reach(p)
		r.ids = append(r.ids, 0)
	}
	r.free = r.at(p).newer
	r.ids[p] = id
	r.byID.add(r.ids, p)
	return p
}

func (r *requestTable) drop(p place) {
	if r.numbered {
		r.at(p).state = absent
		return
	}
	r.byID.remove(r.ids, r.ids[p])
	*r.at(p) = request{newer: r.free}
	r.free = p
}
