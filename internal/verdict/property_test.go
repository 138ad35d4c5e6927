package verdict

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// anyHistory draws a history that need not make sense.
func anyHistory(t *rapid.T) *history.History {
	second := func(label string, most int) time.Duration {
		return time.Duration(rapid.IntRange(0, most*10).Draw(t, label)) * 100 * time.Millisecond
	}
	rate := rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(0, 1e4))
	h := &history.History{
		Bucket:   rapid.SampledFrom([]time.Duration{0, 300 * time.Millisecond, time.Second, 7 * time.Second}).Draw(t, "bucket"),
		Horizon:  second("horizon", 90),
		Trigger:  history.Span{From: second("from", 60), To: second("to", 60)},
		Capacity: rate.Draw(t, "capacity"),
		Demand:   rate.Draw(t, "demand"),
		Generator: history.Generator{
			LagP99: second("lag", 1), Undelivered: rapid.Int64Range(0, 10).Draw(t, "undelivered"),
			Cores: rapid.IntRange(0, 2).Draw(t, "cores"), CPU: second("cpu", 50), Wall: second("wall", 90),
		},
		Ledger:     history.Audit{Done: rapid.IntRange(0, 9).Draw(t, "audited") > 0},
		Disturbed:  rapid.SampledFrom([][]string{nil, nil, nil, nil, {"the node died"}}).Draw(t, "disturbed"),
		Unobserved: rapid.IntRange(0, 4).Draw(t, "unobserved") == 0,
	}
	n := rapid.IntRange(0, 40).Draw(t, "changes")
	for range n {
		b := anyBucket(t)
		for range rapid.IntRange(1, 12).Draw(t, "repeat") {
			h.Buckets = append(h.Buckets, b)
		}
	}
	if rapid.Bool().Draw(t, "faulty") {
		h.Faults = []history.Fault{{Kind: "crash", Span: history.Span{From: second("begin", 90), To: second("end", 90)},
			Applied: rapid.Bool().Draw(t, "applied"), Removed: rapid.Bool().Draw(t, "removed")}}
	}
	return h
}

func anyBucket(t *rapid.T) history.Bucket {
	count := rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(0, 20), rapid.Int64Range(0, 1e6))
	b := history.Bucket{
		Demand: count.Draw(t, "sales"), Attempts: count.Draw(t, "attempts"), Good: count.Draw(t, "good"),
		Failed: count.Draw(t, "failed"), Served: count.Draw(t, "served"), Queue: count.Draw(t, "queue"),
		Pending: count.Draw(t, "pending"), Unsynced: count.Draw(t, "unsynced"),
		Worked: time.Duration(count.Draw(t, "worked")), Wasted: time.Duration(count.Draw(t, "wasted")),
		Blind: rapid.Bool().Draw(t, "blind"),
	}
	b.Outcomes[retry.OK] = count.Draw(t, "ok")
	for range rapid.IntRange(0, 3).Draw(t, "latencies") {
		b.Latency.Add(time.Duration(count.Draw(t, "latency")) * time.Millisecond)
	}
	return b
}

func anyConfig(t *rapid.T) Config {
	return Config{
		Window: time.Duration(rapid.IntRange(0, 5).Draw(t, "window")) * time.Second,
		Hold:   rapid.IntRange(0, 6).Draw(t, "hold"),
		Within: time.Duration(rapid.IntRange(0, 50).Draw(t, "within")) * time.Second,
		Warmup: time.Duration(rapid.IntRange(0, 9).Draw(t, "warmup")) * time.Second,
		Lag:    time.Hour, Undelivered: 1, CPU: 1,
	}
}

func TestJudgeAnswersAnyHistoryWithFiniteFigures(t *testing.T) {
	seen := map[Kind]int{}
	rapid.Check(t, func(t *rapid.T) {
		h, cfg := anyHistory(t), anyConfig(t)
		v := Judge(h, cfg)
		seen[v.Kind]++
		checkVerdict(t, h, v)
	})
	t.Log(seen)
}

func TestADisturbedRunIsInvalidWhateverElseItShows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := anyHistory(t)
		h.Disturbed = []string{"the node died at 3 s"}
		v := Judge(h, anyConfig(t))
		if v.Kind != Invalid || !strings.Contains(v.Reason, "the node died at 3 s") {
			t.Fatalf("%s: %s", v.Kind, v.Reason)
		}
	})
}

// TestJudgeAnswersAnyRecoveryWithFiniteFigures begins with a healthy baseline,
// so that the dynamics are judged and not the trust.
func TestJudgeAnswersAnyRecoveryWithFiniteFigures(t *testing.T) {
	seen := map[Kind]int{}
	rapid.Check(t, func(t *rapid.T) {
		h := history.History{Bucket: time.Second, Horizon: 60 * time.Second, Capacity: 400,
			Trigger: history.Span{From: 20 * time.Second, To: 30 * time.Second}, Ledger: history.Audit{Done: true}}
		for len(h.Buckets) < 60 {
			b := history.Bucket{Demand: 300, Attempts: 300, Good: 300}
			b.Latency.Add(100 * time.Millisecond)
			if len(h.Buckets) >= 20 {
				b = anyBucket(t)
				b.Blind = false
			}
			for range rapid.IntRange(1, 8).Draw(t, "repeat") {
				h.Buckets = append(h.Buckets, b)
			}
		}
		cfg := anyConfig(t)
		cfg.Warmup = 0
		v := Judge(&h, cfg)
		seen[v.Kind]++
		checkVerdict(t, &h, v)
	})
	t.Log(seen)
}

func checkVerdict(t *rapid.T, h *history.History, v Verdict) {
	if v.Reason == "" || v.Reason[len(v.Reason)-1] != '.' {
		t.Errorf("%v without a sentence: %q", v.Kind, v.Reason)
	}
	if bad := notFinite(reflect.ValueOf(v.Evidence), "evidence"); bad != "" {
		t.Errorf("%s is not a finite figure", bad)
	}
	if v.Kind != Recovered && v.TimeToRecover != 0 || v.TimeToRecover < 0 || v.TimeToRecover > h.Horizon {
		t.Errorf("%v with a time to recover of %v", v.Kind, v.TimeToRecover)
	}
	if s := v.Evidence.WastedShare; s < 0 || s > 1 {
		t.Errorf("a wasted share of %v", s)
	}
	for i, w := range v.Evidence.Windows {
		if w.To <= w.From || i > 0 && w.From != v.Evidence.Windows[i-1].To {
			t.Errorf("window %d is %v to %v", i, w.From, w.To)
		}
	}
}

// notFinite names the first float in v that is NaN or infinite.
func notFinite(v reflect.Value, path string) string {
	switch v.Kind() {
	case reflect.Float64:
		if math.IsNaN(v.Float()) || math.IsInf(v.Float(), 0) {
			return path
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if bad := notFinite(v.Field(i), path+"."+v.Type().Field(i).Name); bad != "" {
				return bad
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if bad := notFinite(v.Index(i), path+"[]"); bad != "" {
				return bad
			}
		}
	}
	return ""
}

func TestJudgeLeavesItsArgumentsAlone(t *testing.T) {
	for _, s := range stories(t) {
		before := copyOf(&s.history)
		first := Judge(&s.history, s.judge)
		if !reflect.DeepEqual(before, s.history) {
			t.Errorf("%s: the history changed", s.name)
		}
		if diff := cmp.Diff(first, Judge(&s.history, s.judge)); diff != "" {
			t.Errorf("%s: judged again, the verdict changed:\n%s", s.name, diff)
		}
	}
}

func copyOf(h *history.History) history.History {
	c := *h
	c.Buckets = history.Merge(h.Buckets) // copies the histograms too
	c.Faults = slices.Clone(h.Faults)
	return c
}

// TestASlowerClockKeepsTheKind stretches time: durations times k, rates over k.
// Powers of two keep the histograms exact.
func TestASlowerClockKeepsTheKind(t *testing.T) {
	for _, s := range stories(t) {
		if s.name == "healthy-fast-baseline" {
			continue // its label is about the absolute floor of 10 ms
		}
		want := Judge(&s.history, s.judge)
		const k = 4
		h, cfg := slower(&s.history, s.judge, want.Evidence.Thresholds, k)
		got := Judge(h, cfg)
		if got.Kind != want.Kind || got.TimeToRecover != k*want.TimeToRecover {
			t.Errorf("%s, %d times slower: %v after %v, was %v after %v: %s",
				s.name, k, got.Kind, got.TimeToRecover, want.Kind, want.TimeToRecover, got.Reason)
		}
	}
}

func slower(from *history.History, judge, applied Config, k time.Duration) (*history.History, Config) {
	h := copyOf(from)
	for _, d := range []*time.Duration{&h.Bucket, &h.Horizon, &h.Trigger.From, &h.Trigger.To,
		&judge.Warmup, &judge.Within} {
		*d *= k
	}
	judge.Window = k * applied.Window
	h.Capacity, h.Demand = h.Capacity/float64(k), h.Demand/float64(k)
	for i := range h.Faults {
		h.Faults[i].Span.From *= k
		h.Faults[i].Span.To *= k
	}
	for i := range h.Buckets {
		b := &h.Buckets[i]
		b.Worked, b.Wasted = b.Worked*k, b.Wasted*k
		var stretched history.Histogram
		n := b.Latency.Count()
		slow, usual := k*b.Latency.Quantile(1), k*b.Latency.Quantile(0.5)
		for j := range n { // as the reader of stories fills it
			if j < (n+49)/50 {
				stretched.Add(slow)
			} else {
				stretched.Add(usual)
			}
		}
		b.Latency = stretched
	}
	return &h, judge
}

// TestIdenticalShardsKeepTheKind merges copies of a run: k fleets of the same
// fate are one fleet k times as large.
func TestIdenticalShardsKeepTheKind(t *testing.T) {
	// Their labels are about chance, of which a larger fleet has less.
	chancy := []string{"collapsed-measured-demand-within-chance-of-capacity", "degraded-alternating", "degraded-oscillating-medians-fall"}
	for _, s := range stories(t) {
		want := Judge(&s.history, s.judge)
		const k = 5
		h := s.history
		h.Buckets = history.Merge(slices.Repeat([][]history.Bucket{s.history.Buckets}, k)...)
		h.Capacity, h.Demand = h.Capacity*k, h.Demand*k
		h.Generator.Undelivered *= k
		cfg := s.judge
		cfg.Window = want.Evidence.Thresholds.Window
		got := Judge(&h, cfg)
		if got.Kind != want.Kind && !slices.Contains(chancy, s.name) {
			t.Errorf("%s, %d shards: %v, was %v: %s", s.name, k, got.Kind, want.Kind, got.Reason)
		}
	}
}
