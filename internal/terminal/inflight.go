package terminal

// inFlight is what a terminal has under way. It fills three cache lines of 64 bytes.
type inFlight struct {
	trying  []sale   // sales being tried, oldest first
	flights []flight // attempts on the wire, oldest first
	// Room for the first ones: few terminals ever have a third.
	flight [2]flight
	sale   [2]sale
}

// clear takes everything out.
func (d *inFlight) clear() {
	if !d.used() {
		d.trying, d.flights = d.sale[:], d.flight[:]
	}
	d.trying, d.flights = d.trying[:0], d.flights[:0]
}

func (d *inFlight) used() bool { return d.trying != nil }

// remove takes an attempt off the wire.
func (d *inFlight) remove(i int) {
	if last := len(d.flights) - 1; i < last {
		copy(d.flights[i:], d.flights[i+1:])
	}
	d.flights = d.flights[:len(d.flights)-1]
}

// indexOf gives the index of an attempt on the wire, or -1.
func (d *inFlight) indexOf(attempt uint32) int {
	for i := range d.flights {
		if d.flights[i].id == attempt {
			return i
		}
	}
	return -1
}

// find gives a sale that is being tried, or nil.
func (d *inFlight) find(id uint32) *sale {
	for i := range d.trying {
		if s := &d.trying[i]; s.id == id {
			return s
		}
	}
	return nil
}

// gone marks a sale that is no longer being tried until settle takes it out,
// so that a loop over the sales is never pulled from under its own feet.
const gone = 0

func (d *inFlight) settle() {
	for i := range d.trying {
		if d.trying[i].id == gone {
			d.sweep()
			return
		}
	}
}

func (d *inFlight) sweep() {
	rest := d.trying[:0]
	for i := range d.trying {
		if d.trying[i].id != gone {
			rest = append(rest, d.trying[i])
		}
	}
	d.trying = rest
}
