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
//	            the baseline cannot be trusted, something happened to the run
//	            that nobody ordered, or its ledger could not be read
//	overloaded  organic demand exceeds capacity and the backlog has grown from
//	            third to third: the band will be left, if it was not yet
//	degraded    the trigger is on at the horizon still, as declared, and the run has
//	            left the band: whether it comes back once that is gone, nobody saw
//	healthy     the run never left the band, and has settled (see course), or it
//	            did not under a trigger that is on at the horizon still
//	recovered   it is inside at the end, has settled, and the stay in which it
//	            did began at most Within after the trigger's end
//	degraded    so, but later than that, or it was outside again for more than a
//	            tenth of the time since
//	degraded    it is inside at the end and has not settled: what it owes may
//	            yet bring it down, unless it has done so several times
//	overloaded  it is outside, and organic demand exceeds capacity
//	degraded    it is outside, or was again and again, and may come back (see improving); or goodput is
//	            back and only its cost is not
//	collapsed   it is outside, and the balance of flows has stood for several of
//	            the system's own time scales without tipping
//
// The record may go beyond the horizon, as it can in virtual time. The kind then
// rests on all of it, the figures on what was before the horizon. A verdict is
// final where longer watching changes nothing, but by chance; of any other, Open
// says what it waits for.
//
// A baseline that is unhealthy because demand exceeds capacity, then and after
// the trigger, is overloaded and not invalid: it needs no comparison.
//
// Without a trigger the first quarter of the run is the baseline, the whole run
// after the warm-up is judged, and the first departure stands for the end of a
// trigger.
//
// A backend that gives no statistics is judged by what its clients saw, and the
// reason says so: it is recovered only where the fleet owes no more than before,
// and collapsed only where what may wait unseen cannot become less; else degraded
// and open. One without a ledger is judged like any other. What the audit of the ledger found changes no kind, as it tells
// nothing about the dynamics; the reason says it.
func Judge(h *history.History, cfg Config) Verdict { return JudgeAgainst(h, nil, cfg) }

// JudgeAgainst is Judge with a counterfactual: the record of the same run with
// the clients' retries switched off from the trigger's end on, or from the first
// departure where there is no trigger. It changes no kind, and says what held the
// system down.
func JudgeAgainst(h, without *history.History, cfg Config) Verdict {
	t, why := newTrial(upToHorizon(h), cfg)
	if why != "" {
		said := append(append([]string{h.Problem}, disturbances(h)...), why)
		return Verdict{Kind: Invalid, Final: true, Reason: proves(said...), Evidence: Evidence{
			Thresholds: t.cfg, Trigger: t.trigger, Capacity: capacity(h), Unobserved: h.Unobserved}}
	}
	v := Verdict{Final: true, Evidence: t.evidence()}
	if doubts := t.doubts(); h.Problem != "" || len(doubts) > 0 {
		if h.Problem == "" && t.overloadedThroughout(doubts) {
			v.Kind = Overloaded
			v.Reason = t.reason(v)
			return v
		}
		v.Reason = proves(append([]string{h.Problem}, doubts...)...)
		return v
	}
	if len(h.Buckets) > len(t.h.Buckets) {
		whole, _ := newTrial(h, cfg) // no shorter, so that it can be judged, too
		whole.short = t
		t = whole
	}
	t.without = without
	t.decide(&v)
	t.complete(&v)
	v.Groups = groups(h, cfg, v.Kind)
	v.Reason = t.reason(v)
	return v
}

// upToHorizon is the record without what was watched beyond the horizon.
func upToHorizon(h *history.History) *history.History {
	if h.Bucket <= 0 || len(h.Buckets) == 0 {
		return h
	}
	short := *h
	short.Buckets = h.Buckets[:min(max(roundUp(h.Horizon, h.Bucket), 1), len(h.Buckets))]
	return &short
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

// decide applies the rules to a run that can be trusted.
func (t *trial) decide(v *Verdict) {
	v.Final = true
	back, late := t.back()
	switch {
	case t.overloaded(t.lastThird()) && t.swelling():
		v.Kind = Overloaded
	case t.h.Endless && len(t.away) > 0:
		v.Kind = Degraded
	case t.h.Endless || t.settled && len(t.away) == 0:
		v.Kind = Healthy
	case t.settled && !late && t.stayed():
		v.Kind, v.TimeToRecover = Recovered, back
	case t.settled:
		v.Kind = Degraded
	case t.inside && !t.waves():
		v.Kind, v.Final, v.Open = Degraded, false, t.owing()
	case t.overloaded(t.lastThird()):
		v.Kind = Overloaded
	default:
		v.Kind = Degraded
		if v.Open = t.improving(); v.Open != nil {
			v.Final = false
		} else if !t.partlyBack() {
			v.Kind = Collapsed
		}
	}
}

// back gives how long after the trigger's end the run was back for good, and
// whether that was later than allowed.
func (t *trial) back() (after time.Duration, late bool) {
	if t.returned < 0 {
		return 0, false
	}
	after = max(t.ws[t.returned].From-t.gone(), 0)
	return after, after > t.cfg.Within
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
	if want > 0 && !t.h.Varies && math.Abs(float64(m.demand)-want) <= capacitySigma*math.Sqrt(want) {
		return t.h.Demand >= c
	}
	return t.openly(m, m.demand) > c+noise(c, m)
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
