package campaign

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/probe"
	"github.com/retrystorm/retrystorm/internal/race"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// trialsOf gives trials of each variant with some seeds, in turn.
func trialsOf(t *testing.T, declaration string, seeds int) []probe.Trial {
	t.Helper()
	var all []probe.Trial
	for seed := range seeds {
		for _, v := range variants(t, declaration) {
			all = append(all, probe.Trial{Key: v.Name, Plan: &v.Plan, Seed: uint64(seed)})
		}
	}
	return all
}

func TestTrialsAnswerInTheirOrderHoweverManyAreMadeAtOnce(t *testing.T) {
	seeds := 5
	if race.Enabled {
		seeds = 2
	}
	trials := trialsOf(t, storm, seeds)
	told := map[int]probe.Answer{}
	beside := &Trials{Engine: wide{&Virtual{}}, Made: func(i int, _ *probe.Trial, a probe.Answer) { told[i] = a }}
	got, err := beside.Probe(t.Context(), trials)
	if err != nil {
		t.Fatal(err)
	}
	want, err := (&Trials{Engine: narrow{&Virtual{}}}).Probe(t.Context(), trials)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("eight beside each other differ from one after the other (-want +got):\n%s", diff)
	}
	for i, a := range got {
		if kind := []verdict.Kind{verdict.Collapsed, verdict.Recovered}[i%2]; a.Kind != kind {
			t.Errorf("trial %d of %q is %v, want %v", i, trials[i].Key, a.Kind, kind)
		}
		if told[i] != a {
			t.Errorf("trial %d was told as %+v and answered as %+v", i, told[i], a)
		}
	}
}

func TestTrialGivesTheVerdictOfACampaign(t *testing.T) {
	c, err := New(Config{Variants: variants(t, storm), Runs: 1, Seed: 3, Engine: &Virtual{}})
	if err != nil {
		t.Fatal(err)
	}
	var want []probe.Answer
	c.Run(t.Context(), Observer{Ended: func(_ *Job, run *Run) { want = append(want, probe.Of(run.History, &run.Verdict)) }})
	trials := trialsOf(t, storm, 1)
	for i := range trials {
		trials[i].Seed = 3
	}
	got, err := (&Trials{Engine: &Virtual{}}).Probe(t.Context(), trials)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-campaign +trials):\n%s", diff)
	}
}

func TestTrialThatCannotBeJudgedIsInvalid(t *testing.T) {
	trials := trialsOf(t, storm, 1)[:1]
	trials[0].Plan.Horizon = trials[0].Plan.Timeline[0].End() + time.Second
	got, err := (&Trials{Engine: &Virtual{}}).Probe(t.Context(), trials)
	if err != nil {
		t.Fatal(err)
	}
	if a := got[0]; a.Kind != verdict.Invalid || a.Problem == "" {
		t.Errorf("a horizon right after the trigger gives %+v", a)
	}
}

func TestTrialsEndWithTheirContext(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	trials := trialsOf(t, storm, 50)
	made := 0
	_, err := (&Trials{Engine: wide{&Virtual{}}, Made: func(int, *probe.Trial, probe.Answer) {
		if made++; made == 3 {
			stop()
		}
	}}).Probe(ctx, trials)
	if !errors.Is(err, context.Canceled) || made == len(trials) {
		t.Errorf("%d of %d made, error %v", made, len(trials), err)
	}
}
