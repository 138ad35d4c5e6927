package summary

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// Headline tells in one to four plain sentences how a variant came out, for an
// owner who knows none of our words: when the trouble ended, whether the system
// came back, and what it cost. Of several runs it counts how they ended and
// tells of the one that stands for them. The text is plain, as in a Row.
func Headline(v *reports.Variant) string {
	run, ok := v.Typical()
	if !ok {
		return "It was not run."
	}
	told := append([]string{story(run)}, damage(&run.Totals)...)
	if len(v.Runs) > 1 {
		told[0] = endings(v) + fmt.Sprintf(" In a typical one (seed %d), ", run.Seed) + told[0]
	} else {
		told[0] = capital(told[0])
	}
	return strings.Join(told, " ")
}

// story tells how a run went, with a small letter at the beginning.
func story(run *reports.Run) string {
	e := &run.Verdict.Evidence
	t := triggerOf(run)
	switch run.Verdict.Kind {
	case verdict.Healthy:
		return t.harmless() + " stayed healthy to the end, at " + phrase.Clock(end(e)) + "."
	case verdict.Recovered:
		return t.over() + returned(run, t)
	case verdict.Degraded:
		return t.over() + late(e) + stillOpen(run)
	case verdict.Collapsed:
		return t.over() + down(e)
	case verdict.Overloaded:
		return overload(e)
	}
	const proof = "run proves nothing"
	why := phrase.Cut(phrase.Plain(run.Verdict.Reason), longestReason)
	switch {
	case why == "":
		return "the " + proof + "."
	case strings.HasPrefix(strings.ToLower(why), "the "+proof):
		return "t" + why[1:]
	}
	return "the " + proof + ": " + why
}

// longestReason is how much of an invalid run's reason a headline takes, in
// columns: the beginning names what matters most.
const longestReason = 300

// end is the moment up to which a run was judged.
func end(e *reports.Evidence) float64 { return max(e.Final.ToS, e.Trigger.ToS+e.CensoredS) }

func returned(run *reports.Run, t trigger) string {
	s := run.Verdict.TimeToRecoverS
	switch {
	case s == nil:
		return "The system came back to normal and stayed so."
	case !(*s > 0):
		return "By then the system was back to normal, and it stayed so."
	case t.none():
		return "The system left its normal state all the same; " + phrase.Duration(*s) + " later it was back, and it stayed so."
	}
	return fmt.Sprintf("The system was back to normal %s later, at %s, and stayed so.", phrase.Duration(*s), phrase.Clock(t.to+*s))
}

// late tells of a run that was on its way back, or came back too late.
func late(e *reports.Evidence) string {
	at := phrase.Clock(end(e))
	if e.Final.Healthy {
		allowed := ""
		if w := e.Thresholds.WithinS; w > 0 {
			allowed = " the " + phrase.Duration(w)
		}
		return "At " + at + " the system was back to normal, but it took longer than" + cmp.Or(allowed, " was") + " allowed."
	}
	return "At " + at + " the system was getting better but was not back to normal" + inTime(e) + "."
}

// stillOpen tells what may yet come of it.
func stillOpen(run *reports.Run) string {
	if run.Verdict.Open == nil {
		return ""
	}
	return " Still open: " + StillOpen(run) + "."
}

// down tells of a run that did not come back.
func down(e *reports.Evidence) string {
	const hardly = 0.05
	if e.Final.Healthy {
		return "The system was back to normal at " + phrase.Clock(end(e)) + ", but went down again later."
	}
	share, known := goodShare(e)
	said := "The system was still down at " + phrase.Clock(end(e))
	if known && share >= hardly {
		said = "The system had still not recovered at " + phrase.Clock(end(e))
	}
	const repeats = 1.05 // attempts per sale from which a sale is being sent more than once
	switch n := e.Final.AttemptsPerSale; {
	case n != nil && *n >= repeats && (!known || share < hardly):
		return said + ": every sale was being sent " + phrase.Decimal(*n) + " times."
	case n != nil && *n >= repeats:
		return said + inTime(e) + ", and every sale was being sent " + phrase.Decimal(*n) + " times."
	}
	return said + inTime(e) + "."
}

func overload(e *reports.Evidence) string {
	most := ""
	if e.CapacityPerS != nil && *e.CapacityPerS > 0 {
		most = " (" + phrase.Decimal(*e.CapacityPerS) + " a second)"
	}
	return "customers alone bring more sales than the system can serve" + most +
		". It is too small for them, even if nothing is ever sent twice."
}

// goodShare is the share of sales completed in time at the end.
func goodShare(e *reports.Evidence) (share float64, known bool) {
	good, brought := e.Final.GoodputPerS, e.Final.DemandPerS
	if good == nil || brought == nil || !(*brought > 0) {
		return 0, false
	}
	return min(max(*good / *brought, 0), 1), true
}

// inTime says what share of sales was completed in time, after a colon.
func inTime(e *reports.Evidence) string {
	share, known := goodShare(e)
	switch {
	case !known:
		return ""
	case share == 0:
		return ": no sale came through in time"
	}
	return ": " + phrase.Share(&share) + " of sales came through in time"
}

// damage tells what no recovery mends.
func damage(t *reports.Totals) []string {
	var told []string
	if n := t.Lost; n != nil && *n > 0 {
		told = append(told, plural(*n, "sale was", "sales were")+" acknowledged and then lost.")
	}
	if n := t.Duplicated; n != nil && *n > 0 {
		told = append(told, plural(*n, "sale was", "sales were")+" booked twice.")
	}
	return told
}

// capital gives a sentence its first letter.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}
