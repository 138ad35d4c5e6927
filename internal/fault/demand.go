package fault

import (
	"math"
	"slices"
	"time"
)

// Demand is the organic demand of a cohort over time, as a multiple of the
// usual: a step function. The zero Demand is 1 at all times.
type Demand struct {
	steps []step
	shape Steps // multiplies them; nil for none
}

type step struct {
	from   time.Duration
	factor float64
}

// DemandFor gives the demand that the timeline's spikes make of a cohort.
// Spikes that overlap multiply.
func DemandFor(timeline []Event, cohort string) Demand {
	var edges []time.Duration
	var spikes []Event
	for _, e := range timeline {
		if e.Kind == Spike && (e.Cohort == "" || e.Cohort == cohort) {
			spikes = append(spikes, e)
			edges = append(edges, e.At, e.End())
		}
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	steps := make([]step, 0, len(edges))
	for _, t := range edges {
		f := 1.0
		for _, s := range spikes {
			if s.At <= t && t < s.End() {
				f *= s.Times
			}
		}
		steps = append(steps, step{from: t, factor: f})
	}
	return Demand{steps: steps}
}

// At gives the multiple in force at a moment.
func (d *Demand) At(now time.Duration) float64 {
	f := d.spikes(now)
	if d.shape != nil {
		times, _ := d.shape.At(now)
		f *= times
	}
	return f
}

// spikes gives the multiple that the spikes make.
func (d *Demand) spikes(now time.Duration) float64 {
	f := 1.0
	for _, s := range d.steps {
		if s.from > now {
			break
		}
		f = s.factor
	}
	return f
}

// After gives the moment at which work more units have passed since now, where
// a unit passes in every at the usual demand and Times as fast in a spike.
// With work drawn from the unit exponential this is the next arrival of a
// Poisson process whose rate follows the demand. Where there is none for a year, it
// is the end of time.
func (d *Demand) After(now, every time.Duration, work float64) time.Duration {
	left := work * float64(every)
	if d.shape != nil {
		return d.shapedAfter(now, left)
	}
	at := now
	for i := 0; i <= len(d.steps); i++ {
		end, last := d.until(i)
		if end <= at && !last {
			continue
		}
		f := d.factor(i)
		span := float64(end-at) * f
		if last || span >= left {
			return later(at, left/f)
		}
		left -= span
		at = end
	}
	return at
}

// later gives the moment d nanoseconds after at, or the end of time if there is
// none: a long wait must not wrap around into the past.
func later(at time.Duration, d float64) time.Duration {
	if d >= float64(math.MaxInt64-at) {
		return math.MaxInt64
	}
	return at + time.Duration(d)
}

// until gives the end of the stretch before step i, and whether it has none.
func (d *Demand) until(i int) (end time.Duration, last bool) {
	if i < len(d.steps) {
		return d.steps[i].from, false
	}
	return 0, true
}

func (d *Demand) factor(i int) float64 {
	if i == 0 {
		return 1
	}
	return d.steps[i-1].factor
}
