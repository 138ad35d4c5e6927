package advice

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/retrystorm/retrystorm/internal/advice"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/probe"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports/table"
)

// storm is a spike with retries at once. What becomes of it is made up by a model.
const storm = `{
	"name": "storm", "horizon": "60s",
	"fleet": [{"cohort": "till", "terminals": 60, "sale": {"every": "2s"}, "timeout": "1s",
		"retry": {"backoff": "immediate", "maxAttempts": 10}}],
	"backend": {"nodes": [{"name": "api", "workers": 6, "service": {"mean": "75ms"}, "queue": {"limit": "unbounded"}}]},
	"timeline": [{"kind": "spike", "at": "20s", "for": "5s", "times": 4}],
	"variants": {
		"at once": {"expect": "collapsed"},
		"without": {"fleet": [{"cohort": "till", "terminals": 60, "sale": {"every": "2s"}, "timeout": "1s", "retry": {"backoff": "none"}}]},
		"too many": {"fleet": [{"cohort": "till", "terminals": 200, "sale": {"every": "2s"}, "timeout": "1s",
			"retry": {"backoff": "immediate", "maxAttempts": 10}}]}
	}}`

// model says what becomes of a plan: it comes back with few attempts or many workers,
// and each attempt that is not made costs sales.
type model struct{}

func (model) Probe(ctx context.Context, trials []probe.Trial) ([]probe.Answer, error) {
	answers := make([]probe.Answer, len(trials))
	for i := range trials {
		answers[i] = becomes(trials[i].Plan)
	}
	return answers, ctx.Err()
}

func becomes(p *experiment.Plan) probe.Answer {
	workers, attempts := p.Backend.Nodes[0].Workers, p.Fleet[0].Retry.MaxAttempts
	capacity := float64(workers) / 0.075
	switch {
	case p.Demand() > capacity:
		return probe.Answer{Kind: verdict.Overloaded, Sales: 1000, Failed: 900, Good: 100, Attempts: 9000}
	case attempts > 3 && workers < 9 && len(p.Timeline) > 0 && p.Timeline[0].Times > 3:
		return probe.Answer{Kind: verdict.Collapsed, Sales: 1000, Failed: 700, Good: 300, Attempts: 5000, P99: 2.5}
	}
	failed := int64(max(0, 10-attempts))
	return probe.Answer{Kind: verdict.Recovered, Sales: 1000, Failed: failed, Good: 1000 - failed, Attempts: 1010, P99: 0.25}
}

// question is what is asked of the storm.
type question struct {
	variant string
	forbid  []string
	until   int // runs, where it is broken off; 0 for the end, -1 before any
}

func ask(q question) *Advice {
	d, err := experiment.Open([]byte(storm))
	must(err)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	cfg := advice.Config{Declaration: d, Variant: q.variant, Seed: 1, Changes: 1, Prober: model{}, Forbid: q.forbid, Most: 20000}
	if q.until > 0 {
		cfg.Progress = func(made, _ int) {
			if made >= q.until {
				stop()
			}
		}
	}
	if q.until < 0 {
		stop()
	}
	r, err := advice.Advise(ctx, cfg)
	must(err)
	a := New("sim", r)
	a.Versions["retrystorm"], a.Declaration = "v0.0.0", json.RawMessage(d.Text())
	return a
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// questions are one of each sort.
var questions = map[string]question{
	"proposals":  {variant: "at once"},
	"limit":      {variant: "too many", forbid: []string{"backend", "timeline"}},
	"forbidden":  {variant: "at once", forbid: []string{"backend", "timeline", "fleet"}},
	"margins":    {variant: "without"},
	"broken off": {variant: "at once", until: 200},
	"at first":   {variant: "at once", until: 1},
	"not begun":  {variant: "at once", until: -1},
}

// samples are the answers, found once.
var samples = sync.OnceValue(func() map[string]*Advice {
	out := map[string]*Advice{}
	for name, q := range questions {
		out[name] = ask(q)
	}
	return out
})

// sample gives an answer that a test may change.
func sample(t testing.TB, name string) *Advice {
	t.Helper()
	a, err := Read(bytes.NewReader(written(t, samples()[name])))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return a
}

func written(t testing.TB, a *Advice) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := a.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func drawn(t testing.TB, a *Advice, style table.Style) string {
	t.Helper()
	var b strings.Builder
	if err := WriteTable(&b, a, style); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
