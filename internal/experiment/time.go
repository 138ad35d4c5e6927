package experiment

import (
	"fmt"
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// CheckTime says, of a valid plan, which part of it is too short for any
// verdict: a run of it would be invalid, whatever happens. bucket is the length
// of a bucket of the record that an engine makes; a longer one asks for a little
// more. With zero it says what is too short for every engine. The error is a
// field.List.
func (p *Plan) CheckTime(bucket time.Duration) error {
	from, to := p.Trigger()
	t := verdict.Timing{Bucket: bucket, Horizon: p.Horizon, From: from, To: to, Demand: p.Demand(), Endless: p.endless()}
	s := t.Short(p.Judge)
	if s == nil {
		return nil
	}
	var errs field.Errors
	lasts, window := brief(s.Lasts.Round(time.Millisecond)), brief(s.Window.Round(time.Millisecond))
	path, now, need := p.remedy(s)
	if s.Baseline {
		errs.Add(path, "is %s, which leaves %s after the warm-up for the baseline, shorter than one window of %s; %s%s",
			brief(now), lasts, window, write(need, bucket), p.shorterWindow())
	} else {
		after := "the last trigger"
		if len(p.Timeline) == 0 {
			after = "the warm-up"
		}
		errs.Add(path, "is %s, which leaves %s after %s to see how it goes on, shorter than %d windows of %s; %s%s or a smaller judge.hold",
			brief(now), lasts, after, s.Windows, window, write(need, bucket), p.shorterWindow())
	}
	return errs.Err()
}

// remedy gives the field by which a part becomes long enough, what it is now and
// what it must be at least, in nanoseconds. Without a trigger the baseline is the
// first quarter of the run; the warm-up is a quarter of that unless declared.
func (p *Plan) remedy(s *verdict.Short) (path string, now time.Duration, need float64) {
	_, to := p.Trigger()
	part, quiet := float64(s.Window)*float64(s.Windows), len(p.Timeline) == 0
	switch {
	case !s.Baseline && quiet && p.Judge.Warmup > 0:
		return "horizon", p.Horizon, part + float64(p.Judge.Warmup)
	case !s.Baseline && quiet:
		return "horizon", p.Horizon, part * 16 / 15
	case !s.Baseline:
		return "horizon", p.Horizon, float64(to) + part
	case p.Judge.Warmup > 0:
		part += float64(p.Judge.Warmup)
	default:
		part *= 4.0 / 3
	}
	if quiet {
		return "horizon", p.Horizon, 4 * part
	}
	first := p.firstTrigger()
	return field.At("timeline", first) + ".at", p.Timeline[first].At, part
}

// write words the least time that is enough, as one that is easy to write; it
// says nothing where no run may last so long.
func write(need float64, bucket time.Duration) string {
	if need >= float64(maxHorizon) {
		return ""
	}
	step, least := 100*time.Millisecond, time.Duration(need)+2*bucket // which begins and ends within a bucket
	if least > time.Minute {
		step = time.Second
	}
	return fmt.Sprintf("write '%s' or more, or ", brief((least+step-1)/step*step))
}

// shorterWindow words how windows become shorter.
func (p *Plan) shorterWindow() string {
	if p.Judge.Window == 0 {
		return "declare a shorter judge.window (it is the time of 100 sales, and at least 1s)"
	}
	return "declare a shorter judge.window"
}

// firstTrigger is the index of the trigger that begins first.
func (p *Plan) firstTrigger() int {
	first := 0
	for i, e := range p.Timeline {
		if e.At < p.Timeline[first].At {
			first = i
		}
	}
	return first
}
