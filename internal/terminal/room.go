package terminal

// room keeps the desks of a cohort that are free. Most terminals have nothing
// under way at most times, so they borrow a desk for as long as they do.
type room struct {
	none  desk     // the desk of those that have none: always empty
	free  []*desk  // the last one used, still warm in the caches, is the next one lent
	slabs [][]desk // all desks there are
	fresh []desk   // of the last slab: never used
}

// slab is for how many desks there is room made at once.
const slab = 256

func (r *room) lend() *desk {
	if n := len(r.free); n > 0 {
		d := r.free[n-1]
		r.free = r.free[:n-1]
		return d
	}
	if len(r.fresh) == 0 {
		r.fresh = make([]desk, slab)
		r.slabs = append(r.slabs, r.fresh)
	}
	d := &r.fresh[0]
	r.fresh = r.fresh[1:]
	d.clear()
	return d
}

// Inherit takes over the room of a cohort whose terminals are no more, so that
// the memory is used again.
func (c *Cohort) Inherit(old *Cohort) {
	r := &old.room
	c.room.free, c.room.slabs, c.room.fresh = r.free[:0], r.slabs, r.fresh
	for _, s := range r.slabs {
		for i := range s {
			if d := &s[i]; d.used() {
				d.clear()
				c.room.free = append(c.room.free, d)
			}
		}
	}
	*r = room{}
}

// sit gives the terminal's desk, and it one if it has none.
func (t *Terminal) sit() *desk {
	if t.desk == &t.cohort.room.none {
		t.desk = t.cohort.room.lend()
	}
	return t.desk
}

// rest gives the desk back once there is nothing on it.
func (t *Terminal) rest() {
	if d := t.desk; len(d.trying) == 0 && len(d.flights) == 0 && d != &t.cohort.room.none {
		t.cohort.room.free = append(t.cohort.room.free, d)
		t.desk = &t.cohort.room.none
	}
}

// Look reads a little of what a step will need, so that it comes into the
// caches, and changes nothing. What it gives has no meaning. It asks for no
// condition, for which the processor would have to wait.
func (t *Terminal) Look() uint32 {
	d := t.desk                                                          // a look at each of its cache lines
	return uint32(len(d.trying)+int(d.flight[0].expires)) + d.sale[0].id //nolint:gosec // any number will do
}
