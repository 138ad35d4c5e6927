package live

import "time"

// timer is a wake-up that a terminal asked for.
type timer struct {
	at   time.Duration
	term uint32 // index into the shard's terminals
}

// timers is a 4-ary min-heap of wake-ups: flatter than a binary one, so that a
// pop touches fewer cache lines.
type timers []timer

func (h *timers) push(t timer) {
	*h = append(*h, t)
	s := *h
	i := len(s) - 1
	for i > 0 {
		up := (i - 1) / 4
		if s[up].at <= t.at {
			break
		}
		s[i] = s[up]
		i = up
	}
	s[i] = t
}

// pop takes the earliest wake-up; the heap must not be empty.
func (h *timers) pop() timer {
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
func (h timers) sink(t timer) {
	i := 0
	for {
		child := 4*i + 1
		if child >= len(h) {
			break
		}
		least := child
		for c := child + 1; c < min(child+4, len(h)); c++ {
			if h[c].at < h[least].at {
				least = c
			}
		}
		if t.at <= h[least].at {
			break
		}
		h[i] = h[least]
		i = least
	}
	h[i] = t
}
