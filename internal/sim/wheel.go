package sim

import (
	"math/bits"
	"sort"
	"time"
)

// event is something that is to happen at a moment.
type event struct {
	at   time.Duration
	id   uint32 // of a terminal, a request or a trigger, as kind says
	turn uint32 // tells events apart that have come to nothing
}

// wheel is the queue of events: a hierarchical timing wheel (G. Varghese and
// T. Lauck, SOSP 1987) of three levels with 4096 slots each, whose finest
// slots are sorted when their time has come. What is pushed first comes first
// among events of the same moment: every slot keeps its events in the order in
// which they were pushed, and a coarse slot is spread over finer ones before
// anything can be pushed into those.
//
// It won the comparison in the benchmark (see queue_test.go).
type wheel struct {
	shift  uint // a tick is 2^shift ns
	tick   int64
	due    []event // of the current tick, sorted
	head   int     // the first of due that has not been popped
	blocks pages[block]
	free   uint32 // the first free block
	seen   uint32 // keeps the compiler from leaving looks out
	levels [depth]level
}

const (
	depth    = 3
	slotBits = 10
	slots    = 1 << slotBits
)

const perBlock = 7

// block is a part of a slot's events; blocks form chains. It fills two cache
// lines of 64 bytes.
type block struct {
	events [perBlock]event
	next   uint32
	_      [3]uint32
}

// level is one ring of slots with a map of those that hold something.
type level struct {
	chains [slots]chain
	filled [slots / 64]uint64
	groups uint64 // which words of filled are not zero
}

// chain is the blocks of a slot. All are full but the last, so that no block
// need be read to add to it.
type chain struct{ first, last, n uint32 }

// longestTick keeps what is due in a tick so little that it is sorted quickly.
const longestTick = 8 * time.Millisecond

// near is how many events may be moved back for an earlier one without a look
// for whether moving others forward takes less. Attempts that fail at once leave
// a timeout each in the tick in which they go on and on: without that look, a
// million of them would take hours to reach the limit.
const near = 64

// newWheel makes a wheel for moments up to the horizon, with a tick of about
// the given length where that is possible.
func newWheel(horizon, tick time.Duration) *wheel {
	w := &wheel{}
	w.reset(horizon, tick)
	return w
}

// reset is newWheel in place; it keeps the memory that the wheel has.
func (w *wheel) reset(horizon, tick time.Duration) {
	*w = wheel{due: w.due[:0], blocks: w.blocks}
	w.blocks.reset() // block 0 is none
	tick = min(max(tick, 1), longestTick)
	w.shift = uint(bits.Len64(uint64(tick)))
	for horizon>>(w.shift+depth*slotBits) > 0 {
		w.shift++
	}
}

// push adds an event, no earlier than the last one popped.
func (w *wheel) push(e event) {
	tick := int64(e.at) >> w.shift
	differ := tick ^ w.tick
	switch {
	case tick <= w.tick:
		w.insert(e)
	case differ < slots:
		w.add(0, int(tick)&(slots-1), e)
	case differ < slots*slots:
		w.add(1, int(tick>>slotBits)&(slots-1), e)
	default:
		w.add(2, int(tick>>(2*slotBits))&(slots-1), e)
	}
}

// pop takes the earliest event.
func (w *wheel) pop() (e event, ok bool) {
	if w.head < len(w.due) || w.refill() {
		e, ok = w.due[w.head], true
		w.head++
	}
	return e, ok
}

// refill moves on to the next tick in which something is due, and says whether
// there was one.
func (w *wheel) refill() bool {
	for w.due, w.head = w.due[:0], 0; len(w.due) == 0; {
		if !w.advance() {
			return false
		}
	}
	return true
}

// insert puts an event of the current tick behind all that are not later.
func (w *wheel) insert(e event) {
	if rest := w.due[w.head:]; w.head > 1 && len(rest) > near && rest[len(rest)-near].at > e.at {
		if n := sort.Search(len(rest), func(i int) bool { return rest[i].at > e.at }); n < len(rest)/2 {
			copy(w.due[w.head-1:], rest[:n])
			w.head--
			w.due[w.head+n] = e
			return
		}
	}
	w.due = append(w.due, e)
	i := len(w.due) - 1
	for ; i > w.head && w.due[i-1].at > e.at; i-- {
		w.due[i] = w.due[i-1]
	}
	w.due[i] = e
}

func (w *wheel) add(lv, slot int, e event) {
	l := &w.levels[lv]
	c := &l.chains[slot]
	if c.n == perBlock || c.first == 0 {
		w.extend(l, slot)
	}
	w.blocks.at(c.last).events[c.n] = e
	c.n++
}

// extend puts an empty block behind those of a slot.
func (w *wheel) extend(l *level, slot int) {
	c := &l.chains[slot]
	next := w.take()
	if c.first == 0 {
		c.first = next
		l.filled[slot/64] |= 1 << (slot % 64)
		l.groups |= 1 << (slot / 64)
	} else {
		w.blocks.at(c.last).next = next
	}
	c.last, c.n = next, 0
}

// take gives an empty block.
func (w *wheel) take() uint32 {
	b := w.free
	if b == 0 {
		return w.blocks.add()
	}
	w.free = w.blocks.at(b).next
	return b
}

// advance moves on to the next slot that holds something, and says whether
// there was one.
func (w *wheel) advance() bool {
	for lv := range depth {
		slot, ok := w.levels[lv].after(int(w.tick>>(lv*slotBits)) & (slots - 1))
		if !ok {
			continue
		}
		below := int64(1)<<((lv+1)*slotBits) - 1
		w.tick = w.tick&^below | int64(slot)<<(lv*slotBits)
		w.spread(lv, slot)
		return true
	}
	return false
}

// spread deals the events of a slot out: those of the current tick become due,
// the others go to finer slots.
func (w *wheel) spread(lv, slot int) {
	l := &w.levels[lv]
	c := l.chains[slot]
	l.chains[slot] = chain{}
	if l.filled[slot/64] &^= 1 << (slot % 64); l.filled[slot/64] == 0 {
		l.groups &^= 1 << (slot / 64)
	}
	for number := c.first; ; {
		b, n := w.blocks.at(number), uint32(perBlock)
		if number == c.last {
			n = c.n
		}
		// A look at the next block, so that it comes while this one is dealt out.
		next := b.next
		w.seen += w.blocks.at(next).next
		if lv == 0 {
			w.due = append(w.due, b.events[:n]...)
		} else {
			for _, e := range b.events[:n] {
				w.push(e)
			}
		}
		b.next, w.free = w.free, number
		if number == c.last {
			break
		}
		number = next
	}
	if lv == 0 {
		sortByTime(w.due)
	}
}

// look reads a little of what is due next, so that it comes into the caches.
func (w *wheel) look() uint32 {
	l := &w.levels[0]
	slot, ok := l.after(int(w.tick) & (slots - 1))
	if !ok {
		return 0
	}
	c := &l.chains[slot]
	return w.blocks.at(c.first).next + w.blocks.at(c.last).events[0].id
}

// after gives the first slot behind i that holds something.
func (l *level) after(i int) (int, bool) {
	word := i / 64
	// Two shifts, as one by 64 would be too far for the last bit of a word.
	if rest := l.filled[word] >> (i % 64) >> 1; rest != 0 {
		return i + 1 + bits.TrailingZeros64(rest), true
	}
	groups := l.groups >> word >> 1
	if groups == 0 {
		return 0, false
	}
	word += 1 + bits.TrailingZeros64(groups)
	return word*64 + bits.TrailingZeros64(l.filled[word]), true
}
