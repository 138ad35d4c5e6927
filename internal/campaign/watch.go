package campaign

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// How far a run is watched beyond its horizon. A collapse is believed that has
// stood for so many time scales of the system: the more of them the less its
// attempts exceed what can be served, since chance then ends it the sooner.
const (
	surely     = 10         // time scales
	narrowly   = 40         // where attempts do not exceed the capacity by
	clearly    = 1.25       // so many times
	mostTimes  = 20         // of the time from the trigger's end to the horizon
	mostScales = 60         // of the clients' own delay
	leastMore  = 20_000_000 // events that may follow, however short the run was
	mostMore   = 2          // or so many times the events up to the horizon
)

// watch is how long a run is watched.
type watch struct {
	furthest time.Duration
	bucket   time.Duration // only whole ones are judged
	events   int64         // the most in all
	due      time.Duration // when all that was parked as it came back has been sent once more; zero before that
}

// furthest is the longest that a plan's run is watched.
func furthest(p *experiment.Plan) time.Duration {
	_, to := p.Trigger()
	recovery := p.Horizon - to
	return to + max(mostTimes*recovery, mostScales*p.Outline(0).Clients.Delay)
}

// budget is how many events a run may have in all that had so many up to its
// horizon.
func budget(events int64) int64 { return events + max(leastMore, mostMore*events) }

// goesOn says whether watching on would tell more.
func (w watch) goesOn(v *verdict.Verdict, events int64) bool {
	e := &v.Evidence
	switch {
	case e.Watched+w.bucket >= w.furthest || events >= w.events:
		return false
	case v.Kind == verdict.Collapsed:
		return e.Watched < sure(e)
	case v.Kind.Passes():
		return e.Watched < w.due
	}
	return !v.Final
}

// returned notes that the run has come back: what is in its offline queues may
// all be sent at once, so that it is to be seen.
func (w *watch) returned(v *verdict.Verdict, owed history.Owed) {
	if w.due == 0 && v.Kind.Passes() && owed.Unsynced > 0 {
		w.due = owed.Last + v.Evidence.Scale
	}
}

// sure is until when a collapse must have stood to be believed.
func sure(e *verdict.Evidence) time.Duration {
	if f := e.Flow; f != nil && f.Attempts < clearly*f.Capacity {
		return e.Out + narrowly*e.Scale
	}
	return e.Out + surely*e.Scale
}

// until is how far to go on: to where the verdict says that it would be told, but
// never so far that the time since the trigger more than doubles.
func (w watch) until(v *verdict.Verdict) time.Duration {
	e := &v.Evidence
	watched := max(e.Watched-e.Trigger.To, e.Scale)
	to := e.Watched + watched
	if v.Kind == verdict.Collapsed {
		to = sure(e)
	}
	if v.Kind.Passes() {
		to = w.due
	}
	if o := v.Open; o != nil && o.Tells > e.Watched {
		to = o.Tells + e.Scale
	}
	return min(max(to, e.Watched+watched/2), e.Watched+watched, w.furthest)
}
