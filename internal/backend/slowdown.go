package backend

import "time"

// Slowdown makes the service of a request longer that begins under load. It is
// declared in exactly one of three forms: Above with Times, PerRequest with or
// without Above, or Steps.
type Slowdown struct {
	// Above is the load up to which nothing is slower.
	Above float64 `json:"above"`
	// Times is how many times its usual length a service takes above that.
	Times float64 `json:"times"`
	// PerRequest is a slope: a service takes 1 + PerRequest·(n − Above) times its
	// usual length at a load of n above that.
	PerRequest float64 `json:"perRequest"`
	// Steps are several bounds, each higher than the one before; the highest one
	// that the load is above counts.
	Steps []Step `json:"steps"`
	// Measure says what the load is: requests in the node, the one that begins
	// included, or arrivals in the last second, whether turned away or not.
	Measure Measure `json:"measure"`
}

// Step is one bound of a Slowdown: above it a service takes Times its usual
// length.
type Step struct {
	Above float64 `json:"above"`
	Times float64 `json:"times"`
}

// times gives how many times its usual length a service takes under a load.
func (s *Slowdown) times(load float64) float64 {
	if s.PerRequest > 0 {
		return 1 + s.PerRequest*max(load-s.Above, 0)
	}
	if len(s.Steps) == 0 && load > s.Above {
		return s.Times
	}
	times := 1.0
	for _, step := range s.Steps {
		if load <= step.Above {
			break
		}
		times = step.Times
	}
	return times
}

// most is the load from which on more makes no difference; zero if there is no
// such load.
func (s *Slowdown) most() int {
	switch n := len(s.Steps); {
	case s.PerRequest > 0:
		return 0
	case n > 0:
		return int(s.Steps[n-1].Above) + 1
	}
	return int(s.Above) + 1
}

// window is the time over which arrivals count towards a Slowdown.
const window = time.Second

// recent counts the requests that came in the last second, now included and the
// moment a second ago not. It keeps when each of them came, in a ring, and lets
// go of those that are too old when it is next asked or told, so that each costs
// constant time over all. Where only the latest so many matter it keeps no more.
// The zero recent counts nothing.
type recent struct {
	at     []time.Duration // a ring, a power of two long; nil in the zero recent
	oldest int             // in at
	length int
	most   int // no bound if zero
}

const fewestRecent = 16

func newRecent(most int) recent { return recent{at: make([]time.Duration, fewestRecent), most: most} }

// note takes down an arrival.
func (r *recent) note(now time.Duration) {
	if r.at != nil {
		r.add(now)
	}
}

func (r *recent) add(now time.Duration) {
	switch r.forget(now); {
	case r.length == r.most && r.most > 0:
		r.drop()
	case r.length == len(r.at):
		r.grow()
	}
	r.at[(r.oldest+r.length)&(len(r.at)-1)] = now
	r.length++
}

// count gives how many came in the last second, or most if that is less.
func (r *recent) count(now time.Duration) int {
	r.forget(now)
	return r.length
}

// forget lets go of what came a second ago or before.
func (r *recent) forget(now time.Duration) {
	for r.length > 0 && now-r.at[r.oldest] >= window {
		r.drop()
	}
}

func (r *recent) drop() {
	r.oldest = (r.oldest + 1) & (len(r.at) - 1)
	r.length--
}

// grow makes the ring twice as long, the oldest first.
func (r *recent) grow() {
	at := make([]time.Duration, 2*len(r.at))
	n := copy(at, r.at[r.oldest:])
	copy(at[n:], r.at[:r.oldest])
	r.at, r.oldest = at, 0
}

// slowed gives how many times its usual length a service takes that begins
// now; the request itself counts as in flight.
func (n *Node) slowed() float64 {
	s := n.cfg.Slowdown
	if s == nil {
		return 1
	}
	load := n.queue.length + n.stats.Busy
	if s.Measure == Arrivals {
		load = n.recent.count(n.now)
	}
	return s.times(float64(load))
}
