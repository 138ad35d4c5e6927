package verdict

import (
	"math"
	"time"
)

// A balance of flows is read from the latter half of the time that the system
// has been out of its band, cut in two. Each part must be long enough that
// everything that clients do in turn (time out, wait, come back) has happened in
// it: scales of the longest of those times.
const (
	// LeastScales is for how many time scales of the system an outage must have
	// stood to be a collapse that chance alone ends.
	LeastScales = 3

	leastWaves = 3    // departures that make a run one that leaves its band again and again
	nearly     = 0.03 // differences below this share are none
	mostAgain  = 3    // times the stretch within which no fall may empty the backlog of a collapse
)

// flow is the balance of flows over a stretch of time, in its two halves.
type flow struct {
	t              *trial
	former, latter *tally
	backlog        slope   // how it changed
	busy           bool    // the backend never had as few requests as usual
	all            *tally  // the whole stretch
	load           load    // what came, and what can be served
	capacity, rate float64 // requests per second of that: as declared, and as served in the stretch
}

// scale is the system's own time scale: the longest of Hold windows, of the time
// until a client comes back, and of the time until the last one that is known
// to wait comes back.
func (t *trial) scale() time.Duration {
	return max(time.Duration(t.cfg.Hold)*t.cfg.Window, t.h.Clients.Delay, t.h.Owed.Last-t.recorded())
}

// recorded is where the record ends.
func (t *trial) recorded() time.Duration { return t.at(t.end) }

// watched is how long the system has been seen since a window began.
func (t *trial) watched(since int) time.Duration {
	return t.recorded() - max(t.ws[since].From, t.gone())
}

// balance is the balance of flows since what is not settled began.
func (t *trial) balance() *flow {
	if t.read == nil {
		f := t.flowSince(t.recurring())
		t.read = &f
	}
	return t.read
}

// flowSince reads the balance of the latter half of the time since a window
// began, or of LeastScales time scales where that is longer.
func (t *trial) flowSince(since int) flow {
	length := max(t.watched(since)/2, LeastScales*t.scale())
	lo := max(t.end-int(length/t.h.Bucket), t.ws[since].lo)
	mid := lo + (t.end-lo)/2
	f := flow{
		t: t, former: measure(t.h, lo, mid), latter: measure(t.h, mid, t.end), all: measure(t.h, lo, t.end),
		busy: true,
	}
	f.load = t.load(f.all)
	f.capacity, f.rate = f.load.capacity, f.all.perSec(f.load.served)
	usual := t.usualQueue()
	for i := lo; i < t.end; i++ {
		b := &t.h.Buckets[i]
		if !b.Blind && float64(standing(b)) <= usual {
			f.busy = false
		}
	}
	f.backlog = f.growth()
	return f
}

// mean gives the mean backlog of a stretch, without what could not be seen.
func (t *trial) mean(lo, hi int) float64 {
	sum, n := 0.0, 0
	for i := lo; i < hi; i++ {
		if b := &t.h.Buckets[i]; !b.Blind {
			sum += float64(unfinished(b))
			n++
		}
	}
	return sum / float64(max(n, 1))
}

// usualQueue is the most requests in the backend in the baseline, and what chance adds to it.
func (t *trial) usualQueue() float64 {
	var most int64
	for i := t.warm; i < t.from; i++ {
		most = max(most, standing(&t.h.Buckets[i]))
	}
	return float64(most) + 3*math.Sqrt(float64(most)+1)
}

// attempts is the requests per second that came over the stretch, while shops were open.
func (f *flow) attempts() float64 { return f.t.openly(f.all, f.load.arrived) }

// flooded says whether clearly more attempts come than the backend can serve.
func (f *flow) flooded() bool { return f.t.flooded(f.all) }

// slowed says whether the backend, though it always had work, clearly served
// less than it can: load itself makes it slow.
func (f *flow) slowed() bool {
	return f.busy && f.capacity > 0 && f.rate < f.capacity-noise(f.capacity, f.all)
}

// slope is how a figure changes per second, and the standard error of that.
type slope struct{ perSec, doubt float64 }

// Blocks of the backlog through which a line is laid.
const (
	leastBlocks = 12
	mostBlocks  = 120
)

// growth is how the backlog changes over the stretch: the straight line, by least
// squares, through its means in blocks. A block is half a time scale of the
// system long where the stretch allows that, so that waves within it do not show.
func (f *flow) growth() slope {
	buckets := f.all.hi - f.all.lo
	n := min(max(int(2*f.all.length/f.t.scale()), leastBlocks), mostBlocks, buckets)
	if n < 3 {
		return slope{doubt: math.Inf(1)}
	}
	levels := make([]float64, n)
	for i := range levels {
		levels[i] = f.t.mean(f.all.lo+buckets*i/n, f.all.lo+buckets*(i+1)/n)
	}
	return fit(levels, f.all.length.Seconds()/float64(n))
}

// fit is the least-squares line through levels that are so many seconds apart.
func fit(levels []float64, apart float64) slope {
	n := float64(len(levels))
	var mean, sum, spread, rest float64
	for _, y := range levels {
		mean += y / n
	}
	for i, y := range levels {
		x := float64(i) - (n-1)/2
		sum += x * (y - mean)
		spread += x * x
	}
	each := sum / spread
	for i, y := range levels {
		off := y - mean - each*(float64(i)-(n-1)/2)
		rest += off * off
	}
	return slope{each / apart, math.Sqrt(rest/(n-2)/spread) / apart}
}

// falls says whether the figure goes down, beyond chance.
func (s slope) falls() bool { return s.perSec < -capacitySigma*s.doubt && s.perSec < 0 }

// grows says whether it goes up, beyond chance.
func (s slope) grows() bool { return s.perSec > capacitySigma*s.doubt && s.perSec > 0 }

// fastest is the fastest fall per second that cannot be excluded.
func (s slope) fastest() float64 { return max(capacitySigma*s.doubt-s.perSec, 0) }

// ranks is Kendall's rank correlation of a figure of the windows with time.
func (f *flow) ranks(figure func(*cut) float64) float64 {
	var points []float64
	for i := range f.t.ws {
		w := &f.t.ws[i]
		if w.lo >= f.all.lo && w.demand > 0 && !f.t.h.Buckets[w.hi-1].Blind {
			points = append(points, figure(w))
		}
	}
	return kendall(thin(points))
}

// waning says whether attempts become fewer: a storm that dies out.
func (f *flow) waning() bool {
	a, b := f.former.perSec(f.former.attempts), f.latter.perSec(f.latter.attempts)
	chance := capacitySigma * math.Sqrt(a/f.former.length.Seconds()+b/f.latter.length.Seconds())
	return a-b > max(chance, nearly*a) && f.ranks(func(w *cut) float64 { return w.Amplification }) <= -2
}

// rising says whether the share of sales completed in time grows.
func (f *flow) rising() bool {
	a, b := min(f.former.share(), 1), min(f.latter.share(), 1)
	n, m := float64(max(f.former.demand, 1)), float64(max(f.latter.demand, 1))
	chance := capacitySigma * math.Sqrt(a*(1-a)/n+b*(1-b)/m)
	return b-a > max(chance, nearly) && f.ranks(func(w *cut) float64 { return min(w.Goodput/w.Demand, 1) }) >= 2
}
