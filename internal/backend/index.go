package backend

// index finds the places of a requestTable by the IDs that stand there. It is a hash
// table with linear probing that moves entries back when one is taken out
// (D. E. Knuth, "The Art of Computer Programming", volume 3, section 6.4,
// algorithm R), rather than a map, because a map under constant coming and
// going is built anew now and then.
type index struct {
	slots []place // a power of two, at most half of them in use
	used  int
}

const fewestSlots = 16

func newIndex() index { return index{slots: make([]place, fewestSlots)} }

// home is the slot where an ID belongs: the mixing function of SplitMix64
// (Steele, Lea and Flood, OOPSLA 2014).
func (x *index) home(id uint64) int {
	id = (id ^ id>>30) * 0xbf58476d1ce4e5b9
	id = (id ^ id>>27) * 0x94d049bb133111eb
	return int(id^id>>31) & x.mask() //nolint:gosec // the mask takes the low bits
}

func (x *index) mask() int { return len(x.slots) - 1 }

// slot is where the ID stands, or the empty slot where it would.
func (x *index) slot(ids []uint64, id uint64) int {
	i := x.home(id)
	for x.slots[i] != nowhere && ids[x.slots[i]] != id {
		i = (i + 1) & x.mask()
	}
	return i
}

// find gives the place of the ID, or nowhere.
func (x *index) find(ids []uint64, id uint64) place { return x.slots[x.slot(ids, id)] }

// add takes up the request at p, whose ID must be new.
func (x *index) add(ids []uint64, p place) {
	if x.used++; 2*x.used > len(x.slots) {
		x.grow(ids)
	}
	x.slots[x.slot(ids, ids[p])] = p
}

func (x *index) grow(ids []uint64) {
	old := x.slots
	x.slots = make([]place, 2*len(old))
	for _, p := range old {
		if p != nowhere {
			x.slots[x.slot(ids, ids[p])] = p
		}
	}
}

// remove takes out an ID that stands in the index.
func (x *index) remove(ids []uint64, id uint64) {
	hole := x.slot(ids, id)
	for i := (hole + 1) & x.mask(); x.slots[i] != nowhere; i = (i + 1) & x.mask() {
		// An entry may move back to the hole unless its home lies after it.
		home := x.home(ids[x.slots[i]])
		if (i-home)&x.mask() >= (i-hole)&x.mask() {
			x.slots[hole] = x.slots[i]
			hole = i
		}
	}
	x.slots[hole] = nowhere
	x.used--
}
