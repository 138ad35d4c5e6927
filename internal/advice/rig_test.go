package advice

import (
	"context"
	"testing"

	"github.com/retrystorm/retrystorm/internal/campaign"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/probe"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// storm is a spike that ends in a collapse with retries at once, and does not without
// them.
const storm = `{"name": "storm", "horizon": "60s",
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

// friday is the scenario kounta-friday.
const friday = `{"name": "kounta-friday", "horizon": "95s",
	"fleet": [{"cohort": "4.4.1", "terminals": 2000, "sale": {"every": "20s", "deadline": "9s"}, "timeout": "3s", "cancel": "close",
		"retry": {"backoff": "immediate", "maxAttempts": "unbounded"}}],
	"backend": {"nodes": [{"name": "api", "workers": 23, "service": {"mean": "100ms", "distribution": "lognormal"},
		"queue": {"limit": "unbounded"}, "abandoned": "continue"}]},
	"timeline": [{"kind": "spike", "at": "20s", "for": "8s", "times": 4}],
	"variants": {"as it happened": {"expect": "collapsed"}, "client 4.4.2": {"fleet": [{
		"cohort": "4.4.2", "terminals": 2000, "sale": {"every": "20s", "deadline": "9s"}, "timeout": "3s", "cancel": "close",
		"retry": {"backoff": "exponential", "base": "1s", "cap": "8s", "jitter": "full", "maxAttempts": 3,
			"breaker": {"calls": 2, "failureRatio": "50%", "window": "30s", "open": "15s"}},
		"offline": {"after": "20s", "pace": "8s", "retry": {"backoff": "exponential", "base": "15s", "cap": "60s", "jitter": "full", "maxAttempts": "unbounded"}}
	}]}}}`

// beside is an engine that makes so many runs beside each other.
type beside struct {
	campaign.Engine
	many int
}

func (b beside) Traits() campaign.Traits {
	t := b.Engine.Traits()
	t.Beside = b.many
	return t
}

// simulated makes runs in virtual time.
func simulated(many int) probe.Prober {
	return &campaign.Trials{Engine: beside{&campaign.Virtual{}, many}}
}

// world answers by a rule in place of runs, and counts what it is asked for.
type world struct {
	rule  func(p *experiment.Plan, seed uint64) bool // whether it comes back
	fails func(p *experiment.Plan) int64             // of 1000 sales; none if nil
	asked int
	stop  func(asked int) // told after each batch; may be nil
}

func (w *world) Probe(ctx context.Context, trials []probe.Trial) ([]probe.Answer, error) {
	out := make([]probe.Answer, len(trials))
	for i, t := range trials {
		a := probe.Answer{Kind: verdict.Collapsed, Sales: 1000, Good: 300, Failed: 700, Attempts: 3000, P99: 3}
		if w.rule(t.Plan, t.Seed) {
			a = probe.Answer{Kind: verdict.Recovered, Sales: 1000, Good: 1000, Attempts: 1000, P99: 0.3}
			if w.fails != nil {
				a.Failed = w.fails(t.Plan)
				a.Good -= a.Failed
			}
		}
		out[i] = a
	}
	w.asked += len(trials)
	if w.stop != nil {
		w.stop(w.asked)
	}
	return out, ctx.Err()
}

func open(t testing.TB, declaration string) *experiment.Declaration {
	t.Helper()
	d, err := experiment.Open([]byte(declaration))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// advise gives the advice on a variant.
func advise(t testing.TB, cfg Config) *Result {
	t.Helper()
	r, err := Advise(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d runs", r.Runs)
	for i, list := range [][]Proposal{r.Proposals, r.Dominated} {
		for _, p := range list {
			t.Logf("%s %s: %+v, weaker %+v, margin %+v", []string{"proposed", "dominated"}[i], p.Name, p.Probability, p.Weaker, p.Margin)
		}
	}
	return r
}

// names gives the names of all that is proven.
func (r *Result) names() []string {
	var out []string
	for _, list := range [][]Proposal{r.Proposals, r.Dominated} {
		for _, p := range list {
			out = append(out, p.Name)
		}
	}
	return out
}
