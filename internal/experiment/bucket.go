package experiment

import "time"

// Bucket is the length of a bucket in the record of the plan's run: the shortest of
// a few round ones with which there are at most a thousand buckets; or a shorter
// one, with up to ten thousand, where the time before the triggers, one of them, or
// the time after them would have fewer than twenty. It is never shorter than finest,
// which is as often as an engine can look at what it records; zero for no bound.
func (p *Plan) Bucket(finest time.Duration) time.Duration {
	const usual, most, each = 1000, 10_000, 20
	b := roundBucket(p.Horizon / usual)
	if s := p.shortestStretch(); s < each*b {
		b = min(b, max(roundBucket(s/each), roundBucket(p.Horizon/most)))
	}
	return max(b, finest)
}

// roundBucket gives the shortest round length that is no shorter than least.
func roundBucket(least time.Duration) time.Duration {
	b := 100 * time.Millisecond
	for _, times := range []time.Duration{2, 5, 10, 20, 50, 100, 300, 600, 1200, 3000, 6000, 18_000, 36_000} {
		if least <= b {
			break
		}
		b = times * 100 * time.Millisecond
	}
	return b
}

// shortestStretch gives the shortest of the times before, during and after the
// triggers; the horizon where there are none.
func (p *Plan) shortestStretch() time.Duration {
	if len(p.Timeline) == 0 {
		return p.Horizon
	}
	from, to := p.Trigger()
	least := from
	if !p.endless() {
		least = min(least, p.Horizon-to)
	}
	for _, e := range p.Timeline {
		least = min(least, e.For)
		if e.Flap != nil {
			least = min(least, e.Flap.On, e.Flap.Off)
		}
	}
	return least
}
