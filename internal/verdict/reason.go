package verdict

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// reason says the verdict in a few sentences, with figures: what happened, why
// that is sure, and what is still open.
func (t *trial) reason(v Verdict) string {
	said := t.ended() + ". "
	switch {
	case t.h.Endless && v.Kind == Degraded:
		said += t.underIt(v)
	case v.Kind == Healthy:
		said += "The run never left its healthy band: " + t.short.finally(v)
	case v.Kind == Recovered:
		said += t.cameBack(v) + ", and it stayed there" + t.settledSaid(v)
	case v.Kind == Overloaded:
		last := t.lastThird()
		said += fmt.Sprintf("Customers bring %s sales/s, which alone is more than the capacity of %s attempts/s",
			figure(last.perSec(last.demand), 4), figure(v.Evidence.Capacity, 4))
	case v.Kind == Collapsed:
		said += t.outside(v) + ". " + t.held(v)
	case t.settled && !t.stayed():
		after, _ := t.back()
		said += brief(after) + " later the run was back in its healthy band, but not to stay" + t.again()
	case t.settled:
		after, _ := t.back()
		said += fmt.Sprintf("%s later the run was back in its healthy band, where %s was allowed", brief(after), brief(t.cfg.Within))
	case v.Open == nil:
		said += t.outside(v) + ". Goodput was back, but not at the usual cost, and that did not change"
	case t.inside && !t.waves():
		said += "The run was in its healthy band at " + clock(t.recorded()) + ", but it has not settled" + t.open(v)
	default:
		said += t.outside(v) + t.open(v)
	}
	return said + t.ledger() + worse(v) + t.told()
}

func (t *trial) ended() string {
	switch {
	case t.h.Endless:
		return "The trigger began at " + brief(t.trigger.From) + " and is on, or comes and goes, until the horizon"
	case t.triggered():
		return "The trigger ended at " + brief(t.trigger.To)
	case len(t.away) == 0:
		return "There was no trigger"
	}
	return "Without a trigger, the run left its healthy band at " + brief(t.gone())
}

// worse names the groups of tenants for which a run that passes did not.
func worse(v Verdict) string {
	var names []string
	for _, g := range v.Groups {
		if v.Kind.Passes() && !g.Kind.Passes() && g.Kind != Invalid {
			names = append(names, g.Name+" "+g.Kind.String())
		}
	}
	if len(names) == 0 {
		return ""
	}
	return " By groups of tenants it did not: " + strings.Join(names, ", ") + "."
}

// underIt says how a run was doing under a trigger that is not gone.
func (t *trial) underIt(v Verdict) string {
	return "Meanwhile " + t.short.finally(v) + ". Whether the system comes back once the trigger is gone, this run cannot show"
}

func (t *trial) cameBack(v Verdict) string {
	if v.TimeToRecover == 0 {
		return "By then the run was back in its healthy band"
	}
	return brief(v.TimeToRecover) + " later the run was back in its healthy band"
}

// settledSaid says why a return is final.
func (t *trial) settledSaid(v Verdict) string {
	said := ". It owes no more than before the trigger"
	if !t.triggered() {
		said = ". It owes no more than before it left it"
	}
	switch n := t.backlog(t.lastSeen()); {
	case t.h.Unobserved:
		said = strings.Replace(said, "It owes", "The fleet owes", 1)
	case float64(n) > t.usual():
		said = ". The " + plural(n, "sale or request", "sales and requests") + " still waiting are so few that the band holds if all come at once"
	}
	return said + t.again() + t.beyond(v)
}

// again tells of what came after a return that had settled.
func (t *trial) again() string {
	if t.later == 0 {
		return ""
	}
	return ". It left its band again later, owing nothing, for " + brief(time.Duration(t.later)*t.cfg.Window) + " in all"
}

// beyond says how far beyond the horizon the run was watched.
func (t *trial) beyond(v Verdict) string {
	if v.Evidence.Watched <= t.h.Horizon {
		return ""
	}
	return ", as watching until " + clock(v.Evidence.Watched) + " has shown"
}

// outside says how a run was doing at the horizon that was not back.
func (t *trial) outside(v Verdict) string {
	if t.inside || v.Evidence.Final.Healthy {
		return "It was in its healthy band at the horizon, at " + clock(t.h.Horizon) + ", but left it again"
	}
	return fmt.Sprintf("%s later %s", brief(v.Evidence.Censored), t.short.finally(v))
}

// held says what holds a collapsed run down, and how that is known.
func (t *trial) held(v Verdict) string {
	f, e := v.Evidence.Flow, &v.Evidence
	flow := f.inWords(e.Unobserved)
	if n := t.departures(); n >= leastWaves {
		flow = fmt.Sprintf("what is sent again brings it down each time it returns, %d times so far", n)
	}
	said := map[string]string{
		retries:     "Retries hold it down: " + flow,
		slowService: f.slowInWords(),
		wastedWork:  "Work that nobody waits for holds it down: " + flow,
		backlog:     "What is left to do does not become less: " + flow,
		"":          t.idle() + flow,
	}[e.Sustained]
	said += "; in " + brief(e.Watched-t.ws[t.recurring()].From) + " of watching " + t.stood()
	switch c := e.WithoutRetries; {
	case c == nil:
	case c.Returned:
		said += fmt.Sprintf(". With retries switched off at %s the same run was back %s", brief(c.From), afterwards(c.After))
	default:
		said += fmt.Sprintf(". With retries switched off at %s the same run had not come back by %s either", brief(c.From), clock(c.Until))
	}
	return said
}

// idle begins what is said where nothing is known to hold a run down.
func (t *trial) idle() string {
	if t.h.Unobserved {
		return "Sales do not complete, and its clients do not see why: "
	}
	return "Nothing is left to do, and still sales do not complete: "
}

// stood says that the balance did not tip.
func (t *trial) stood() string {
	if f := t.balance(); f.backlog.grows() {
		return fmt.Sprintf("what waits grew by %s a second", figure(f.backlog.perSec, 3))
	}
	return "that did not change"
}

func afterwards(d time.Duration) string {
	if d == 0 {
		return "at once"
	}
	return brief(d) + " later"
}

// open says what a verdict that is not final waits for.
func (t *trial) open(v Verdict) string {
	said := ". Still open: " + v.Open.What
	if v.Open.Tells > t.recorded() {
		said += "; a watch until about " + clock(v.Open.Tells) + " would tell"
	}
	return said
}

// finally gives the figures of the last windows.
func (t *trial) finally(v Verdict) string {
	f := v.Evidence.Final
	said := fmt.Sprintf("%s of sales completed in time; every sale was sent %s times",
		percent(t.final().share()), strconv.FormatFloat(f.Amplification, 'f', 1, 64))
	if v.Kind.Passes() {
		return said
	}
	if v.Evidence.WastedShare >= 0.01 {
		said += fmt.Sprintf("; %s of the service time was wasted", percent(v.Evidence.WastedShare))
	}
	if t.band.slow(t.final(), exactly) {
		said += fmt.Sprintf("; 1 %% of them took longer than %s (%s before)", brief(f.P99), brief(v.Evidence.Baseline.P99))
	}
	return said + "; " + t.waiters(v.Evidence.Backlog, " was", " were") + " waiting"
}

// ledger says what the audit found, if anything is worth saying.
func (t *trial) ledger() string {
	a := t.h.Ledger
	if a.Lost == 0 && a.Duplicated == 0 {
		return "."
	}
	return fmt.Sprintf("; the ledger lost %d sales and recorded %d twice.", a.Lost, a.Duplicated)
}
