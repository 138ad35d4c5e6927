package advice

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// only asks about the storm, and leaves few knobs.
func only(t *testing.T, w *world, forbid ...string) Config {
	return Config{Declaration: open(t, storm), Variant: "at once", Seed: 7, Prober: w, Forbid: forbid}
}

func TestLeastStrengthIsFoundAndTheNextWeakerOneFails(t *testing.T) {
	w := &world{rule: func(p *experiment.Plan, _ uint64) bool { return p.Fleet[0].Retry.Attempts() <= 4 }}
	r := advise(t, only(t, w))
	if len(r.Proposals) != 1 || len(r.Dominated) != 0 || !r.Complete {
		t.Fatalf("%d proposals, %d dominated, complete %v; want one", len(r.Proposals), len(r.Dominated), r.Complete)
	}
	p := r.Proposals[0]
	want := []Change{{Path: "fleet.*.retry.maxAttempts", From: []byte("10"), To: []byte("4")}}
	if diff := cmp.Diff(want, p.Changes); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if p.Name != "at most 4 attempts" || p.Probability.K != 73 || p.Probability.N != 73 || p.Probability.Low < 0.95 {
		t.Errorf("%s is proven by %+v", p.Name, p.Probability)
	}
	if p.Weaker == nil || p.Weaker.Name != "at most 5 attempts" || p.Weaker.Probability.K != 0 {
		t.Errorf("the weaker one is %+v", p.Weaker)
	}
	if p.Margin == nil || p.Margin.Name != "at most 3 attempts" || p.Margin.Probability.K != 73 {
		t.Errorf("the margin is %+v", p.Margin)
	}
	if r.Runs != w.asked {
		t.Errorf("%d runs are told, %d were made", r.Runs, w.asked)
	}
}

func TestProofTakesSeedsThatTheSearchHasNotUsed(t *testing.T) {
	// Comes back at 7 attempts by the seeds of the search alone.
	w := &world{rule: func(p *experiment.Plan, seed uint64) bool {
		n := p.Fleet[0].Retry.Attempts()
		return n <= 3 || n <= 7 && seed < 7+proofRuns
	}}
	if got := advise(t, only(t, w)).names(); !slices.Equal(got, []string{"at most 3 attempts"}) {
		t.Errorf("proposed: %v", got)
	}
}

func TestStrengthThatFailsAtTimesIsNotProposed(t *testing.T) {
	w := &world{rule: func(p *experiment.Plan, seed uint64) bool {
		n := p.Fleet[0].Retry.Attempts()
		return n <= 2 || n <= 5 && seed%8 != 0
	}}
	if got := advise(t, only(t, w)).names(); !slices.Equal(got, []string{"at most 2 attempts"}) {
		t.Errorf("proposed: %v", got)
	}
}

func TestPatchMakesTheVariantThatWasProven(t *testing.T) {
	w := &world{rule: func(p *experiment.Plan, _ uint64) bool { return p.Backend.Nodes[0].Workers >= 9 }}
	r := advise(t, only(t, w))
	p := r.Proposals[0]
	text := strings.Replace(storm, `"variants": {`, `"variants": {"advised": `+string(p.Patch)+`,`, 1)
	v, err := open(t, text).Experiment().Variant("advised")
	if err != nil {
		t.Fatal(err)
	}
	if v.Backend.Nodes[0].Workers != 9 || !v.Expect.Accepts(verdict.Recovered) || !v.Expect.Accepts(verdict.Healthy) || v.Expect.Accepts(verdict.Collapsed) {
		t.Errorf("%s makes %v workers, expecting %v", p.Patch, v.Backend.Nodes[0].Workers, v.Expect)
	}
	if p.Workers != 3 {
		t.Errorf("%d more workers, want 3", p.Workers)
	}
}

func TestPairIsFoundWhereNothingElseSuffices(t *testing.T) {
	w := &world{rule: func(p *experiment.Plan, _ uint64) bool {
		return p.Fleet[0].Retry.Attempts() <= 5 && p.Backend.Nodes[0].Workers >= 8
	}}
	r := advise(t, only(t, w))
	if len(r.Proposals) == 0 {
		t.Fatal("nothing is proposed")
	}
	if got := r.Proposals[0].Name; got != "at most 5 attempts and 8 workers" && got != "8 workers and at most 5 attempts" {
		t.Errorf("proposed first: %s", got)
	}
	if got := r.Proposals[0].Classes; !slices.Equal(got, []Class{Client, Server}) {
		t.Errorf("by %v", got)
	}
	cfg := only(t, w)
	cfg.Changes = 1
	if r := advise(t, cfg); len(r.Proposals) > 0 || r.Limit == nil || r.Limit.Demand != 30 || r.Limit.Capacity != 80 || r.Limit.Overloaded {
		t.Errorf("with one change: %v, limit %+v", r.names(), r.Limit)
	}
}

func TestTripleIsFoundWhereNothingElseSuffices(t *testing.T) {
	w := &world{rule: func(p *experiment.Plan, _ uint64) bool {
		n := p.Backend.Nodes[0]
		return p.Fleet[0].Retry.Attempts() <= 2 && n.Workers >= 12 && n.DeadlinePropagation
	}}
	cfg := only(t, w, "timeline", "fleet.*.offline", "fleet.*.sale", "fleet.*.timeout", "fleet.*.retry.backoff", "*.nodes.api.shed", "backend.nodes.*.queue")
	r := advise(t, cfg)
	if len(r.Proposals) != 1 || len(r.Proposals[0].Knobs) != 3 || len(r.Proposals[0].Changes) != 3 {
		t.Errorf("proposed: %v", r.names())
	}
}

func TestProposalThatIsNoBetterInAnythingIsLeftOut(t *testing.T) {
	w := &world{
		rule: func(p *experiment.Plan, _ uint64) bool {
			b := p.Fleet[0].Retry.Budget
			return p.Fleet[0].Retry.Attempts() <= 4 || b != nil && b.Tokens == 1
		},
		fails: func(p *experiment.Plan) int64 { return 10 * int64(10-p.Fleet[0].Retry.Attempts()) },
	}
	r := advise(t, only(t, w))
	if len(r.Proposals) != 1 || !strings.HasPrefix(r.Proposals[0].Name, "a retry budget") || len(r.Dominated) != 1 {
		t.Fatalf("%d proposed and %d dominated: %v", len(r.Proposals), len(r.Dominated), r.names())
	}
	if c := r.Dominated[0].Cost; c.Storm.With.FailedPer1000 != 60 || c.Storm.Without.FailedPer1000 != 700 {
		t.Errorf("it costs %+v", c.Storm)
	}
}

func TestOnlyWhatIsAllowedIsChanged(t *testing.T) {
	for _, tt := range []struct {
		allow  []Class
		forbid []string
		want   func(Knob) bool
	}{
		{nil, nil, func(Knob) bool { return true }},
		{[]Class{Server}, nil, func(k Knob) bool { return k.Class == Server }},
		{[]Class{Operator, Client}, nil, func(k Knob) bool { return k.Class != Server }},
		{nil, []string{"fleet"}, func(k Knob) bool { return k.Class != Client }},
		{nil, []string{"fleet[0].timeout"}, func(k Knob) bool { return !strings.HasSuffix(k.Name, "timeout") }},
		{nil, []string{"backend.nodes.api.queue"}, func(k Knob) bool { return !strings.HasPrefix(k.Name, "queue") }},
		{nil, []string{"fleet.till.retry.budget.tokens"}, func(k Knob) bool { return !strings.HasPrefix(k.Name, "retry budget") }},
	} {
		all, some := knobs(t, Config{}), knobs(t, Config{Allow: tt.allow, Forbid: tt.forbid})
		for _, k := range all {
			if got := slices.ContainsFunc(some, func(s Knob) bool { return s.Name == k.Name }); got != tt.want(k) {
				t.Errorf("allowed %v, forbidden %v: %s is there: %v", tt.allow, tt.forbid, k.Name, got)
			}
		}
	}
}

// knobs gives the catalogue of the storm.
func knobs(t *testing.T, cfg Config) []Knob {
	t.Helper()
	s, err := newSettings(open(t, storm), "at once")
	if err != nil {
		t.Fatal(err)
	}
	return knobsOf(&cfg, s.plan0, s)
}

func TestDearerPathsComeLater(t *testing.T) {
	w := &world{rule: func(p *experiment.Plan, _ uint64) bool {
		return p.Fleet[0].Retry.Attempts() <= 4 || p.Backend.Nodes[0].DeadlinePropagation
	}}
	cfg := only(t, w)
	for price, first := range map[float64]string{0.5: "at most 4 attempts", 3: "requests past their deadline dropped from the queue"} {
		cfg.Price = map[string]float64{"fleet.*.retry": price}
		r := advise(t, cfg)
		if len(r.Proposals) == 0 || r.Proposals[0].Name != first {
			t.Errorf("at a price of %v: %v", price, r.names())
		}
	}
}

func TestSearchThatIsCutShortGivesWhatItKnows(t *testing.T) {
	w := &world{rule: func(p *experiment.Plan, _ uint64) bool { return p.Fleet[0].Retry.Attempts() <= 4 }}
	whole := advise(t, only(t, w))
	cfg := only(t, w)
	cfg.Most = whole.Runs - 40
	r := advise(t, cfg)
	if r.Complete || r.Runs > cfg.Most || !slices.Equal(r.names(), whole.names()) || len(r.Notes) == 0 {
		t.Errorf("after %d runs: complete %v, %v", r.Runs, r.Complete, r.names())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cut := only(t, &world{rule: w.rule, stop: func(asked int) {
		if asked > whole.Runs-40 {
			cancel()
		}
	}})
	r, err := Advise(ctx, cut)
	if err != nil || r.Complete || !slices.Equal(r.names(), whole.names()) {
		t.Errorf("cancelled: error %v, complete %v, %v", err, r.Complete, r.names())
	}
}

func TestWrongConfigurationIsToldAtOnce(t *testing.T) {
	_, err := Advise(t.Context(), Config{
		Declaration: open(t, storm), Prober: &world{}, Variant: "at onse", AtLeast: 1, Changes: 4, Most: -1,
		Forbid: []string{" "}, Price: map[string]float64{"fleet": -1},
	})
	for _, path := range []string{"variant", "atLeast", "changes", "most", "forbid[0]", `price["fleet"]`} {
		if !strings.Contains(err.Error(), path+": ") && !strings.Contains(err.Error(), path+" ") {
			t.Errorf("%s is missing in\n%v", path, err)
		}
	}
}
