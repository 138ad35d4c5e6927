package caller

// table holds what is under way by a number that is used again once it has ended.
// Number 0 stands for none. Each number has a turn, which tells what has it now
// from what had it before.
type table[T any] struct {
	slots []slot[T]
	free  []uint32
}

type slot[T any] struct {
	value T
	turn  uint32
	used  bool
}

// add gives a new number with a zero value, to be filled in where it lies. The
// pointer is good until the next add.
func (t *table[T]) add() (uint32, *T) {
	if len(t.slots) == 0 {
		t.slots = append(t.slots, slot[T]{})
	}
	var number uint32
	if n := len(t.free); n > 0 {
		number = t.free[n-1]
		t.free = t.free[:n-1]
	} else {
		number = uint32(len(t.slots)) //nolint:gosec // memory ends long before
		t.slots = append(t.slots, slot[T]{})
	}
	s := &t.slots[number]
	s.used = true
	return number, &s.value
}

// at gives what has a number, or nil if nothing does.
func (t *table[T]) at(number uint32) *T {
	if int(number) >= len(t.slots) || !t.slots[number].used {
		return nil
	}
	return &t.slots[number].value
}

// turn gives the turn of a number that is in use.
func (t *table[T]) turn(number uint32) uint32 { return t.slots[number].turn }

// is says whether a number is in use, in that turn.
func (t *table[T]) is(number, turn uint32) bool {
	return int(number) < len(t.slots) && t.slots[number].used && t.slots[number].turn == turn
}

// remove frees a number that is in use.
func (t *table[T]) remove(number uint32) {
	s := &t.slots[number]
	*s = slot[T]{turn: s.turn + 1}
	t.free = append(t.free, number)
}

// each calls f for everything under way, by number.
func (t *table[T]) each(f func(number uint32, v *T)) {
	for i := range t.slots {
		if t.slots[i].used {
			f(uint32(i), &t.slots[i].value)
		}
	}
}

// clear frees all numbers and keeps the memory.
func (t *table[T]) clear() {
	t.free = t.free[:0]
	for i := len(t.slots) - 1; i > 0; i-- {
		t.slots[i] = slot[T]{turn: t.slots[i].turn + 1}
		t.free = append(t.free, uint32(i)) //nolint:gosec // memory ends long before
	}
}
