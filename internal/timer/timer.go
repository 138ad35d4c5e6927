// Package timer is a queue of things that are due at a time. It may import the
// standard library alone.
package timer

import "time"

// Timer is something that is due at a time.
type Timer[T any] struct {
	At   time.Duration // since the run began
	What T
}

// Heap is timers, the earliest first: a 4-ary min-heap, flatter than a binary one, so
// that Pop touches fewer cache lines. Most timers are pushed later than all others
// and come to nothing before they are due, so whoever pops one has to look whether it
// still stands. The zero Heap is empty; h[0] is the earliest.
type Heap[T any] []Timer[T]

// Push adds a timer.
func (h *Heap[T]) Push(t Timer[T]) {
	*h = append(*h, t)
	s := *h
	i := len(s) - 1
	for i > 0 {
		up := (i - 1) / 4
		if s[up].At <= t.At {
			break
		}
		s[i] = s[up]
		i = up
	}
	s[i] = t
}

// Pop takes the earliest timer; there must be one.
func (h *Heap[T]) Pop() Timer[T] {
	s := *h
	first, last := s[0], s[len(s)-1]
	s = s[:len(s)-1]
	*h = s
	if len(s) > 0 {
		s.sink(last)
	}
	return first
}

// sink puts t where the root was and lets it go down to its place.
func (h Heap[T]) sink(t Timer[T]) {
	i := 0
	for {
		child := 4*i + 1
		if child >= len(h) {
			break
		}
		least := child
		for c := child + 1; c < min(child+4, len(h)); c++ {
			if h[c].At < h[least].At {
				least = c
			}
		}
		if t.At <= h[least].At {
			break
		}
		h[i] = h[least]
		i = least
	}
	h[i] = t
}
