package campaign

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/harness"
)

func TestMain(m *testing.M) {
	harness.TakeOver() // so that this program is the backend of RealTime
	os.Exit(m.Run())
}

// variants gives what a declaration declares.
func variants(t *testing.T, declaration string) []experiment.Variant {
	t.Helper()
	exp, err := experiment.Decode([]byte(declaration))
	if err != nil {
		t.Fatal(err)
	}
	return exp.Variants
}

// storm is a spike that ends in a collapse with retries at once, and does not
// without them.
const storm = `{
	"name": "storm", "horizon": "60s",
	"fleet": [{"cohort": "till", "terminals": 60, "sale": {"every": "2s"}, "timeout": "1s",
		"retry": {"backoff": "immediate", "maxAttempts": 10}}],
	"backend": {"nodes": [{"name": "api", "workers": 6, "service": {"mean": "75ms"}, "queue": {"limit": "unbounded"}}]},
	"timeline": [{"kind": "spike", "at": "20s", "for": "5s", "times": 4}],
	"variants": {
		"at once": {"expect": "collapsed"},
		"without": {"fleet": [{"cohort": "till", "terminals": 60, "sale": {"every": "2s"}, "timeout": "1s",
			"retry": {"backoff": "none"}}]}
	}
}`

// narrow is an engine that makes one run after the other.
type narrow struct{ Engine }

func (n narrow) Traits() Traits {
	t := n.Engine.Traits()
	t.Beside = 1
	return t
}

// wide is an engine that makes eight runs beside each other.
type wide struct{ Engine }

func (w wide) Traits() Traits {
	t := w.Engine.Traits()
	t.Beside = 8
	return t
}

// journal notes what an observer is told.
type journal struct {
	lines []string
	runs  []*Run
}

func (j *journal) observer() Observer {
	return Observer{
		Begun: func(job *Job) { j.lines = append(j.lines, fmt.Sprintf("begun %d", job.Index)) },
		Ended: func(job *Job, run *Run) {
			j.lines = append(j.lines, fmt.Sprintf("%d: %s, seed %d: %s", job.Index, job.Variant, job.Seed, run.Verdict.Kind))
			j.runs = append(j.runs, run)
		},
		Decided: func(variant string, d decision.Decision) {
			j.lines = append(j.lines, fmt.Sprintf("%s: %d of %d, %v", variant, d.Count.K, d.Count.N, d.Outcome()))
		},
	}
}

func campaignOf(t *testing.T, cfg Config) *Campaign {
	t.Helper()
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCampaignInVirtualTimeIsTheSameHoweverManyRunsAreMadeBesideEachOther(t *testing.T) {
	want := []string{
		"begun 0", "0: at once, seed 5: collapsed", "begun 1", "1: at once, seed 6: collapsed",
		"begun 2", "2: at once, seed 7: collapsed", "at once: 3 of 3, PASSED",
		"begun 3", "3: without, seed 5: recovered", "begun 4", "4: without, seed 6: recovered",
		"begun 5", "5: without, seed 7: recovered", "without: 3 of 3, PASSED",
	}
	var first []*Run
	for _, engine := range []Engine{narrow{&Virtual{}}, wide{&Virtual{}}} {
		var j journal
		c := campaignOf(t, Config{Variants: variants(t, storm), Runs: 3, Seed: 5, Engine: engine})
		result := c.Run(t.Context(), j.observer())
		if diff := cmp.Diff(want, j.lines); diff != "" {
			t.Error(diff)
		}
		if result.Outcome() != decision.Passed || !result.Complete || len(result.Variants) != 2 {
			t.Errorf("it comes to %+v", result)
		}
		for _, run := range j.runs[:3] {
			if e := run.Verdict.Evidence; e.WithoutRetries == nil || !e.WithoutRetries.Returned || e.Watched <= time.Minute {
				t.Errorf("a collapse was watched for %v and compared with %+v", e.Watched, e.WithoutRetries)
			}
		}
		if first == nil {
			first = j.runs
		} else if !reflect.DeepEqual(first, j.runs) {
			t.Error("side by side the runs give other records or verdicts")
		}
	}
}

// On a slow machine, or of a large fleet, a run of some million events takes minutes.
func TestRunInVirtualTimeIsBoundByItsEventsAndHardlyByTheClock(t *testing.T) {
	c := campaignOf(t, Config{Variants: variants(t, storm), Runs: 3, Engine: &Virtual{}})
	if got, want := c.Longest(), 6*time.Hour; got != want {
		t.Errorf("it takes %v at most, want %v", got, want)
	}
}

func TestMemoryThatIsNotThereIsNamedBeforeAnythingStarts(t *testing.T) {
	_, err := New(Config{Variants: variants(t, storm), Engine: &Virtual{Memory: func() int64 { return 1 << 10 }}})
	if err == nil || !strings.Contains(err.Error(), `variant "at once" cannot run here and nothing was started`) ||
		!strings.Contains(err.Error(), "fleet: 60 terminals and the horizon of 1m0s need") {
		t.Errorf("got %v", err)
	}
}

func TestBoundThatTheRunsCannotShowIsNamedBeforeAnythingStarts(t *testing.T) {
	tests := map[field.Ratio]string{
		0.9:    `variant "at once" expects to be collapsed, at least 90%, which 3 runs cannot show; run it at least 35 times`,
		0.9999: "at most 10000 can be made",
	}
	for atLeast, want := range tests {
		all := variants(t, storm)
		all[0].Expect.AtLeast = atLeast
		if _, err := New(Config{Variants: all, Runs: 3, Engine: &Virtual{}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
