package verdict

import (
	"fmt"
	"math"
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
)

// What a run must be to prove anything, beyond the declared thresholds.
const (
	mostBlind     = 0.25 // share of the time outside triggers that the backend may be blind
	demandError   = 0.05 // share by which demand may differ from what was declared,
	demandSigmas  = 6    // unless chance (a Poisson process) does that anyhow
	capacitySigma = 3    // how clearly demand must exceed capacity
)

// tooShort says why there is no baseline or no time after the trigger.
func (t *trial) tooShort() string {
	h := t.h
	if len(h.Buckets) < t.end {
		return fmt.Sprintf("the record ends at %s, before the horizon of %s",
			brief(time.Duration(len(h.Buckets))*h.Bucket), brief(h.Horizon))
	}
	if t.triggered() && !h.Endless && t.trigger.To >= h.Horizon {
		return fmt.Sprintf("the trigger lasted until %s and so never ended before the horizon of %s",
			brief(t.trigger.To), brief(h.Horizon))
	}
	if s := t.timing().short(t.cfg, t.layout); s != nil {
		return s.Error()
	}
	return ""
}

// doubts lists why the run proves nothing.
func (t *trial) doubts() []string {
	out := append(disturbances(t.h), generatorDoubts(t.h, t.cfg)...)
	out = append(out, t.demandDoubts()...)
	if share := t.blind(); share > mostBlind {
		out = append(out, fmt.Sprintf("the backend could not be asked for %s of the time outside the trigger", percent(share)))
	}
	return append(out, t.baselineDoubts()...)
}

func generatorDoubts(h *history.History, cfg Config) []string {
	var out []string
	g := h.Generator
	if g.LagP99 > cfg.Lag {
		out = append(out, fmt.Sprintf("the generator was late: 1 %% of its steps by more than %s, where %s is allowed",
			brief(g.LagP99), brief(cfg.Lag)))
	}
	sent := int64(0)
	for i := range h.Buckets {
		sent += h.Buckets[i].Attempts
	}
	if all := sent + g.Undelivered; all > 0 && float64(g.Undelivered) > float64(cfg.Undelivered)*float64(all) {
		out = append(out, fmt.Sprintf("the generator could not send %d of %d attempts", g.Undelivered, all))
	}
	if most := float64(cfg.CPU) * float64(g.Cores) * float64(g.Wall); g.Cores > 0 && float64(g.CPU) > most {
		out = append(out, fmt.Sprintf("the generator itself was saturated: it used %s of processor time in %s on %d processors",
			brief(g.CPU), brief(g.Wall), g.Cores))
	} else if g.Busiest > float64(cfg.CPU) {
		out = append(out, fmt.Sprintf("a part of the generator was saturated: it used %s of its processors", percent(g.Busiest)))
	}
	return out
}

// demandDoubts compares what customers brought with what was declared. After
// the trigger only a lack is a doubt: it lets a run look recovered. An excess
// is demand that grew, and is judged as such.
func (t *trial) demandDoubts() []string {
	var out []string
	switch off := t.deviation(t.base); {
	case t.base.demand == 0 && t.from > t.warm:
		return []string{"no sale was brought in the baseline"}
	case off != 0:
		out = append(out, t.undelivered(t.base, "in the baseline"))
	}
	last := measure(t.h, t.to, t.end)
	if last.demand == 0 {
		return append(out, "no sale was brought after the trigger")
	}
	if t.deviation(last) < 0 {
		out = append(out, t.undelivered(last, "after the trigger"))
	}
	return out
}

func (t *trial) undelivered(m *tally, when string) string {
	return fmt.Sprintf("%s customers brought %s sales/s where %s were declared", when, figure(m.perSec(m.demand), 4), figure(t.h.Demand, 4))
}

// deviation is by how much demand differs from the declared one, as a share,
// and zero where that is within the error allowed or within chance.
func (t *trial) deviation(m *tally) float64 {
	want := t.h.Demand * m.length.Seconds()
	if !(want > 0) || t.h.Varies {
		return 0
	}
	diff := float64(m.demand) - want
	if math.Abs(diff) <= demandError*want || math.Abs(diff) <= demandSigmas*math.Sqrt(want) {
		return 0
	}
	return diff / want
}

// blind is the share of the time outside the trigger, and outside one window
// after it in which the backend comes up, that the backend could not be asked.
func (t *trial) blind() float64 {
	var all, blind int
	for i := t.warm; i < t.end; i++ {
		if i >= t.from && (i < t.to+t.size || t.h.Endless) && t.triggered() {
			continue
		}
		all++
		if t.h.Buckets[i].Blind {
			blind++
		}
	}
	return float64(blind) / float64(max(all, 1))
}

// flooded says whether clearly more attempts came than can be served while they come.
func (t *trial) flooded(m *tally) bool {
	l := t.load(m)
	return l.capacity > 0 && t.openly(m, l.arrived) > l.capacity+noise(l.capacity, m)
}

// baselineDoubts says why the baseline is no picture of health: in absolute
// terms, or because it is outside its own band when the trigger comes.
func (t *trial) baselineDoubts() []string {
	base := t.base
	absolute := t.band
	absolute.goodput = float64(t.cfg.Goodput)
	switch {
	case base.demand == 0:
		return nil
	case absolute.short(base, absolute.goodput, 1):
		return []string{fmt.Sprintf("the baseline was not healthy: %s of sales completed in time", percent(base.share()))}
	case !t.triggered():
		return nil
	}
	ws := cuts(t.h, t.band, t.warm, t.from, t.size)
	if away := absences(t.h, t.band, ws, min(t.cfg.Hold, len(ws))); len(away) > 0 && away[len(away)-1].back == len(ws) {
		return []string{fmt.Sprintf("the baseline was not healthy: at %s, before the trigger, it left its own band",
			brief(ws[away[len(away)-1].from].From))}
	}
	return nil
}
