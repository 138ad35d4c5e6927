package backend

import "time"

// window is the time over which arrivals count towards a Slowdown.
const window = time.Second

// recent tells whether more than a bound of requests came in the last second,
// now included and the moment a second ago not. It need not count them: the
// bound was passed if and only if the latest bound+1 all came within it.
// The zero recent tells nothing and keeps nothing.
type recent struct {
	at     []time.Duration // a ring of the latest arrivals
	oldest int             // in at, once it is full
	most   int             // the size of the full ring
}

func newRecent(above float64) recent { return recent{most: int(above) + 1} }

// note takes down an arrival.
func (r *recent) note(now time.Duration) {
	switch {
	case r.most == 0:
	case len(r.at) < r.most:
		r.at = append(r.at, now)
	default:
		r.at[r.oldest] = now
		r.oldest = (r.oldest + 1) % r.most
	}
}

func (r *recent) over(now time.Duration) bool {
	return r.most > 0 && len(r.at) == r.most && now-r.at[r.oldest] < window
}

// slowed gives how many times its usual length a service takes that begins
// now; the request itself counts as in flight.
func (n *Node) slowed() float64 {
	s := n.cfg.Slowdown
	if s == nil {
		return 1
	}
	over := n.recent.over(n.now)
	if s.Measure == InFlight {
		over = float64(n.line.length+n.stats.Busy) > s.Above
	}
	if over {
		return s.Times
	}
	return 1
}
