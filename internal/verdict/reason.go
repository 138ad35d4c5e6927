package verdict

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// reason says the verdict in a sentence or two, with figures.
func (t *trial) reason(v Verdict) string {
	said := t.ended() + ". "
	switch v.Kind {
	case Healthy:
		said += "The run never left its healthy band: " + t.finally(v) + t.leftOver(v)
	case Recovered:
		said += t.returned(v)
	case Overloaded:
		last := t.lastThird()
		said += fmt.Sprintf("Customers bring %.4g sales/s, which alone is more than the capacity of %.4g attempts/s",
			last.perSec(last.demand), v.Evidence.Capacity)
	default:
		said += t.outcome(v)
	}
	return said + t.ledger()
}

func (t *trial) ended() string {
	switch {
	case t.triggered():
		return "The trigger ended at " + brief(t.trigger.To)
	case len(t.away) == 0:
		return "There was no trigger"
	}
	return "Without a trigger, the run left its healthy band at " + brief(t.gone())
}

func (t *trial) returned(v Verdict) string {
	if v.TimeToRecover == 0 {
		return "By then the run was back in its healthy band, and it stayed there" + t.leftOver(v)
	}
	return brief(v.TimeToRecover) + " later the run was back in its healthy band, and it stayed there" + t.leftOver(v)
}

// leftOver tells of a backlog that lies still beside healthy sales, such as
// sales in offline queues that nobody syncs: the band does not see it.
func (t *trial) leftOver(v Verdict) string {
	if float64(v.Evidence.Backlog) <= t.usual() {
		return ""
	}
	return fmt.Sprintf(", though %d sales and requests were still waiting at the end", v.Evidence.Backlog)
}

func (t *trial) outcome(v Verdict) string {
	if back, ok := t.back(); ok {
		return fmt.Sprintf("%s later the run was back in its healthy band, where %s was allowed", brief(back), brief(t.cfg.Within))
	}
	end := t.improving()
	if end == "" {
		end = "nothing was improving"
	}
	return fmt.Sprintf("%s later %s; %s", brief(v.Evidence.Censored), t.finally(v), end)
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
	return said + fmt.Sprintf("; %d sales and requests were waiting", v.Evidence.Backlog)
}

// ledger says what the audit found, if anything is worth saying.
func (t *trial) ledger() string {
	a := t.h.Ledger
	if !a.Done {
		return "; the ledger could not be read, so lost and duplicated sales are unknown."
	}
	if a.Lost == 0 && a.Duplicated == 0 {
		return "."
	}
	return fmt.Sprintf("; the ledger lost %d sales and recorded %d twice.", a.Lost, a.Duplicated)
}

func percent(share float64) string { return fmt.Sprintf("%.0f %%", math.Floor(100*share+0.5)) }

// brief gives a duration in seconds, with three figures that matter.
func brief(d time.Duration) string {
	if d < time.Second {
		return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'g', 3, 64) + " ms"
	}
	return strconv.FormatFloat(math.Round(d.Seconds()*10)/10, 'f', -1, 64) + " s"
}
