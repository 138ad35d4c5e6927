package capacity_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/retrystorm/retrystorm/internal/capacity"
	"github.com/retrystorm/retrystorm/internal/edge"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/probe"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// storm is a spike with retries at once. What becomes of it is made up by a model.
const storm = `{
	"name": "storm", "horizon": "60s",
	"fleet": [{"cohort": "till", "terminals": 600, "sale": {"every": "20s"}, "timeout": "1s",
		"retry": {"backoff": "immediate", "maxAttempts": 10}}],
	"backend": {"nodes": [{"name": "api", "workers": 6, "service": {"mean": "75ms"}, "queue": {"limit": "unbounded"}}]},
	"timeline": [{"kind": "spike", "at": "20s", "for": "5s", "times": 4}]
}`

// model says what becomes of a plan, give or take a tenth by chance: it stands a demand
// of 80/s, heals from a spike to 66/s, and from any if half of the requests are turned
// away for ten seconds.
type model struct{ backwards bool }

func (m model) Probe(ctx context.Context, trials []probe.Trial) ([]probe.Answer, error) {
	answers := make([]probe.Answer, len(trials))
	for i := range trials {
		if m.backwards {
			i = len(trials) - 1 - i
		}
		answers[i].Kind = becomes(&trials[i])
	}
	return answers, ctx.Err()
}

func becomes(t *probe.Trial) verdict.Kind {
	const chance = 0.1
	load := t.Plan.Demand() * (1 + chance*(rand.New(rand.NewPCG(t.Seed, uint64(t.Plan.Terminals()))).Float64()-0.5))
	kind := verdict.Healthy
	for _, e := range t.Plan.Timeline {
		switch {
		case e.Kind == fault.Shed && e.Share >= 0.5 && e.For >= 10*time.Second:
			kind = verdict.Recovered
		case e.Kind == fault.Spike && load*e.Times > 66:
			kind = verdict.Collapsed
		case e.Kind == fault.Spike:
			kind = verdict.Recovered
		}
	}
	if load > 80 {
		return verdict.Overloaded
	}
	return kind
}

func open(t *testing.T, text string) *experiment.Declaration {
	t.Helper()
	d, err := experiment.Open([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// config asks for the edge of what is varied in the storm.
func config(t *testing.T, vary ...string) capacity.Config {
	t.Helper()
	cfg := capacity.Config{
		Declaration: open(t, storm), Variant: experiment.AsDeclared,
		AtLeast: 0.95, Confidence: 0.95, Seed: 1, Runs: 2000, Prober: model{},
	}
	for _, text := range vary {
		a, err := capacity.ParseAxis(cfg.Declaration, cfg.Variant, text)
		if err != nil {
			t.Fatal(err)
		}
		cfg.Axes = append(cfg.Axes, a)
	}
	return cfg
}

func run(t *testing.T, cfg capacity.Config) capacity.Result {
	t.Helper()
	r, err := capacity.Run(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEdgeLiesBetweenWhatHealsAndWhatDoesNot(t *testing.T) {
	r := run(t, config(t, "timeline.0.times=1..6"))
	e := r.Edge
	if e == nil || !r.Complete {
		t.Fatalf("no edge: %q", r.Problem)
	}
	const truth = 66 / 30.0 / (1 + 0.9*0.05) // where nineteen of twenty runs heal
	if !(e.Low <= truth && truth <= e.High && e.High-e.Low <= 0.05*truth && e.Low <= e.Value && e.Value <= e.High) {
		t.Errorf("the edge of the spike is %v (%v to %v), not %v", e.Value, e.Low, e.High, truth)
	}
	if !e.Below.Passes() || e.Above != verdict.Collapsed {
		t.Errorf("below it is %v and above it %v", e.Below, e.Above)
	}
	if e.Never == nil || e.Never.X < e.High {
		t.Errorf("it always collapses from %+v", e.Never)
	}
}

func TestAnswerIsTheSameHoweverManyRunsAreMadeAtOnce(t *testing.T) {
	cfg := config(t, "fleet.0.terminals=0.5x..1.5x")
	want := run(t, cfg)
	cfg.Prober = model{backwards: true}
	got := run(t, cfg)
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(capacity.Axis{}, capacity.Level{}, capacity.Edge{})); diff != "" {
		t.Errorf("(-first +again):\n%s", diff)
	}
}

func TestEdgeOutsideTheRangeSaysWhereToLook(t *testing.T) {
	for vary, says := range map[string][]string{
		"timeline.0.times=1..1.2":  {"from 1 to 1.2", "recovered with a probability of at least 95%", "it is collapsed, so look from"},
		"timeline.0.times=6..9":    {"from 6 to 9 it is collapsed", "below 95%", "so look from"},
		"fleet.0.timeout=1s..3s":   {"it is collapsed", "up to 32 times as much or as little"},
		"fleet.0.timeout=1s,900ms": {"it is collapsed"},
	} {
		r := run(t, config(t, vary))
		if r.Edge != nil {
			t.Errorf("%s has an edge at %v", vary, r.Edge.Value)
		}
		for _, want := range says {
			if !strings.Contains(r.Problem, want) {
				t.Errorf("%s: no %q in %q", vary, want, r.Problem)
			}
		}
	}
}

func TestRangeWithoutAnyVerdictIsSaidToBe(t *testing.T) {
	cfg := config(t, "timeline.0.times=1..6")
	cfg.Prober = nothing{}
	r := run(t, cfg)
	if r.Edge != nil || !r.Unjudged || !strings.Contains(r.Problem, "too late") {
		t.Errorf("edge %v, %q", r.Edge, r.Problem)
	}
}

// nothing makes runs that prove nothing.
type nothing struct{}

func (nothing) Probe(_ context.Context, trials []probe.Trial) ([]probe.Answer, error) {
	answers := make([]probe.Answer, len(trials))
	for i := range answers {
		answers[i] = probe.Answer{Kind: verdict.Invalid, Problem: "too late"}
	}
	return answers, nil
}

func TestWrongRangesAreNamed(t *testing.T) {
	d := open(t, storm)
	for vary, says := range map[string]string{
		"fleet.0.terminals":                      "has no values to be tried",
		"fleet.0.terminals=":                     "has no values to be tried",
		"fleet.0.terminal=1..5":                  "terminals",
		"fleet.7.terminals=1..5":                 "it has 1",
		"fleet.0.terminals=5..5":                 "empty range",
		"fleet.0.terminals=5":                    "one value",
		"fleet.0.terminals=5,5":                  "twice",
		"fleet.0.terminals=1s..5s":               "1s",
		"fleet.0.timeout=1..5":                   "no unit",
		"fleet.0.timeout=1s..unbounded":          "unbounded",
		"fleet.0=1..5":                           "no single value",
		"fleet.0.retry.jitter=none..full":        "has no range",
		"fleet.0.terminals=1x..5":                "multiple",
		"fleet.0.offline.pace=1x..5x":            "has no amount",
		"fleet.0.terminals+fleet.0.timeout=1..5": "tied together",
	} {
		_, err := capacity.ParseAxis(d, experiment.AsDeclared, vary)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, which does not say %q", vary, err, says)
		}
	}
	for vary, says := range map[string]string{
		"fleet.0.terminals=0..5":         "fleet.0.terminals cannot be 0",
		"timeline.0.for=1s..2m":          "timeline.0.for cannot be 2m",
		"backend.nodes.api.workers=1..9": "",
	} {
		cfg := config(t, vary)
		cfg.Prober = nothing{}
		_, err := capacity.Run(t.Context(), cfg)
		if (says == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, which does not say %q", vary, err, says)
		}
	}
}

func TestInterruptedSearchGivesWhatItKnows(t *testing.T) {
	cfg := config(t, "timeline.0.times=1..6")
	ctx, stop := context.WithCancel(t.Context())
	cfg.Progress = func(made, _ int) {
		if made > 50 {
			stop()
		}
	}
	r, err := capacity.Run(ctx, cfg)
	if err != nil || r.Complete || len(r.Points) == 0 || r.Runs < 50 {
		t.Errorf("complete %v, %d runs, %d points, error %v", r.Complete, r.Runs, len(r.Points), err)
	}
}

func TestHealthyDemandLiesAboveTheHealingOne(t *testing.T) {
	cfg := config(t)
	cfg.Demand = true
	r := run(t, cfg)
	d := r.Demand
	if d == nil || !d.Healthy.Found || !d.Heals.Found || d.Shed == nil || !d.Shed.Found {
		t.Fatalf("%+v, shed %+v", d, d.Shed)
	}
	healthy, heals := 80/1.045, 66.0/4/1.045 // where nineteen of twenty runs are
	if !(d.Healthy.Low <= healthy && healthy <= d.Healthy.High && d.Heals.Low <= heals && heals <= d.Heals.High) {
		t.Errorf("healthy up to %+v, not %v/s; heals up to %+v, not %v/s", d.Healthy, healthy, d.Heals, heals)
	}
	if s := d.Shed; s.From != 30 || s.To < 0.48 || s.To > 0.5 || s.For < 10 || s.For > 10.5 {
		t.Errorf("%+v", *s)
	}
}

func TestMapFollowsTheEdge(t *testing.T) {
	r := run(t, config(t, "fleet.0.terminals=300..1200", "timeline.0.times=1..6"))
	m := r.Map
	if m == nil || !r.Complete || m.Width != 20 || m.Height != 20 {
		t.Fatalf("%+v", m)
	}
	measured, wrong := 0, 0
	for y, times := range r.Axes[1].Levels {
		for x, terminals := range r.Axes[0].Levels {
			c := m.Cells[y*m.Width+x]
			if c.N > 0 {
				measured++
			}
			load := terminals.X / 20 * times.X
			if yes := load < 66; (c.Side == edge.Yes) != yes && (load < 60 || load > 72) {
				wrong++
			}
		}
	}
	if wrong > 0 || measured > len(m.Cells)/2 {
		t.Errorf("%d cells of %d are on the wrong side, and %d were measured", wrong, len(m.Cells), measured)
	}
}

func TestEdgeIsConfirmedOnBothSides(t *testing.T) {
	cfg := config(t, "timeline.0.times=1..6")
	r := run(t, cfg)
	got, err := capacity.Confirm(t.Context(), cfg, &r, "local", model{})
	if err != nil || len(got) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	for i, want := range []struct {
		kind verdict.Kind
		side bool
	}{{verdict.Recovered, got[0].At.X < r.Edge.Low}, {verdict.Collapsed, got[1].At.X > r.Edge.High}} {
		if c := got[i]; c.Kind != want.kind || !want.side || !c.Agrees || c.Engine != "local" {
			t.Errorf("%+v of an edge from %v to %v", c, r.Edge.Low, r.Edge.High)
		}
	}
	got, err = capacity.Confirm(t.Context(), cfg, &r, "local", nothing{})
	if err != nil || got[0].Agrees || got[1].Agrees || got[0].Problem != "too late" {
		t.Errorf("runs that prove nothing confirm it: %+v, %v", got, err)
	}
}
