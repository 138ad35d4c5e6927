package plan

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/capacity"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/probe"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports/table"
)

// storm is a spike with retries at once. What becomes of it is made up by a model.
const storm = `{
	"name": "storm", "horizon": "60s",
	"fleet": [{"cohort": "till", "terminals": 600, "sale": {"every": "20s"}, "timeout": "1s",
		"retry": {"backoff": "exponential", "base": "100ms", "maxAttempts": 10, "jitter": "none"}}],
	"backend": {"nodes": [{"name": "api", "workers": 6, "service": {"mean": "75ms"}, "queue": {"limit": 100}}]},
	"timeline": [{"kind": "spike", "at": "20s", "for": "5s", "times": 4}]
}`

// model says what becomes of a plan, give or take a tenth by chance: each worker stands
// a demand of 13.3/s, and six of them a spike to 66/s; shedding half of the requests for
// ten seconds brings it back, and so does equal jitter.
type model struct{}

func (model) Probe(ctx context.Context, trials []probe.Trial) ([]probe.Answer, error) {
	answers := make([]probe.Answer, len(trials))
	for i := range trials {
		answers[i].Kind = becomes(&trials[i])
	}
	return answers, ctx.Err()
}

func becomes(t *probe.Trial) verdict.Kind {
	const chance = 0.1
	load := t.Plan.Demand() * (1 + chance*(rand.New(rand.NewPCG(t.Seed, uint64(t.Plan.Terminals()))).Float64()-0.5))
	load *= 6 / float64(t.Plan.Backend.Nodes[0].Workers)
	if t.Plan.Fleet[0].Retry.Jitter == retry.EqualJitter {
		load /= 4 // so that some word is a success
	}
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

// nothing makes runs that prove nothing.
type nothing struct{}

func (nothing) Probe(_ context.Context, trials []probe.Trial) ([]probe.Answer, error) {
	answers := make([]probe.Answer, len(trials))
	for i := range answers {
		answers[i] = probe.Answer{Kind: verdict.Invalid, Problem: "too late"}
	}
	return answers, nil
}

// question is what is asked of the storm.
type question struct {
	vary    []string
	demand  bool
	prober  probe.Prober
	until   int // runs, where it is broken off; 0 for the end
	confirm bool
}

// ask finds the answer.
func ask(q question) *Plan {
	d, err := experiment.Open([]byte(storm))
	must(err)
	cfg := capacity.Config{
		Declaration: d, Variant: experiment.AsDeclared, Demand: q.demand,
		AtLeast: 0.95, Confidence: 0.95, Seed: 1, Runs: 2000, Prober: q.prober,
	}
	if cfg.Prober == nil {
		cfg.Prober = model{}
	}
	for _, text := range q.vary {
		a, err := capacity.ParseAxis(d, cfg.Variant, text)
		must(err)
		cfg.Axes = append(cfg.Axes, a)
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	if q.until > 0 {
		cfg.Progress = func(made, _ int) {
			if made > q.until {
				stop()
			}
		}
	}
	r, err := capacity.Run(ctx, cfg)
	must(err)
	var confirmed []capacity.Confirmed
	if q.confirm {
		confirmed, err = capacity.Confirm(ctx, cfg, &r, "docker", model{})
		must(err)
		confirmed[1].Kind, confirmed[1].Agrees, confirmed[1].Problem = verdict.Invalid, false, "the generator was late"
	}
	p := New("storm", "sim", &r, confirmed)
	p.Versions["retrystorm"], p.Declaration = "v0.0.0", json.RawMessage(d.Text())
	return p
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// questions are one of each sort.
var questions = map[string]question{
	"edge":       {vary: []string{"timeline.0.times=1..6"}, demand: true, confirm: true},
	"terminals":  {vary: []string{"fleet.0.terminals=300..1000"}},
	"rising":     {vary: []string{"backend.nodes.api.workers=1..40"}},
	"multiple":   {vary: []string{"fleet.*.terminals=0.5x..3x"}},
	"timeout":    {vary: []string{"fleet.0.timeout=1s..3s"}},
	"listed":     {vary: []string{"backend.nodes.0.queue.limit=10,100,unbounded"}},
	"words":      {vary: []string{"fleet.0.retry.jitter=none,full,equal"}},
	"flags":      {vary: []string{"backend.nodes.0.deadlinePropagation=true,false"}},
	"map":        {vary: []string{"fleet.0.terminals=300..1200", "timeline.0.times=1..6"}},
	"demand":     {demand: true},
	"broken off": {vary: []string{"timeline.0.times=1..6"}, until: 50},
	"unjudged":   {vary: []string{"timeline.0.times=1..6"}, prober: nothing{}},
	"dark map":   {vary: []string{"fleet.0.terminals=300..1200", "timeline.0.times=1..6"}, prober: nothing{}},
}

// samples are the answers, found once.
var samples = sync.OnceValue(func() map[string]*Plan {
	out := map[string]*Plan{}
	for name, q := range questions {
		out[name] = ask(q)
	}
	return out
})

// sample gives an answer that a test may change.
func sample(t testing.TB, name string) *Plan {
	t.Helper()
	var text strings.Builder
	if err := samples()[name].WriteJSON(&text); err != nil {
		t.Fatal(err)
	}
	p, err := Read(strings.NewReader(text.String()))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return p
}

func drawn(t testing.TB, p *Plan, style table.Style) string {
	t.Helper()
	var b strings.Builder
	if err := WriteTable(&b, p, style); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
