package summary

import (
	"fmt"

	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
)

// Lasting says how long a collapse of a variant goes on; empty where none of
// several runs collapsed.
func Lasting(v *reports.Variant) string {
	c := v.Collapse
	switch {
	case c == nil || len(v.Runs) < 2:
		return ""
	case c.Ended == 0 || c.MeanS == nil:
		return fmt.Sprintf("none of %d ended; at least %s on average", c.Runs, phrase.Duration(c.LowS))
	}
	return fmt.Sprintf("%s more (%s to %s), %d of %d ended",
		phrase.Duration(*c.MeanS), phrase.Duration(c.LowS), phrase.DurationOf(c.HighS), c.Ended, c.Runs)
}
