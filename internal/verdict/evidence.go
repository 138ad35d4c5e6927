package verdict

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
		Backlog:       t.remaining(),
	}
	e.Baseline.Healthy = !t.band.outside(t.base, slightly)
	e.Final.Healthy = !t.band.outside(final, slightly)
	for _, w := range t.ws {
		e.Windows = append(e.Windows, w.Window)
	}
	return e
}

// remaining is the backlog when the backend could last be asked.
func (t *trial) remaining() int64 {
	for i := t.end - 1; i > t.from; i-- {
		if !t.h.Buckets[i].Blind {
			return t.backlog(i)
		}
	}
	return t.backlog(t.end - 1)
}

// complete adds what explains a run that did not come back in time.
func (t *trial) complete(v *Verdict) {
	if v.Kind.Passes() {
		return
	}
	end := len(t.ws)
	if _, ok := t.back(); ok {
		end = t.away[len(t.away)-1].back
	} else if len(t.away) > 0 {
		v.Evidence.Censored = t.h.Horizon - t.gone()
	}
	if v.Kind != Overloaded && end > t.post {
		v.Evidence.Sustained = t.sustained(measure(t.h, t.ws[t.post].lo, t.ws[end-1].hi))
	}
}

// sustained says what kept the run outside its band in a stretch after the
// trigger: more attempts than the backend can serve, though customers bring
// fewer; or most of its work in vain; or only what was left to do.
func (t *trial) sustained(m *tally) string {
	c := capacity(t.h)
	switch {
	case c > 0 && m.perSec(m.attempts) > c+noise(c, m) && m.perSec(m.demand) < c:
		return "retries"
	case m.wastedShare() > 0.5:
		return "wasted work"
	case float64(t.highest(m)) > t.usual():
		return "backlog"
	}
	return ""
}

// highest is the highest backlog of a stretch.
func (t *trial) highest(m *tally) int64 {
	var most int64
	for i := m.lo; i < m.hi; i++ {
		most = max(most, t.backlog(i))
	}
	return most
}
