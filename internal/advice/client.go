package advice

import (
	"fmt"
	"strconv"
	"time"

	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// mostCohorts is how many cohorts a fleet may have for each to be changed by itself.
const mostCohorts = 4

// clients are the knobs of the fleet: of all cohorts at once, and of each where there
// are a few.
func (c *catalogue) clients() {
	fleet := c.plan.Fleet
	c.cohort("fleet.*", "", &fleet[0])
	if len(fleet) == 1 || len(fleet) > mostCohorts {
		return
	}
	for i := range fleet {
		if fleet[i].Terminals > 0 {
			c.cohort("fleet."+strconv.Itoa(i), " of "+fleet[i].Cohort, &fleet[i])
		}
	}
}

// cohort are the knobs of one cohort, or of all that are like it.
func (c *catalogue) cohort(at, of string, t *terminal.Config) {
	c.policy(&policy{
		at: at, of: of, class: Client, retry: t.Retry, timeout: t.Timeout, runsOn: t.Cancel == caller.RunOn,
		deadline: at + ".sale.deadline", patience: t.Sale.Deadline, many: true, calls: 2,
	})
	c.offline(at+".offline", of, t)
}

// offline are the knobs of the offline queue: to have one, and how fast it is emptied.
func (c *catalogue) offline(at, of string, t *terminal.Config) {
	multiples := []float64{0.5, 1, 2, 4, 8, 16, 32}
	if t.Offline == nil {
		k := Knob{Name: "offline queue" + of, Class: Client, Now: "none"}
		for _, m := range append([]float64{0}, multiples...) {
			s := Strength{Phrase: "an offline queue" + of, edits: []experiment.Change{set(at, []byte(`{}`))}}
			if pace := nice(time.Duration(m * float64(t.Timeout))); pace > 0 {
				s.Phrase += fmt.Sprintf(" that syncs a sale every %s", said(pace))
				s.edits = []experiment.Change{set(at, []byte(`{"pace":`+string(span(pace))+`}`))}
			}
			k.Strengths = append(k.Strengths, s)
		}
		c.add(k)
		return
	}
	pace := t.Offline.Pace
	if pace == 0 {
		pace = t.Timeout / 4
	}
	c.add(Knob{Name: "pace of the offline queue" + of, Class: Client, Now: said(t.Offline.Pace),
		Strengths: spans(at+".pace", "a pause of %s between synced sales"+of, pace, []float64{1.5, 2, 3, 4, 6, 8, 16, 32})})
	c.add(Knob{Name: "wait of the offline queue" + of, Class: Client, Now: said(t.Offline.After),
		Strengths: spans(at+".after", "a wait of %s before syncing"+of, t.Offline.After, []float64{1.5, 2, 3, 4, 6, 8, 16})})
}
