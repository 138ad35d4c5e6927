package caller

import "fmt"

// Pool shares a bounded number of connections among those who ask for one, first
// come, first served. It knows no connections: it only says who may use one. The
// driver opens them, and keeps open those that nobody uses if it likes.
//
// Whoever asks is named by a value of type T, which is the driver's own and names
// one attempt at a time. Every operation takes constant time, and allocates only
// while more wait than ever before. A Pool is not safe for concurrent use.
//
//	state   event                            next state
//	absent  Acquire, a connection is free    holds
//	absent  Acquire, none is free            waits, last of all
//	waits   Release by another, if first     holds
//	waits   Abandon                          absent
//	holds   Release                          absent
type Pool[T comparable] struct {
	size int // most that hold a connection; no bound if zero
	held int
	// queue has one entry for each that waits. Entry 0 closes the ring: after it
	// comes the one that has waited longest.
	queue []waiter[T]
	spare uint32       // the first unused entry; the others follow through next
	at    map[T]uint32 // where each that waits is in the queue
}

// waiter is one that waits for a connection, or an unused entry.
type waiter[T comparable] struct {
	who        T
	prev, next uint32
}

// NewPool makes a pool of so many connections, of which none is held. With size 0
// there is no bound, and nobody ever waits.
func NewPool[T comparable](size int) *Pool[T] {
	return &Pool[T]{size: size, queue: make([]waiter[T], 1), at: map[T]uint32{}}
}

// Held is how many hold a connection.
func (p *Pool[T]) Held() int { return p.held }

// Waiting is how many wait for one.
func (p *Pool[T]) Waiting() int { return len(p.at) }

// Acquire says whether who holds a connection from now on. If not, who waits until
// Release gives it one or until Abandon. Nobody may wait twice at the same time.
func (p *Pool[T]) Acquire(who T) bool {
	// As long as anyone waits all connections are held, so nobody is overtaken.
	if p.size == 0 || p.held < p.size {
		p.held++
		return true
	}
	if _, waits := p.at[who]; waits {
		panic(fmt.Sprintf("caller: %v waits for a connection already", who))
	}
	p.at[who] = p.add(who)
	return false
}

// Release takes a connection back from one that holds it. If ok, next has waited
// longest and holds it from now on.
func (p *Pool[T]) Release() (next T, ok bool) {
	if p.held == 0 {
		panic("caller: a connection is released that nobody holds")
	}
	first := p.queue[0].next
	if first == 0 {
		p.held--
		return next, false
	}
	next = p.queue[first].who
	p.remove(first)
	delete(p.at, next)
	return next, true
}

// Abandon ends the wait of who and says whether there was one. One that does not
// wait keeps what it holds: its connection goes back with Release.
func (p *Pool[T]) Abandon(who T) bool {
	i, waits := p.at[who]
	if waits {
		p.remove(i)
		delete(p.at, who)
	}
	return waits
}

// Reset forgets who holds a connection and who waits, and keeps the memory.
func (p *Pool[T]) Reset() {
	clear(p.queue)
	p.queue = p.queue[:1]
	p.spare, p.held = 0, 0
	clear(p.at)
}

// add puts who behind all others and says where.
func (p *Pool[T]) add(who T) uint32 {
	i := p.spare
	if i == 0 {
		i = uint32(len(p.queue)) //nolint:gosec // memory ends before numbers do
		p.queue = append(p.queue, waiter[T]{})
	}
	p.spare = p.queue[i].next
	last := p.queue[0].prev
	p.queue[i] = waiter[T]{who: who, prev: last}
	p.queue[last].next = i
	p.queue[0].prev = i
	return i
}

// remove takes the entry out of the queue, wherever it stands.
func (p *Pool[T]) remove(i uint32) {
	w := p.queue[i]
	p.queue[w.prev].next = w.next
	p.queue[w.next].prev = w.prev
	p.queue[i] = waiter[T]{next: p.spare}
	p.spare = i
}
