package verdict

import (
	"math"
	"strings"
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
)

// Judge says how a run came out. It is a pure function of its arguments and
// changes neither.
//
// The baseline is the time from the end of the warm-up to the trigger. From
// the trigger's start on, and anew from its end, the run is cut into windows;
// each is healthy if goodput, attempts per sale and the 99th percentile of the
// latency are within the declared distance of the baseline's (see Config and
// band). The run leaves the healthy band and returns to it with hysteresis
// (see absences). Then, in this order, the first that is true:
//
//	invalid     the thresholds, the record, the generator, a fault, demand or
//	            the baseline cannot be trusted
//	overloaded  organic demand exceeds capacity and the backlog has grown from
//	            third to third: the band will be left, if it was not yet
//	healthy     the run never left the band
//	recovered   it is inside at the horizon, and the final stay inside began
//	            at most Within after the trigger's end
//	degraded    it is inside at the horizon, but later than that
//	overloaded  it is outside, and organic demand exceeds capacity
//	degraded    it is outside, but on its way back (see improving)
//	collapsed   it is outside, and not
//
// A baseline that is unhealthy because demand exceeds capacity, then and after
// the trigger, is overloaded and not invalid: it needs no comparison.
//
// Without a trigger the first quarter of the run is the baseline, the whole run
// after the warm-up is judged, and the first departure stands for the end of a
// trigger. The audit of the ledger changes no kind, as it tells nothing about
// the dynamics; the reason says what it found.
func Judge(h *history.History, cfg Config) Verdict {
	t, why := newTrial(h, cfg)
	if why != "" {
		return Verdict{Kind: Invalid, Reason: proves(h.Problem, why), Evidence: Evidence{
			Thresholds: t.cfg, Trigger: t.trigger, Capacity: capacity(h)}}
	}
	v := Verdict{Evidence: t.evidence()}
	if doubts := t.doubts(); h.Problem != "" || len(doubts) > 0 {
		if h.Problem == "" && t.overloadedThroughout(doubts) {
			v.Kind = Overloaded
			v.Reason = t.reason(v)
			return v
		}
		v.Reason = proves(append([]string{h.Problem}, doubts...)...)
		return v
	}
	v.Kind, v.TimeToRecover = t.kind()
	t.complete(&v)
	v.Reason = t.reason(v)
	return v
}

func proves(why ...string) string {
	var said []string
	for _, w := range why {
		if w != "" {
			said = append(said, strings.TrimRight(w, "."))
		}
	}
	return "The run proves nothing: " + strings.Join(said, "; ") + "."
}

// kind applies the rules to a run that can be trusted.
func (t *trial) kind() (Kind, time.Duration) {
	back, ok := t.back()
	switch {
	case t.overloaded(t.lastThird()) && t.swelling():
		return Overloaded, 0
	case len(t.away) == 0:
		return Healthy, 0
	case ok && back <= t.cfg.Within:
		return Recovered, back
	case ok:
		return Degraded, 0
	case t.overloaded(t.lastThird()):
		return Overloaded, 0
	case t.improving() != "":
		return Degraded, 0
	}
	return Collapsed, 0
}

// back gives how long after the trigger's end the final stay inside the band
// began, and whether there is one.
func (t *trial) back() (time.Duration, bool) {
	if len(t.away) == 0 {
		return 0, false
	}
	last := t.away[len(t.away)-1].back
	if last >= len(t.ws) {
		return 0, false
	}
	return max(t.ws[last].From-t.gone(), 0), true
}

// overloaded says whether customers bring more than the backend can serve.
// Where what they brought agrees with what was declared, that is the exact
// figure; else demand must exceed capacity beyond what chance does.
func (t *trial) overloaded(m *tally) bool {
	c := capacity(t.h)
	if c == 0 || m.demand == 0 {
		return false
	}
	want := t.h.Demand * m.length.Seconds()
	if want > 0 && math.Abs(float64(m.demand)-want) <= capacitySigma*math.Sqrt(want) {
		return t.h.Demand >= c
	}
	return m.perSec(m.demand) > c+noise(c, m)
}

// overloadedThroughout says whether the only doubt is an unhealthy baseline,
// and demand beyond capacity explains it.
func (t *trial) overloadedThroughout(doubts []string) bool {
	return len(doubts) == 1 && len(t.baselineDoubts()) == 1 &&
		t.overloaded(t.base) && t.overloaded(t.lastThird())
}

// capacity is the declared one, zero where there is none.
func capacity(h *history.History) float64 {
	if !(h.Capacity > 0) || math.IsInf(h.Capacity, 0) {
		return 0
	}
	return h.Capacity
}
