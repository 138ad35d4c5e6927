package verdict

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/retry"
)

// evidence gathers what does not depend on the kind.
func (t *trial) evidence() Evidence {
	after, final := t.after(), t.final()
	e := Evidence{
		Baseline:      t.base.window(t.h),
		Final:         final.window(t.h),
		Thresholds:    t.cfg,
		Trigger:       t.trigger,
		Capacity:      capacity(t.h),
		Amplification: after.amplification(),
		WastedShare:   after.wastedShare(),
		Backlog:       t.waitingAt(t.lastSeen()),
		Watched:       t.recorded(),
		Unobserved:    t.h.Unobserved,
		Hurt:          t.hurt(),
	}
	e.Baseline.Healthy = !t.band.outside(t.base, slightly)
	e.Final.Healthy = !t.band.outside(final, slightly)
	for _, w := range t.ws {
		e.Windows = append(e.Windows, w.Window)
	}
	return e
}

// complete adds what explains a run that did not come back in time.
func (t *trial) complete(v *Verdict) {
	e := &v.Evidence
	e.Watched, e.Scale, e.Out = t.recorded(), t.scale(), t.gone()
	after, _ := t.back()
	if e.Outage, e.Over = after, t.settled; !e.Over {
		e.Outage = max(e.Watched-t.gone(), 0)
	}
	if v.Kind.Passes() {
		return
	}
	end := len(t.ws)
	if t.returned >= 0 && t.settled {
		end = t.returned
	} else if len(t.away) > 0 {
		e.Censored = max(t.h.Horizon-t.gone(), 0)
	}
	if v.Kind == Overloaded || end <= t.post {
		return
	}
	e.Sustained = t.sustained(measure(t.h, t.ws[t.post].lo, t.ws[end-1].hi))
	if (!t.inside || t.waves()) && !t.settled {
		f := t.balance()
		e.Flow = f.evidence()
		e.Out = max(t.ws[t.recurring()].From, t.gone())
		if v.Kind == Collapsed && e.Sustained != retries && f.slowed() {
			e.Sustained = slowService
		}
	}
	if v.Kind == Collapsed && t.without != nil {
		t.compare(v)
	}
}

// What can keep a run outside its band.
const (
	retries     = "retries"
	slowService = "slow service"
	wastedWork  = "wasted work"
	backlog     = "backlog"
)

// sustained says what kept the run outside its band in a stretch after the
// trigger: more attempts than the backend can serve, though customers bring
// fewer; or most of its work in vain; or only what was left to do.
func (t *trial) sustained(m *tally) string {
	c := capacity(t.h)
	if c > 0 && t.flooded(m) && t.openly(m, m.demand) < c {
		return retries
	}
	return t.besideRetries(m)
}

func (t *trial) besideRetries(m *tally) string {
	switch {
	case m.wastedShare() > 0.5:
		return wastedWork
	case float64(t.highest(m)) > t.usual():
		return backlog
	}
	return ""
}

// compare takes the counterfactual in: what comes back without retries was held
// down by them, and what stays down and may not come back was held down by
// something else.
func (t *trial) compare(v *Verdict) {
	e := &v.Evidence
	other := &trial{h: t.without, cfg: t.cfg, trigger: t.trigger, layout: t.layout, base: t.base, band: t.band}
	other.end = max(len(other.h.Buckets)-1, t.to) // the last one may not be full
	other.divide()
	other.course = other.follow()
	c := &WithoutRetries{From: e.Out, Until: other.recorded()}
	e.WithoutRetries = c
	if c.After, c.Returned = other.firstStay(e.Out); c.Returned {
		e.Sustained = retries
		return
	}
	if e.Sustained != retries || other.improving() != nil {
		return
	}
	if f := t.balance(); f.slowed() {
		e.Sustained = slowService
	} else {
		e.Sustained = t.besideRetries(f.all)
	}
}

// firstStay gives how long after a moment the first stay of at least Hold windows
// inside the band began, and whether the run was inside for most of the time from
// then on.
func (t *trial) firstStay(from time.Duration) (after time.Duration, ok bool) {
	const most = 0.8
	stay := 0
	for i := 0; i <= len(t.away); i++ {
		next := len(t.ws)
		if i < len(t.away) {
			next = t.away[i].from
		}
		if next-stay >= t.cfg.Hold && t.ws[next-1].To > from {
			out := 0
			for _, a := range t.away[i:] {
				out += a.back - a.from
			}
			return max(t.ws[stay].From-from, 0), float64(out) <= (1-most)*float64(len(t.ws)-stay)
		}
		if i < len(t.away) {
			stay = t.away[i].back
		}
	}
	return 0, false
}

// highest is the highest backlog of a stretch.
func (t *trial) highest(m *tally) int64 {
	var most int64
	for i := m.lo; i < m.hi; i++ {
		most = max(most, t.backlog(i))
	}
	return most
}

// evidence gives the balance as evidence.
func (f *flow) evidence() *Flow {
	m := f.all
	b := Flow{
		From: f.t.at(m.lo), To: f.t.at(m.hi),
		Demand: m.perSec(m.demand), Attempts: m.perSec(m.attempts), Served: m.perSec(m.served),
		Completed: m.perSec(m.good + m.late), Failed: m.perSec(m.failed), Capacity: f.capacity,
	}
	b.Rejected = m.perSec(ended(f.t.h, m.lo, m.hi, retry.Rejected))
	b.BacklogGrowth = f.backlog.perSec
	if l := f.load; l.node != "" {
		b.Busiest = &Load{Node: l.node, Arrived: m.perSec(l.arrived), Served: m.perSec(l.served), Capacity: l.capacity}
	}
	return &b
}
