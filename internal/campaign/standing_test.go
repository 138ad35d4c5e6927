package campaign

import (
	"strings"
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// standing is how a verdict stands to the truth.
type standing uint8

const (
	agrees           standing = iota // a return that lasts, or a collapse that does
	relapsed                         // a return that does not last
	relapsedByItself                 // likewise; and the system breaks down without a trigger, too
	ended                            // a collapse that does not last
	endedAtRandom                    // likewise; and how long it lasts is chance
	says                             // degraded, invalid, overloaded: claims neither
	standings
)

const columnWidth = 20

func (s standing) String() string {
	return [...]string{"true", "FALSE: relapsed", "relapsed by itself", "FALSE: ended", "ended by chance", "claims neither"}[s]
}

const rows = 7

var rowNames = [rows]string{"healthy", "recovered", "degraded, back too late", "degraded, still open", "collapsed", "overloaded", "invalid"}

func rowOf(v *verdict.Verdict) int {
	switch {
	case v.Kind == verdict.Degraded && v.Final:
		return 2
	case v.Kind == verdict.Degraded:
		return 3
	}
	return map[verdict.Kind]int{
		verdict.Healthy: 0, verdict.Recovered: 1, verdict.Collapsed: 4, verdict.Overloaded: 5, verdict.Invalid: 6,
	}[v.Kind]
}

// truth is what became of a scene: for each step from the trigger's end on
// whether the service was down. It is found in the simplest way that there is,
// and shares nothing with the judge.
type truth struct {
	to   time.Duration // the trigger's end
	down []bool
}

// step is long enough that chance makes no outage of it.
const step = 20 * time.Second

// look finds the truth: in a step the service is down if less than 85 % of the
// baseline's share of sales was completed in time.
func look(h *history.History) truth {
	t := truth{to: h.Trigger.To}
	per := int(step / h.Bucket)
	base := history.Sum(h.Buckets, int(5*time.Second/h.Bucket), int(h.Trigger.From/h.Bucket))
	usual := min(float64(base.Good)/float64(base.Demand), 1)
	for lo := int(h.Trigger.To / h.Bucket); lo+per <= len(h.Buckets); lo += per {
		s := history.Sum(h.Buckets, lo, lo+per)
		t.down = append(t.down, float64(s.Good) < 0.85*usual*float64(s.Demand))
	}
	return t
}

// share is the share of the steps from a moment on that were down.
func (t truth) share(from time.Duration) float64 {
	lo := int((max(from, t.to) - t.to + step - 1) / step)
	n := 0
	for _, d := range t.down[lo:] {
		if d {
			n++
		}
	}
	return float64(n) / float64(len(t.down)-lo)
}

// lasts is how many steps passed until the service was up for good.
func (t truth) lasts() int {
	for i := len(t.down); i > 0; i-- {
		if t.down[i-1] {
			return i
		}
	}
	return 0
}

// stands compares a verdict with the truth. A return is false where the service
// is down for 3 % of the time after it; a collapse where the service is up but
// for 15 % of the last third.
func (t truth) stands(v *verdict.Verdict, horizon time.Duration) standing {
	switch v.Kind {
	case verdict.Healthy, verdict.Recovered:
		if t.share(horizon) > 0.03 {
			return relapsed
		}
		return agrees
	case verdict.Collapsed:
		if t.share(t.to+time.Duration(len(t.down)*2/3)*step) < 0.15 {
			return ended
		}
		return agrees
	}
	return says
}

// String shows the truth, a character for each step.
func (t truth) String() string {
	var s strings.Builder
	for _, d := range t.down {
		if d {
			s.WriteByte('#')
		} else {
			s.WriteByte('.')
		}
	}
	return s.String()
}
