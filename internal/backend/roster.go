package backend

import "time"

// place is where a request stands in the roster. Places are used again, so
// that a node in steady state allocates nothing.
type place int32

// nowhere is the place that holds no request; the line and the list of free
// places start and end there.
const nowhere place = 0

// request is one that has not ended.
type request struct {
	id       uint64
	deadline time.Duration // since the run began; none if zero
	began    time.Duration // when its service began
	// older and newer are its neighbours in the line; newer is the next free
	// place where no request stands.
	older, newer  place
	serving, left bool
}

// roster holds every request that has not ended. It grows to the most there
// ever were at once and keeps that size. Where requests are numbered, a
// request's ID is its place.
type roster struct {
	all      []request // all[nowhere] joins the ends of the line
	free     place     // the first free place
	byID     index
	numbered bool
}

func newRoster() *roster {
	return &roster{all: make([]request, 1), byID: newIndex()}
}

// find gives the place of a request, and whether it has not ended.
func (r *roster) find(id uint64) (place, bool) {
	if r.numbered {
		return place(id), id < uint64(len(r.all)) && r.all[id].id == id //nolint:gosec // no more places than 2^31
	}
	p := r.byID.find(r.all, id)
	return p, p != nowhere
}

// at gives the request at p, until the next add.
func (r *roster) at(p place) *request { return &r.all[p] }

func (r *roster) add(id uint64, deadline time.Duration) place {
	if r.numbered {
		for uint64(len(r.all)) <= id {
			r.all = append(r.all, request{})
		}
		r.all[id] = request{id: id, deadline: deadline}
		return place(id) //nolint:gosec // no more places than 2^31
	}
	p := r.free
	if p == nowhere {
		p = place(len(r.all)) //nolint:gosec // memory ends long before 2^31 requests
		r.all = append(r.all, request{})
	}
	r.free = r.all[p].newer
	r.all[p] = request{id: id, deadline: deadline}
	r.byID.add(r.all, p)
	return p
}

func (r *roster) drop(p place) {
	if r.numbered {
		r.all[p] = request{}
		return
	}
	r.byID.remove(r.all, r.all[p].id)
	r.all[p] = request{newer: r.free}
	r.free = p
}
