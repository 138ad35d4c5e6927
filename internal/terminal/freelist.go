package terminal

// freeList keeps the memory for sales under way that no terminal of a cohort uses
// now. Most terminals have nothing under way at most times, so they borrow it for as
// long as they do: a terminal at rest takes 80 bytes with what the simulator keeps of
// it (BenchmarkRest in internal/sim), and would take 192 more with memory of its own.
type freeList struct {
	none  inFlight     // of those that have nothing under way: always empty
	list  []*inFlight  // the last one used, still in the caches, is the next one lent
	slabs [][]inFlight // all there are
	fresh []inFlight   // of the last slab: never used
}

// slab is for how many terminals memory is made at once.
const slab = 256

func (l *freeList) get() *inFlight {
	if n := len(l.list); n > 0 {
		d := l.list[n-1]
		l.list = l.list[:n-1]
		return d
	}
	if len(l.fresh) == 0 {
		l.fresh = make([]inFlight, slab)
		l.slabs = append(l.slabs, l.fresh)
	}
	d := &l.fresh[0]
	l.fresh = l.fresh[1:]
	d.clear()
	return d
}

// Inherit takes over the free list of a cohort whose terminals are no more, so that
// the memory is used again.
func (c *Cohort) Inherit(old *Cohort) {
	l := &old.free
	c.free.list, c.free.slabs, c.free.fresh = l.list[:0], l.slabs, l.fresh
	for _, s := range l.slabs {
		for i := range s {
			if d := &s[i]; d.used() {
				d.clear()
				c.free.list = append(c.free.list, d)
			}
		}
	}
	*l = freeList{}
}

// borrow gives the terminal memory for what it has under way, if it has none yet, and
// returns it.
func (t *Terminal) borrow() *inFlight {
	if t.active == &t.cohort.free.none {
		t.active = t.cohort.free.get()
	}
	return t.active
}

// giveBack gives that memory back once nothing is under way.
func (t *Terminal) giveBack() {
	if d := t.active; len(d.trying) == 0 && len(d.flights) == 0 && d != &t.cohort.free.none {
		t.cohort.free.list = append(t.cohort.free.list, d)
		t.active = &t.cohort.free.none
	}
}

// Look reads a little of what a step will need, so that it comes into the
// caches, and changes nothing. What it gives has no meaning. It asks for no
// condition, for which the processor would have to wait.
func (t *Terminal) Look() uint32 {
	d := t.active                                                        // a look at each of its cache lines
	return uint32(len(d.trying)+int(d.flight[0].expires)) + d.sale[0].id //nolint:gosec // any number will do
}
