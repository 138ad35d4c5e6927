package verdict

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/history"
)

// dealt parts what a fleet did among several processes at random; the first of
// them watched the backend.
func dealt(t *rapid.T, h *history.History, n int) []*history.History {
	chance := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	parts := make([]*history.History, n)
	for k := range parts {
		p := *h
		p.Part = history.Part{Of: n, Shards: []int{k}}
		p.Buckets = make([]history.Bucket, len(h.Buckets))
		if k > 0 {
			p.Wasted, p.Disturbed, p.Generator.Undelivered = 0, nil, 0
		}
		parts[k] = &p
	}
	for i := range h.Buckets {
		rest := h.Buckets[i].Clone()
		for k := 1; k < n; k++ {
			give := func(from, to *int64) {
				*to = chance.Int64N(*from + 1)
				*from -= *to
			}
			b := &parts[k].Buckets[i]
			give(&rest.Demand, &b.Demand)
			give(&rest.Attempts, &b.Attempts)
			give(&rest.Good, &b.Good)
			give(&rest.Late, &b.Late)
			give(&rest.Failed, &b.Failed)
			give(&rest.Parked, &b.Parked)
			give(&rest.Pending, &b.Pending)
			give(&rest.Unsynced, &b.Unsynced)
			for c := range rest.Outcomes {
				give(&rest.Outcomes[c], &b.Outcomes[c])
			}
			if chance.IntN(2) == 0 {
				b.Latency, rest.Latency = rest.Latency, history.Histogram{}
			}
		}
		parts[0].Buckets[i] = rest
	}
	return parts
}

func TestVerdictOfJoinedPartsIsThatOfTheWhole(t *testing.T) {
	seen := map[Kind]int{}
	rapid.Check(t, func(t *rapid.T) {
		whole, cfg := anyHistory(t), anyConfig(t)
		whole.Generator.Cores = 0
		if rapid.Bool().Draw(t, "sound") { // so that the dynamics are judged
			whole.Bucket, whole.Horizon, whole.Disturbed, whole.Capacity, whole.Demand = time.Second, 60*time.Second, nil, 400, 0
			whole.Ledger.Done, whole.Faults = true, nil
			whole.Trigger = history.Span{From: 20 * time.Second, To: 30 * time.Second}
			calm := make([]history.Bucket, 20)
			for i := range calm {
				calm[i] = history.Bucket{Demand: 300, Attempts: 300, Good: 300}
				calm[i].Latency.Add(100 * time.Millisecond)
			}
			whole.Buckets = append(calm, whole.Buckets...)
		}
		joined, err := history.Join(dealt(t, whole, rapid.IntRange(2, 4).Draw(t, "parts"))...)
		if err != nil {
			t.Fatal(err)
		}
		want := Judge(whole, cfg)
		seen[want.Kind]++
		if diff := cmp.Diff(want, Judge(joined, cfg)); diff != "" {
			t.Fatalf("-whole +joined:\n%s", diff)
		}
	})
	t.Log(seen)
}

func TestPartOfTheGeneratorThatWasSaturatedMakesTheRunInvalid(t *testing.T) {
	h := &history.History{Generator: history.Generator{CPU: time.Second, Wall: time.Second, Cores: 4, Busiest: 0.96}}
	cfg := Config{CPU: 0.9}.WithDefaults(100)
	want := []string{"a part of the generator was saturated: it used 96 % of its processors"}
	if diff := cmp.Diff(want, generatorDoubts(h, cfg)); diff != "" {
		t.Error(diff)
	}
	h.Generator.Busiest = 0.9
	if got := generatorDoubts(h, cfg); got != nil {
		t.Errorf("%q", got)
	}
}
