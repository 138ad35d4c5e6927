package fault

import (
	"math"
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
)

// Day is the usual length of a day, after which a curve begins anew.
const Day = 24 * time.Hour

// Point is a step of the demand over a day: from At on, which is a time of day, it is
// Times the usual. Before the first of a curve's points the last one holds.
type Point struct {
	At    time.Duration `json:"at"`
	Times float64       `json:"times"`
}

// ValidateCurve reports what is wrong with a curve over a day of that length. One without
// points is right: the demand is the usual all day.
func ValidateCurve(points []Point, day time.Duration) error {
	var errs field.Errors
	positive := len(points) == 0
	for i, p := range points {
		path := field.At("", i)
		switch {
		case p.At < 0 || p.At >= day:
			errs.Add(path+".at", "must be a time of day from 0h and before the day ends, at 24h unless declared, such as '12h30m'")
		case i > 0 && p.At <= points[i-1].At:
			errs.Add(path+".at", "must be later than that of the point before; write the points in the order of the day")
		}
		if !(p.Times >= 0 && p.Times <= mostTimes) {
			errs.Add(path+".times", "must be a multiple of the usual demand from 0 to %d, such as 1.5", mostTimes)
		}
		positive = positive || p.Times > 0
	}
	if !positive {
		errs.Add("", "has no demand at any time; write a point with times above 0")
	}
	return errs.Err()
}

// Highest is the highest multiple of a curve; 1 of one without points.
func Highest(points []Point) float64 {
	if len(points) == 0 {
		return 1
	}
	var most float64
	for _, p := range points {
		most = max(most, p.Times)
	}
	return most
}

// OfDay gives the multiple of a curve at a local time, of any day of that length, and the
// local time at which the next point is reached; math.MaxInt64 where there are no points.
func OfDay(points []Point, day, local time.Duration) (times float64, until time.Duration) {
	if len(points) == 0 {
		return 1, math.MaxInt64
	}
	of := local % day
	if of < 0 {
		of += day
	}
	times, until = points[len(points)-1].Times, local-of+day+points[0].At
	for i, p := range points {
		if of < p.At {
			return times, local - of + points[i].At
		}
		times = p.Times
	}
	return times, until
}

// Steps is a step function of time: At gives its value at a moment, 0 or more, and
// when the next step begins, which is later.
type Steps interface {
	At(now time.Duration) (times float64, until time.Duration)
}

// Following gives the demand that is also s times as high.
func (d Demand) Following(s Steps) Demand {
	d.shape = s
	return d
}

// furthest is how far ahead After looks for an arrival.
const furthest = 366 * Day

// shapedAfter is After where the demand follows a step function, too.
func (d *Demand) shapedAfter(now time.Duration, left float64) time.Duration {
	for at := now; at < now+furthest; {
		times, end := d.shape.At(at)
		times *= d.spikes(at)
		for _, s := range d.steps {
			if s.from > at {
				end = min(end, s.from)
				break
			}
		}
		span := float64(end-at) * times
		if times > 0 && span > left {
			return later(at, left/times)
		}
		left -= span
		at = end
	}
	return math.MaxInt64
}
