package k6x

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/metrics"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/campaign"
	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/live"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// register gives the meters and a set of tags to begin with.
func register(t interface {
	Helper()
	Fatal(...any)
}) (*meters, *metrics.TagSet) {
	t.Helper()
	r := metrics.NewRegistry()
	m, err := newMeters(r)
	if err != nil {
		t.Fatal(err)
	}
	return m, r.RootTagSet()
}

// sums adds samples up by metric and outcome.
func sums(samples []metrics.Sample) map[string]int64 {
	out := map[string]int64{}
	for _, s := range samples {
		key := s.Metric.Name
		if o, ok := s.Tags.Get("outcome"); ok {
			key += " " + o
		}
		if s.Metric.Type == metrics.Trend {
			out[key]++
		} else {
			out[key] += int64(s.Value)
		}
	}
	return out
}

func TestSamplesOfABucketAddUpToIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, root := register(t)
		n := rapid.Int64Range(0, 1000)
		b := history.Bucket{
			Demand: n.Draw(t, "demand"), Good: n.Draw(t, "good"), Late: n.Draw(t, "late"),
			Failed: n.Draw(t, "failed"), Parked: n.Draw(t, "parked"), Unsynced: n.Draw(t, "unsynced"),
		}
		want := map[string]int64{
			"retrystorm_demand": b.Demand, "retrystorm_goodput": b.Good, "retrystorm_unsynced": b.Unsynced,
			"retrystorm_sales completed": b.Good, "retrystorm_sales late": b.Late,
			"retrystorm_sales failed": b.Failed, "retrystorm_sales parked": b.Parked,
		}
		for c := range b.Outcomes {
			b.Outcomes[c] = n.Draw(t, "outcome")
			want["retrystorm_attempts "+retry.Cause(c).String()] = b.Outcomes[c]
		}
		for range rapid.IntRange(0, 50).Draw(t, "sales") {
			b.Latency.Add(time.Duration(rapid.IntRange(0, 1e10).Draw(t, "latency")))
			want["retrystorm_sale_duration"]++
		}
		got := sums(m.bucket(nil, root, &b))
		if d := cmp.Diff(want, got, cmpopts.IgnoreMapEntries(func(_ string, n int64) bool { return n == 0 })); d != "" {
			t.Fatal(d)
		}
	})
}

func TestDurationsAreMillisecondsNearTheLatency(t *testing.T) {
	m, root := register(t)
	var b history.Bucket
	b.Latency.Add(250 * time.Millisecond)
	for _, s := range m.bucket(nil, root, &b) {
		if s.Metric == m.duration && (s.Value < 240 || s.Value > 260) {
			t.Errorf("250 ms is %v", s.Value)
		}
	}
}

// onAir gives an emitter, a job and what the emitter hands to k6.
func onAir(t *testing.T) (*emitter, *campaign.Job, chan metrics.SampleContainer) {
	t.Helper()
	m, root := register(t)
	air := make(chan metrics.SampleContainer, 10)
	e := &emitter{ctx: t.Context(), meters: m, state: &lib.State{Tags: lib.NewVUStateTags(root.With("run", "7")), Samples: air}}
	job := &campaign.Job{Variant: "as declared", Seed: 1, Bucket: 200 * time.Millisecond}
	job.Plan.Horizon = 10 * time.Second
	job.Plan.Fleet = []terminal.Config{{Cohort: "a"}, {Cohort: "b"}}
	job.Plan.Timeline = []fault.Event{{Kind: fault.Spike, At: 3 * time.Second, For: 2 * time.Second}}
	return e, job, air
}

func TestBucketIsTaggedByVariantCohortPhaseAndOutcome(t *testing.T) {
	e, one, air := onAir(t)
	tests := map[int]string{0: "baseline", 14: "baseline", 15: "trigger", 24: "trigger", 25: "recovery", 49: "recovery"}
	for index, phase := range tests { // of 200 ms
		bucket := history.Bucket{Good: 1}
		bucket.Outcomes[0] = 1
		e.tick(one, &queues{}, 0, live.Tick{Index: index, Cohorts: []history.Bucket{{}, bucket}})
		for _, s := range (<-air).GetSamples() {
			got := s.Tags.Map()
			want := map[string]string{"run": "7", "variant": "as declared", "phase": phase, "cohort": "b"}
			switch s.Metric {
			case e.meters.sales:
				want["outcome"] = "completed"
			case e.meters.attempts:
				want["outcome"] = retry.Cause(0).String()
			case e.meters.unsynced:
				want["cohort"] = got["cohort"] // of both
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("bucket %d, %s: %s", index, s.Metric.Name, d)
			}
		}
	}
}

func TestUnsyncedIsThatOfAllShards(t *testing.T) {
	e, one, air := onAir(t)
	last := map[string]float64{}
	var unsynced queues
	for shard, n := range []int64{30, 5} {
		e.tick(one, &unsynced, shard, live.Tick{Cohorts: []history.Bucket{{Unsynced: n}, {Unsynced: 1}}})
		for _, s := range (<-air).GetSamples() {
			cohort, _ := s.Tags.Get("cohort")
			last[cohort] = s.Value
		}
	}
	if d := cmp.Diff(map[string]float64{"a": 35, "b": 2}, last); d != "" {
		t.Error(d)
	}
}

func TestVerdictIsASample(t *testing.T) {
	const runs, recovery = "retrystorm_runs", "retrystorm_time_to_recover"
	tests := map[verdict.Kind]map[string]int64{
		verdict.Healthy:   {runs: 1},
		verdict.Collapsed: {runs: 1},
		verdict.Recovered: {runs: 1, recovery: 2000},
		verdict.Invalid:   {runs: 1},
	}
	for kind, want := range tests {
		t.Run(kind.String(), func(t *testing.T) {
			e, one, air := onAir(t)
			e.verdict(one, verdict.Verdict{Kind: kind, TimeToRecover: 2 * time.Second})
			close(air)
			if d := cmp.Diff(want, heard(t, air, "verdict", kind.String())); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestExpectationIsASampleOfEachVariantThatProvesSomething(t *testing.T) {
	collapse := experiment.Expect{Kinds: []verdict.Kind{verdict.Collapsed}}
	tests := map[string]struct {
		kinds []verdict.Kind
		want  map[string]int64
	}{
		"as expected":     {[]verdict.Kind{verdict.Collapsed}, map[string]int64{asExpected: 1}},
		"not as expected": {[]verdict.Kind{verdict.Collapsed, verdict.Healthy}, map[string]int64{asExpected: 0}},
		"invalid":         {[]verdict.Kind{verdict.Collapsed, verdict.Invalid}, map[string]int64{}},
		"never run":       {nil, map[string]int64{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			e, one, air := onAir(t)
			var runs []decision.Run
			for _, k := range test.kinds {
				runs = append(runs, decision.Run{Kind: k})
			}
			decided := decision.Decide(collapse, experiment.Gate{}, runs)
			e.expectation(one.Variant, &decided)
			close(air)
			if d := cmp.Diff(test.want, heard(t, air, "variant", one.Variant)); d != "" {
				t.Error(d)
			}
		})
	}
}

// heard gives what was emitted, by metric; each sample must have the tag.
func heard(t *testing.T, air <-chan metrics.SampleContainer, key, value string) map[string]int64 {
	t.Helper()
	got := map[string]int64{}
	for c := range air {
		for _, s := range c.GetSamples() {
			got[s.Metric.Name] = int64(s.Value)
			if tag, _ := s.Tags.Get(key); tag != value {
				t.Errorf("%s is tagged %q", s.Metric.Name, tag)
			}
		}
	}
	return got
}

func TestMetricsMayBeRegisteredOnceForEachVU(t *testing.T) {
	r := metrics.NewRegistry()
	for range 3 {
		if _, err := newMeters(r); err != nil {
			t.Error(err)
		}
	}
}
