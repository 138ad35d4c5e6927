package compare

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/sample"
)

// edited is the Friday with a part of its declaration in other words.
func edited(t *testing.T, old, now string) *reports.Result {
	t.Helper()
	r := sample.Friday()
	var text bytes.Buffer
	if err := json.Compact(&text, r.Declaration); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text.String(), old) {
		t.Fatalf("the declaration does not hold %s: %s", old, &text)
	}
	r.Declaration = json.RawMessage(strings.ReplaceAll(text.String(), old, now))
	return r
}

func TestOtherDeclarationIsRefusedUnlessOnlyTheClientsDiffer(t *testing.T) {
	for _, tc := range []struct{ name, old, now, says string }{
		{"policy", `"backoff":"immediate"`, `"backoff":"constant","base":"1s"`, ""},
		{"timeout", `"timeout":"3s"`, `"timeout":"2s"`, ""},
		{"offline queue", `"pace":"8s"`, `"pace":"9s"`, ""},
		{"client version", `"cohort":"4.4.2"`, `"cohort":"4.4.3"`, ""},
		{"expectation", `"expect":"recovered"`, `"expect":"healthy"`, ""},
		{
			"fleet in two parts", `"fleet":[{"cohort":"4.4.1","terminals":2000,`,
			`"fleet":[{"cohort":"canary","terminals":200,"sale":{"every":"20s","deadline":"9s"},"timeout":"1s"},{"cohort":"4.4.1","terminals":1800,`, "",
		},
		{"horizon", `"horizon":"95s"`, `"horizon":"3m"`, "the horizon is 95 s in OLD and 3 min in NEW"},
		{"terminals", `"terminals":2000`, `"terminals":3000`, "OLD has 2,000 terminals and NEW 3,000"},
		{"demand", `"every":"20s"`, `"every":"40s"`, "the sales that customers bring differ"},
		{"deadline", `"deadline":"9s"`, `"deadline":"8s"`, "the sales that customers bring differ"},
		{"backend", `"workers":23`, `"workers":24`, "the backend differs"},
		{"timeline", `"times":4`, `"times":3`, "the timeline differs"},
		{"judge", `"horizon":"95s"`, `"horizon":"95s","judge":{"hold":3}`, "how runs are judged differs"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := Results([]*reports.Result{sample.Friday()}, []*reports.Result{edited(t, tc.old, tc.now)}, usual)
			if tc.says == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !errors.Is(err, ErrDeclaration) || !strings.Contains(err.Error(), "kounta-friday, as it happened: "+tc.says) {
				t.Errorf("%v; want %q", err, tc.says)
			}
		})
	}
}

func TestSpikeOfARenamedCohortIsTheSameSpike(t *testing.T) {
	plan := func(cohort string, times float64) *experiment.Plan {
		return &experiment.Plan{Timeline: []fault.Event{{Kind: fault.Spike, Cohort: cohort, Times: times}}}
	}
	if got := differences(plan("4.4.1", 3), plan("4.4.2", 3)); len(got) > 0 {
		t.Error(got)
	}
	if got := differences(plan("4.4.1", 3), plan("4.4.1", 4)); len(got) != 1 {
		t.Error(got)
	}
}

func TestDeclarationThatCannotBeReadIsNoted(t *testing.T) {
	for name, text := range map[string]string{"none": "", "of a later version": `{"name":"kounta-friday","weather":"rain"}`} {
		r := sample.Friday()
		r.Declaration = json.RawMessage(text)
		c := comparison(t, sample.Friday(), r, usual)
		if notes := c.Scenarios[0].Notes; len(notes) != 1 || !strings.HasPrefix(notes[0], "not checked: ") {
			t.Errorf("%s: notes %q", name, notes)
		}
	}
}
