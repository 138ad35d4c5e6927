package summary

import (
	"fmt"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// Balance says where the capacity goes in a run that is outside its band.
func Balance(run *reports.Run) string {
	f := run.Verdict.Evidence.Flow
	if f == nil {
		return phrase.Missing
	}
	said := fmt.Sprintf("%s to %s: %s attempts for %s brought", phrase.Clock(f.FromS), phrase.Clock(f.ToS),
		phrase.PerSecond(f.AttemptsPerS), phrase.PerSecond(f.DemandPerS))
	if c := run.Verdict.Evidence.CapacityPerS; c != nil && *c > 0 {
		said += ", " + phrase.PerSecond(*c) + " can be served"
	}
	said += "; "
	if f.ServedPerS != nil {
		said += phrase.PerSecond(*f.ServedPerS) + " served, "
	}
	return said + fmt.Sprintf("%s turned away, %s completed, %s failed",
		phrase.PerSecond(f.RejectedPerS), phrase.PerSecond(f.CompletedPerS), phrase.PerSecond(f.FailedPerS))
}

// WithoutRetries says how the same run went with retries switched off.
func WithoutRetries(run *reports.Run) string {
	switch w := run.Verdict.Evidence.WithoutRetries; {
	case w == nil:
		return phrase.Missing
	case !w.Returned || w.AfterS == nil:
		return "not back either, with retries off from " + phrase.Clock(w.FromS)
	default:
		return "back " + phrase.Duration(*w.AfterS) + " after they were switched off at " + phrase.Clock(w.FromS)
	}
}

// StillOpen says what a verdict that is not final waits for.
func StillOpen(run *reports.Run) string {
	o := run.Verdict.Open
	if o == nil {
		return phrase.Missing
	}
	said := phrase.Plain(o.What)
	if o.TellsS != nil {
		said += "; a watch until about " + phrase.Clock(*o.TellsS) + " would tell"
	}
	return said
}
