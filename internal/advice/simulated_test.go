package advice

import (
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/edge"
	"github.com/retrystorm/retrystorm/internal/race"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// brute counts, with seeds that no search uses, how often each strength of each knob
// comes back.
func brute(t *testing.T, cfg Config, seeds int) (knobs []Knob, counts [][]int) {
	t.Helper()
	const apart = 1 << 30
	s, err := newSettings(cfg.Declaration, cfg.Variant)
	if err != nil {
		t.Fatal(err)
	}
	cfg = cfg.withDefaults()
	cfg.Most = 1 << 30
	a := &advisor{cfg: &cfg, settings: s, runs: newRuns(&cfg)}
	knobs = knobsOf(&cfg, s.plan0, s)
	for _, k := range knobs {
		var asked []request
		for _, strength := range k.Strengths {
			for run := range seeds {
				asked = append(asked, a.request(nil, []Strength{strength}, apart+run))
			}
		}
		answers, err := a.runs.answers(t.Context(), asked)
		if err != nil {
			t.Fatal(err)
		}
		count := make([]int, len(k.Strengths))
		for i := range answers {
			if back(&answers[i]) == edge.Yes {
				count[i/seeds]++
			}
		}
		counts = append(counts, count)
	}
	return knobs, counts
}

// confirm compares what is proposed with all single changes on the grid: what is proposed
// comes back, weaker strengths do not always, and where nothing is proposed nothing does.
func confirm(t *testing.T, cfg Config, seeds int) {
	t.Helper()
	cfg.Changes, cfg.Prober = 1, simulated(4)
	r := advise(t, cfg)
	if !r.Complete {
		t.Fatal("the search was cut short")
	}
	proven := map[string]Proposal{}
	for _, p := range slices.Concat(r.Proposals, r.Dominated) {
		proven[p.Knobs[0]] = p
	}
	knobs, counts := brute(t, cfg, seeds)
	for i, k := range knobs {
		t.Logf("%s: %v of %d", k.Name, counts[i], seeds)
		p, ok := proven[k.Name]
		least := slices.IndexFunc(k.Strengths, func(s Strength) bool { return ok && s.Phrase == p.Name })
		for level, n := range counts[i] {
			switch {
			case level == least && n < seeds-1:
				t.Errorf("%s is proposed, and came back in %d of %d", p.Name, n, seeds)
			case least >= 0 && level == least-1 && p.Weaker.Probability.Low >= cfg.AtLeast && cfg.AtLeast > 0:
				t.Errorf("%s suffices, and %s is proposed", p.Weaker.Name, p.Name)
			case (least < 0 || level < least-1) && n == seeds:
				t.Errorf("%s came back in all of %d, and is not proposed", k.Strengths[level].Phrase, seeds)
			}
		}
	}
}

// grid is which paths are left alone for a small grid, and none where RETRYSTORM_TRUTH
// asks for the whole of it.
func grid(forbid ...string) []string {
	if os.Getenv("RETRYSTORM_TRUTH") != "" {
		return nil
	}
	return forbid
}

// withoutRace skips what takes hundreds of simulated runs, of one goroutine each, where
// the race detector watches; make test runs it without.
func withoutRace(t *testing.T) {
	t.Helper()
	if race.Enabled {
		t.Skip("hundreds of runs of one goroutine each; make test makes them without the race detector")
	}
}

func TestStormSmallestIsSoByBruteForce(t *testing.T) {
	withoutRace(t)
	confirm(t, Config{Declaration: open(t, storm), Variant: "at once", Seed: 1, AtLeast: 0.95, Forbid: grid(
		"fleet.*.retry.backoff", "fleet.*.retry.budget", "fleet.*.retry.breaker", "fleet.*.sale", "fleet.*.offline", "fleet.*.timeout",
		"timeline", "backend.nodes.0.shed", "backend.nodes.0.workers")}, 8)
}

func TestFridaySmallestIsSoByBruteForce(t *testing.T) {
	withoutRace(t)
	if testing.Short() {
		t.Skip("some hundred runs of 2,000 terminals")
	}
	confirm(t, Config{Declaration: open(t, friday), Variant: "as it happened", Seed: 1, AtLeast: 0.95, Forbid: grid(
		"fleet.*.retry.backoff", "fleet.*.retry.budget", "fleet.*.retry.breaker", "fleet.*.sale", "fleet.*.offline", "fleet.*.timeout",
		"timeline", "backend.nodes.0.shed", "backend.nodes.0.workers", "backend.nodes.0.queue", "backend.nodes.0.abandoned")}, 8)
}

func TestAdviceIsTheSameHoweverManyRunsAreMadeBesideEachOther(t *testing.T) {
	withoutRace(t)
	cfg := Config{Declaration: open(t, storm), Variant: "at once", Seed: 3, Allow: []Class{Server}, Forbid: []string{"backend.nodes.*.shed", "backend.nodes.*.queue.discipline", "backend.nodes.api.workers"}}
	cfg.Prober = simulated(1)
	one := advise(t, cfg)
	cfg.Prober = simulated(8)
	if diff := cmp.Diff(one, advise(t, cfg)); diff != "" {
		t.Errorf("eight beside each other differ from one after the other (-one +eight):\n%s", diff)
	}
	if len(one.Proposals) == 0 {
		t.Error("nothing is proposed")
	}
}

func TestNothingHelpsAnOverloadedPlan(t *testing.T) {
	withoutRace(t)
	r := advise(t, Config{Declaration: open(t, storm), Variant: "too many", Seed: 1, Prober: simulated(4), Changes: 2,
		Allow: []Class{Client}, Forbid: []string{"fleet.*.sale", "fleet.*.offline", "fleet.*.retry.breaker", "fleet.*.retry.backoff"}})
	if len(r.Proposals) > 0 || r.Limit == nil || !r.Limit.Overloaded || r.Limit.Demand != 100 || r.Limit.Capacity != 80 {
		t.Fatalf("proposed %v, limit %+v", r.names(), r.Limit)
	}
	t.Log(r.Limit.Reason)
}

func TestVariantThatComesBackIsToldItsMargins(t *testing.T) {
	withoutRace(t)
	cfg := Config{Declaration: open(t, storm), Variant: "without", Seed: 1, Prober: simulated(4)}
	r := advise(t, cfg)
	if !r.Complete || len(r.Proposals) > 0 || r.Before.Low < 0.95 {
		t.Fatalf("complete %v, proposed %v, before %+v", r.Complete, r.names(), r.Before)
	}
	known := map[string]Margin{}
	last := 1.0
	for _, m := range r.Margins {
		t.Logf("%s: edge %s in %g..%g, %s, %v", m.Path, m.Edge, m.Low, m.High, m.Phrase, m.Becomes)
		known[m.Path] = m
		if far := max(m.Factor, 1/m.Factor); far < last {
			t.Errorf("%s is nearer than the one before it", m.Path)
		} else {
			last = far
		}
	}
	// 60 terminals bring 30 sales a second of the 80 that can be served: the time to
	// serve what the spike leaves grows without bound towards 160 terminals.
	if m := known["fleet.*.terminals"]; !(m.Low >= 100 && m.High <= 165 && m.High/m.Low < 1.15) || m.Becomes.Passes() || m.Becomes == verdict.Invalid {
		t.Errorf("terminals: %+v", m)
	}
	if m := known["backend.nodes.0.workers"]; !(m.Low >= 3 && m.High <= m.Low+2) {
		t.Errorf("workers: %+v", m)
	}
	for _, m := range r.Beyond {
		if _, ok := known[m.Path]; ok && m.Factor > 1 == (known[m.Path].Factor > 1) {
			t.Errorf("%s has an edge and has none", m.Path)
		}
	}
}

// The advice on the Friday with single changes. Its time is of all processors.
func BenchmarkAdviseFriday(b *testing.B) {
	for b.Loop() {
		r := advise(b, Config{Declaration: open(b, friday), Variant: "as it happened", Seed: 1, Changes: 1, Prober: simulated(2)})
		b.ReportMetric(float64(r.Runs), "runs")
		b.ReportMetric(float64(len(r.Proposals)), "proposals")
	}
}
