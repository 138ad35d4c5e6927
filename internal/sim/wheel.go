package sim

import (
	"math/bits"
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
	levels [depth]level
	blocks []block
	free   uint32 // the first free block
}

const (
	depth    = 3
	slotBits = 12
	slots    = 1 << slotBits
)

// block is a part of a slot's events; blocks form chains.
type block struct {
	events [7]event
	next   uint32
	n      uint32
}

// level is one ring of slots with a map of those that hold something.
type level struct {
	chains [slots]chain
	filled [slots / 64]uint64
	groups uint64 // which words of filled are not zero
}

type chain struct{ first, last uint32 }

// longestTick keeps what is due in a tick so little that it is sorted quickly.
const longestTick = time.Millisecond

// newWheel makes a wheel for moments up to the horizon, with a tick of about
// the given length where that is possible.
func newWheel(horizon, tick time.Duration) *wheel {
	w := &wheel{blocks: make([]block, 1)} // block 0 is none
	tick = min(max(tick, 1), longestTick)
	w.shift = uint(bits.Len64(uint64(tick)))
	for horizon>>(w.shift+depth*slotBits) > 0 {
		w.shift++
	}
	return w
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
func (w *wheel) pop() (event, bool) {
	for w.head == len(w.due) {
		w.due, w.head = w.due[:0], 0
		if !w.advance() {
			return event{}, false
		}
	}
	e := w.due[w.head]
	w.head++
	return e, true
}

// insert puts an event of the current tick behind all that are not later.
func (w *wheel) insert(e event) {
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
	if c.last == 0 || w.blocks[c.last].n == uint32(len(block{}.events)) {
		b := w.take()
		if c.last == 0 {
			c.first = b
			l.filled[slot/64] |= 1 << (slot % 64)
			l.groups |= 1 << (slot / 64)
		} else {
			w.blocks[c.last].next = b
		}
		c.last = b
	}
	b := &w.blocks[c.last]
	b.events[b.n] = e
	b.n++
}

// take gives an empty block.
func (w *wheel) take() uint32 {
	b := w.free
	if b == 0 {
		w.blocks = append(w.blocks, block{})
		return uint32(len(w.blocks) - 1) //nolint:gosec // memory ends long before
	}
	w.free = w.blocks[b].next
	w.blocks[b].next, w.blocks[b].n = 0, 0
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
	b := l.chains[slot].first
	l.chains[slot] = chain{}
	if l.filled[slot/64] &^= 1 << (slot % 64); l.filled[slot/64] == 0 {
		l.groups &^= 1 << (slot / 64)
	}
	for b != 0 {
		n, next := w.blocks[b].n, w.blocks[b].next
		for i := range n {
			w.deal(lv, w.blocks[b].events[i])
		}
		w.blocks[b].next = w.free
		w.free = b
		b = next
	}
	if lv == 0 {
		sortByTime(w.due)
	}
}

func (w *wheel) deal(lv int, e event) {
	if lv == 0 {
		w.due = append(w.due, e)
		return
	}
	w.push(e)
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
