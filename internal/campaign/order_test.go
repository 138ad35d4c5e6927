package campaign

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// script is an engine whose runs come out as written down, by seed.
type script struct {
	traits Traits
	kinds  []verdict.Kind
	meet   func(seed uint64) // before a run is given

	mu   sync.Mutex
	made []uint64
}

func (*script) Name() string                          { return "script" }
func (s *script) Traits() Traits                      { return s.traits }
func (*script) Check(*experiment.Plan) error          { return nil }
func (*script) Bucket(*experiment.Plan) time.Duration { return 100 * time.Millisecond }
func (s *script) Run(ctx context.Context, job *Job, _ *Observer) Run {
	if s.meet != nil {
		s.meet(job.Seed)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made = append(s.made, job.Seed)
	kind := s.kinds[int(job.Seed)%len(s.kinds)]
	if ctx.Err() != nil {
		kind = verdict.Invalid
	}
	return Run{History: &history.History{}, Verdict: verdict.Verdict{Kind: kind}}
}

// certain expects a return with a probability of which few runs can be certain.
func certain(t *testing.T) []experiment.Variant {
	t.Helper()
	all := variants(t, storm)
	for i := range all {
		all[i].Expect = experiment.Expect{AtLeast: 0.5}
	}
	return all
}

func TestNoFurtherRunIsMadeOnceTheAnswerIsCertain(t *testing.T) {
	all := certain(t)
	const runs = 20
	enough := 0 // runs that came back, after which others may do as they like
	for d := (decision.Run{Kind: verdict.Healthy}); ; enough++ {
		made := make([]decision.Run, enough)
		for i := range made {
			made[i] = d
		}
		if decision.Settled(all[0].Expect, all[0].Gate, made, runs-enough) {
			break
		}
	}
	if enough < 5 || enough >= runs {
		t.Fatalf("%d runs are enough", enough)
	}
	s := &script{traits: Traits{Beside: 1}, kinds: []verdict.Kind{verdict.Healthy}}
	result := campaignOf(t, Config{Variants: all, Runs: runs, Engine: s}).Run(t.Context(), Observer{})
	var want []uint64
	for range all {
		for seed := range uint64(enough) {
			want = append(want, seed)
		}
	}
	if diff := cmp.Diff(want, s.made); diff != "" {
		t.Errorf("the seeds of the runs: %s", diff)
	}
	if !result.Complete || result.Outcome() != decision.Passed || result.Variants[1].Count.N != enough {
		t.Errorf("it comes to %+v", result)
	}
}

func TestRunsBesideEachOtherCountInTheirOrder(t *testing.T) {
	kinds := []verdict.Kind{verdict.Healthy, verdict.Collapsed, verdict.Recovered, verdict.Degraded}
	all := variants(t, storm)[:1]
	s := &script{traits: Traits{Beside: 4}, kinds: kinds}
	over := make([]chan struct{}, len(kinds)) // each run ends after the one that counts after it
	for i := range over {
		over[i] = make(chan struct{})
	}
	s.meet = func(seed uint64) {
		if next := seed + 1; next < uint64(len(over)) {
			<-over[next]
		}
		close(over[seed])
	}
	var j journal
	campaignOf(t, Config{Variants: all, Runs: len(kinds), Engine: s}).Run(t.Context(), j.observer())
	want := []string{
		"begun 0", "0: at once, seed 0: healthy", "begun 1", "1: at once, seed 1: collapsed",
		"begun 2", "2: at once, seed 2: recovered", "begun 3", "3: at once, seed 3: degraded", "at once: 1 of 4, FAILED",
	}
	if diff := cmp.Diff(want, j.lines); diff != "" {
		t.Error(diff)
	}
}

func TestRunsThatAreMadeInVainCountForNothing(t *testing.T) {
	all := certain(t)[:1]
	kinds := []verdict.Kind{verdict.Healthy}
	alone := &script{traits: Traits{Beside: 1}, kinds: kinds}
	want := campaignOf(t, Config{Variants: all, Runs: 20, Engine: alone}).Run(t.Context(), Observer{})
	s := &script{traits: Traits{Beside: 20}, kinds: kinds}
	var all20 sync.WaitGroup
	all20.Add(20)
	s.meet = func(uint64) { all20.Done(); all20.Wait() }
	got := campaignOf(t, Config{Variants: all, Runs: 20, Engine: s}).Run(t.Context(), Observer{})
	if len(s.made) != 20 || len(alone.made) == 20 {
		t.Errorf("%d and %d runs were made", len(s.made), len(alone.made))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCampaignThatIsBrokenOffIsIncomplete(t *testing.T) {
	for _, beside := range []int{1, 4} {
		ctx, stop := context.WithCancel(t.Context())
		s := &script{traits: Traits{Beside: beside}, kinds: []verdict.Kind{verdict.Collapsed}}
		var j journal
		o := j.observer()
		o.Begun = func(job *Job) {
			if job.Index == 2 {
				stop()
			}
		}
		c := campaignOf(t, Config{Variants: variants(t, storm), Runs: 3, Engine: s})
		result := c.Run(ctx, o)
		if result.Complete || result.Outcome() == decision.Passed || len(result.Variants) != 1 {
			t.Errorf("%d beside each other: it comes to %+v", beside, result)
		}
		if n := len(j.runs); n != 3 {
			t.Errorf("%d beside each other: %d runs count", beside, n)
		}
	}
}
