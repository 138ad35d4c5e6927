package sim

// pages is a list that grows by a page at a time: in a storm lists grow to
// millions, and one that doubles would be addCopy again and again, and leave up
// to half of itself unused. The zero value is empty.
type pages[T any] struct {
	list   []*[perPage]T
	length uint32
}

const perPage = 1 << 10

// at gives the element of a number below length. It stays where it is.
func (p *pages[T]) at(i uint32) *T { return &p.list[i/perPage][i%perPage] }

// add makes an element more, which holds zero, and gives its number.
func (p *pages[T]) add() uint32 {
	i := p.length
	p.length++
	if int(i/perPage) == len(p.list) {
		p.list = append(p.list, new([perPage]T))
	} else {
		var zero T
		*p.at(i) = zero
	}
	return i
}

// reset takes all elements out but the first, which holds zero and stands for
// none, and keeps their room.
func (p *pages[T]) reset() {
	p.length = 0
	p.add()
}
