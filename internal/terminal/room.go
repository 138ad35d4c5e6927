package terminal

// room is what terminals keep their sales and attempts in while they have any.
// Most terminals of a fleet have none at most times, so they borrow it from
// their cohort.
type room struct {
	sales   shelf[sale]
	flights shelf[flight]
}

// rest gives back what the terminal does not need.
func (t *Terminal) rest() {
	if len(t.trying) == 0 && t.trying != nil {
		t.cohort.room.sales.giveBack(t.trying)
		t.trying = nil
	}
	if len(t.flights) == 0 && t.flights != nil {
		t.cohort.room.flights.giveBack(t.flights)
		t.flights = nil
	}
}

// shelf keeps empty lists that were used before.
type shelf[T any] struct {
	lists [][]T
	fresh []T // room for new lists
}

// slab is for how many lists of one there is room made at once.
const slab = 256

// lend gives an empty list with room for one.
func (s *shelf[T]) lend() []T {
	if n := len(s.lists); n > 0 {
		l := s.lists[n-1]
		s.lists = s.lists[:n-1]
		return l
	}
	if len(s.fresh) == 0 {
		s.fresh = make([]T, slab)
	}
	l := s.fresh[:0:1]
	s.fresh = s.fresh[1:]
	return l
}

func (s *shelf[T]) giveBack(l []T) { s.lists = append(s.lists, l[:0]) }
