package reports

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// incident is a record of 12 s at 300 sales/s, with a trigger from 3 s to 5 s
// after which it stays down, or comes back at once.
func incident(comesBack bool) *history.History {
	h := &history.History{
		Bucket:    time.Second,
		Horizon:   12 * time.Second,
		Buckets:   make([]history.Bucket, 12),
		Trigger:   history.Span{From: 3 * time.Second, To: 5 * time.Second},
		Capacity:  640,
		Demand:    300,
		Generator: history.Generator{LagP99: 900 * time.Microsecond, CPU: 4 * time.Second, Wall: 12 * time.Second, Cores: 2},
		Ledger:    history.Audit{Done: true, Entries: 2000, Duplicated: 17},
		Faults: []history.Fault{{
			Kind: "cpu", Node: "api", Span: history.Span{From: 3 * time.Second, To: 5 * time.Second},
			Applied: true, Removed: true, Evidence: "quota 20000 of 100000 µs",
		}},
	}
	for i := range h.Buckets {
		down := i >= 3 && (i < 5 || !comesBack)
		fill := healthyBucket
		if down {
			fill = stormBucket
		}
		fill(&h.Buckets[i], int64(i))
		h.Buckets[i].Blind = i == 4
		h.Wasted += h.Buckets[i].Wasted
	}
	return h
}

func healthyBucket(b *history.Bucket, _ int64) {
	b.Demand, b.Attempts, b.Good, b.InFlight, b.Pending = 300, 300, 299, 30, 30
	b.Outcomes[retry.OK] = 299
	b.Worked = 30 * time.Second
	for range 299 {
		b.Latency.Add(100 * time.Millisecond)
	}
}

func stormBucket(b *history.Bucket, i int64) {
	b.Demand, b.Attempts, b.Good, b.Late, b.Failed, b.Parked = 300, 1200, 12, 5, 200, 40
	b.Outcomes = [retry.Causes]int64{retry.OK: 17, retry.Timeout: 1000, retry.Rejected: 150, retry.Cancelled: 30}
	b.Queue, b.InFlight, b.Pending, b.Unsynced = 5000+i, 5064+i, 900, 40*i
	b.Worked, b.Wasted = 64*time.Second, 60*time.Second
	for range 17 {
		b.Latency.Add(2900 * time.Millisecond)
	}
}

func judged(kind verdict.Kind, reason string) verdict.Verdict {
	v := verdict.Verdict{Kind: kind, Reason: reason}
	v.Evidence = verdict.Evidence{
		Baseline: verdict.Window{To: 3 * time.Second, Demand: 300, Goodput: 299, Amplification: 1, P99: 100 * time.Millisecond, Healthy: true},
		Final:    verdict.Window{From: 7 * time.Second, To: 12 * time.Second, Demand: 300, Goodput: 12, Amplification: 4},
		Windows: []verdict.Window{
			{From: 3 * time.Second, To: 4 * time.Second, Demand: 300, Goodput: 12, Amplification: 4},
		},
		Thresholds:    verdict.Config{Window: time.Second, Hold: 5, Goodput: 0.9, Amplification: 1.5, Latency: 5},
		Trigger:       history.Span{From: 3 * time.Second, To: 5 * time.Second},
		Capacity:      640,
		Amplification: 4,
		WastedShare:   0.93,
		Backlog:       6200,
	}
	switch kind {
	case verdict.Recovered:
		v.TimeToRecover = 1200 * time.Millisecond
	case verdict.Collapsed:
		v.Evidence.Censored = 7 * time.Second
		v.Evidence.Sustained = "retries"
	}
	return v
}

const (
	stayedDown = "the trigger is gone for 7 s, 300 sales/s are below the capacity of 640/s, and goodput stays at 12/s: 4.0 attempts per sale hold it down"
	cameBack   = "goodput left the band for 2 s and came back 1.2 s after the trigger's end"
)

// friday is a result with one variant that collapsed as it was to, and one
// that came back.
func friday() *Result {
	r := New("kounta-friday", "local", 42, time.Date(2026, 3, 6, 17, 30, 0, 123456789, time.FixedZone("", 3600)))
	r.Versions["retrystorm"] = "v0.1.0"
	r.Versions["k6"] = "v2.2.0"
	r.Add(newVariant("as it happened", experiment.Expect{Kinds: []verdict.Kind{verdict.Collapsed}}, experiment.Gate{}, []Run{
		NewRun(42, incident(false), judged(verdict.Collapsed, stayedDown)),
	}))
	r.Add(newVariant("client 4.4.2", experiment.Expect{}, experiment.Gate{}, []Run{
		NewRun(42, incident(true), judged(verdict.Recovered, cameBack)),
	}))
	return r
}

// of is a variant whose runs came out so.
func of(name string, expect experiment.Expect, kinds ...verdict.Kind) Variant {
	var runs []Run
	for i, k := range kinds {
		runs = append(runs, NewRun(uint64(i), incident(k.Passes()), judged(k, "because "+k.String())))
	}
	return newVariant(name, expect, experiment.Gate{}, runs)
}

// newVariant is a variant of these runs, with what is decided on them.
func newVariant(name string, expect experiment.Expect, gate experiment.Gate, runs []Run) Variant {
	return NewVariant(name, decision.Decide(expect, gate, figuresOf(runs)), runs)
}
