package capacity_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/retrystorm/retrystorm/internal/campaign"
	"github.com/retrystorm/retrystorm/internal/capacity"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/probe"
	"github.com/retrystorm/retrystorm/internal/race"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// simulated asks for an edge of a declaration in the simulator.
func simulated(t *testing.T, text, vary string) capacity.Config {
	t.Helper()
	d := open(t, text)
	a, err := capacity.ParseAxis(d, experiment.AsDeclared, vary)
	if err != nil {
		t.Fatal(err)
	}
	return capacity.Config{
		Declaration: d, Variant: experiment.AsDeclared, Axes: []capacity.Axis{a},
		AtLeast: 0.8, Confidence: 0.95, Seed: 1, Runs: 600,
		Prober: &campaign.Trials{Engine: &campaign.Virtual{}},
	}
}

// A queue with one or several servers, Poisson arrivals and exponential service is
// stable up to a load of 1 and no further (for example L. Kleinrock, Queueing Systems 1,
// 1975, sections 3.2 and 3.5).
func TestQueueIsOverloadedFromALoadOfOne(t *testing.T) {
	if race.Enabled {
		t.Skip("hundreds of runs of one goroutine each; make test makes them without the race detector")
	}
	for _, servers := range []int{1, 4} {
		text := fmt.Sprintf(`{
			"name": "queue", "horizon": "10m",
			"fleet": [{"cohort": "till", "terminals": 200, "sale": {"every": "20s"}, "timeout": "10m"}],
			"backend": {"nodes": [{"name": "api", "workers": %d, "queue": {"limit": "unbounded"},
				"service": {"mean": "%dms", "distribution": "exponential"}}]}
		}`, servers, 100*servers) // 10 sales a second bring it to a load of 1
		cfg := simulated(t, text, "fleet.0.sale.every=40s..10s")
		cfg.For = []verdict.Kind{verdict.Overloaded}
		r := run(t, cfg)
		if r.Edge == nil {
			t.Fatalf("%d servers: %s", servers, r.Problem)
		}
		const full = 20.0 // seconds between sales of one of 200 terminals, for 10 a second
		if e := r.Edge; e.Low < full*0.93 || e.High > full*1.07 {
			t.Errorf("%d servers are overloaded from one sale in %v s (%v to %v) of 200 terminals on, want %v", servers, e.Value, e.Low, e.High, full)
		}
	}
}

// TestEdgesAgreeWithEachValueTried compares the edges of random scenarios with runs of
// values all over the range. RETRYSTORM_TRUTH is how many scenarios, for all of them.
func TestEdgesAgreeWithEachValueTried(t *testing.T) {
	scenes, err := strconv.Atoi(os.Getenv("RETRYSTORM_TRUTH"))
	if err != nil {
		t.Skip("takes a minute for each scenario; make truth compares a hundred")
	}
	scenes = min(scenes, 100)
	edges := 0
	for number := range scenes {
		text := scene(uint64(number))
		cfg := simulated(t, text, "timeline.0.times=1..12")
		cfg.Runs = 200
		r := run(t, cfg)
		if r.Edge != nil {
			edges++
		}
		tried(t, &cfg, &r, text)
	}
	t.Logf("%d of %d scenarios have an edge", edges, scenes)
	if edges == 0 {
		t.Error("no scenario has an edge, so that nothing was compared")
	}
}

// scene draws a small scenario that heals from small spikes and not from large ones.
func scene(number uint64) string {
	d := rand.New(rand.NewPCG(number, 0x65646765))
	terminals := 30 + d.IntN(60)
	every := 1 + d.IntN(2)
	capacity := float64(terminals) / float64(every) * (1.4 + d.Float64()*1.6)
	workers := 1 + d.IntN(8)
	retries := []string{
		`{"backoff": "immediate", "maxAttempts": 5}`,
		`{"backoff": "exponential", "base": "200ms", "cap": "2s", "jitter": "full", "maxAttempts": 6}`,
		`{"backoff": "constant", "base": "500ms", "maxAttempts": 5}`,
	}[d.IntN(3)]
	return fmt.Sprintf(`{
		"name": "scene", "horizon": "70s",
		"fleet": [{"cohort": "till", "terminals": %d, "sale": {"every": "%ds"}, "timeout": "%dms", "retry": %s}],
		"backend": {"nodes": [{"name": "api", "workers": %d, "queue": {"limit": %d},
			"service": {"mean": "%dus", "distribution": "exponential"}}]},
		"timeline": [{"kind": "spike", "at": "20s", "for": "%ds", "times": 2}]
	}`, terminals, every, 600+d.IntN(1400), retries, workers, int(capacity*(1+4*d.Float64())), int(1e6*float64(workers)/capacity), 2+d.IntN(5))
}

// tried makes runs all over the range of an answer, with seeds that the search did not
// use, and says where they contradict it by more than chance.
func tried(t *testing.T, cfg *capacity.Config, r *capacity.Result, text string) {
	t.Helper()
	const each, values, seeds = 20, 6, 1 << 32
	levels := cfg.Axes[0].Levels
	for i := 0; i < len(levels); i += len(levels) / (values - 1) {
		value := levels[i]
		v, err := cfg.Declaration.With(cfg.Variant, experiment.Change{Path: "timeline.0.times", Value: []byte(value.Text)})
		if err != nil {
			t.Fatal(err)
		}
		trials := make([]probe.Trial, each)
		for n := range trials {
			trials[n] = probe.Trial{Key: value.Text, Plan: &v.Plan, Seed: uint64(seeds + n)}
		}
		answers, err := cfg.Prober.Probe(t.Context(), trials)
		if err != nil {
			t.Fatal(err)
		}
		k, n := 0, 0
		for _, a := range answers {
			if a.Kind != verdict.Invalid {
				n++
			}
			if a.Kind.Passes() {
				k++
			}
		}
		// With a probability of 0.8 or more, 10 of 20 or fewer come in one case of 400;
		// with one below it all 20 in at most one case of 80.
		heals := r.Edge != nil && value.X < r.Edge.Low
		fails := r.Edge != nil && value.X > r.Edge.High
		if heals && 2*k <= n || fails && k == n && n == each {
			t.Errorf("%d of %d runs pass at %s, where the edge is from %v to %v, of\n%s", k, n, value.Text, r.Edge.Low, r.Edge.High, text)
		}
	}
}
