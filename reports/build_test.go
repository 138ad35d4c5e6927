package reports

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

func ptr[T any](x T) *T { return &x }

func TestTotalsCountTheWholeRun(t *testing.T) {
	got := NewRun(1, incident(false), verdict.Verdict{}).Totals
	want := Totals{
		Sales: 3600, Attempts: 3*300 + 9*1200, Amplification: ptr(3.25),
		Completed: 3*299 + 9*17, Good: 3*299 + 9*12, Late: 9 * 5, Failed: 9 * 200,
		Pending: 900, Unsynced: 40 * 11,
		Lost: ptr(int64(0)), Duplicated: ptr(int64(17)), Misdated: ptr(int64(0)),
		WastedWorkS: ptr(540.0), WorkS: ptr(3*30 + 9*64.0),
		Outcomes: map[string]int64{
			"ok": 3*299 + 9*17, "timeout": 9000, "rejected": 9 * 150, "refused": 0, "reset": 0, "failed": 0, "cancelled": 9 * 30,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLedgerThatCouldNotBeReadHasNoFigures(t *testing.T) {
	h := incident(false)
	h.Ledger.Done = false
	got := NewRun(1, h, verdict.Verdict{}).Totals
	if got.Lost != nil || got.Duplicated != nil || got.Misdated != nil {
		t.Errorf("lost %v, duplicated %v, misdated %v of an unread ledger", got.Lost, got.Duplicated, got.Misdated)
	}
}

func TestPhasesAreCutAtTheTrigger(t *testing.T) {
	got := NewRun(1, incident(false), verdict.Verdict{}).Phases
	storm := Phase{DemandPerS: 300, GoodputPerS: 12, ErrorsPerS: 1150, AttemptsPerSale: ptr(4.0), P50S: ptr(2.9), P99S: ptr(2.9)}
	trigger, recovery := storm, storm
	trigger.Name, trigger.FromS, trigger.ToS = "trigger", 3, 5
	recovery.Name, recovery.FromS, recovery.ToS = "recovery", 5, 12
	want := []Phase{
		{Name: "baseline", ToS: 3, DemandPerS: 300, GoodputPerS: 299, AttemptsPerSale: ptr(1.0), P50S: ptr(0.1), P99S: ptr(0.1)},
		trigger, recovery,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestBucketThatTheTriggerTouchesBelongsToIt(t *testing.T) {
	h := incident(false)
	for _, tc := range []struct {
		name     string
		from, to time.Duration
		want     []string
		edges    []float64
	}{
		{"no trigger", 0, 0, []string{"baseline"}, []float64{0, 12}},
		{"in mid-bucket", 3500 * time.Millisecond, 4100 * time.Millisecond, []string{"baseline", "trigger", "recovery"}, []float64{0, 3, 5, 12}},
		{"from the first moment", 1, time.Second, []string{"trigger", "recovery"}, []float64{0, 1, 12}},
		{"to the horizon", 3 * time.Second, 12 * time.Second, []string{"baseline", "trigger"}, []float64{0, 3, 12}},
		{"beyond the horizon", 13 * time.Second, 20 * time.Second, []string{"baseline"}, []float64{0, 12}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h.Trigger = history.Span{From: tc.from, To: tc.to}
			var names []string
			edges := []float64{0}
			for _, p := range NewRun(1, h, verdict.Verdict{}).Phases {
				names = append(names, p.Name)
				edges = append(edges, p.ToS)
			}
			if diff := cmp.Diff(tc.want, names); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tc.edges, edges); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPhasesAndSeriesAddUpToTheTotals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bucket := rapid.Int64Range(1, int64(10*time.Second)).Draw(t, "bucket")
		n := rapid.IntRange(1, 40).Draw(t, "buckets")
		short := rapid.Int64Range(0, bucket-1).Draw(t, "short")
		h := &history.History{Bucket: time.Duration(bucket), Horizon: time.Duration(int64(n)*bucket - short)}
		h.Buckets = make([]history.Bucket, n)
		for i := range h.Buckets {
			h.Buckets[i].Demand = rapid.Int64Range(0, 1000).Draw(t, "demand")
		}
		h.Trigger.From = time.Duration(rapid.Int64Range(0, int64(h.Horizon)).Draw(t, "from"))
		h.Trigger.To = time.Duration(rapid.Int64Range(0, 2*int64(h.Horizon)).Draw(t, "to"))
		run := NewRun(1, h, verdict.Verdict{})

		var byPhase, bySeries, end float64
		for _, p := range run.Phases {
			if p.FromS != end {
				t.Fatalf("phase %s begins at %v s, the one before ends at %v s", p.Name, p.FromS, end)
			}
			end = p.ToS
			byPhase += p.DemandPerS * (p.ToS - p.FromS)
		}
		for i, d := range run.Series.Demand {
			start, stop := extent(h, i)
			bySeries += d * (stop - start).Seconds()
		}
		const rounding = 0.01
		sales := float64(run.Totals.Sales)
		if math.Abs(byPhase-sales) > rounding || math.Abs(bySeries-sales) > rounding {
			t.Fatalf("%v sales by phase, %v by series, %v in all", byPhase, bySeries, sales)
		}
		if end != h.Horizon.Seconds() {
			t.Fatalf("the last phase ends at %v s of %v", end, h.Horizon)
		}
	})
}

func TestSeriesHasAGapWhereTheBackendCouldNotBeAsked(t *testing.T) {
	s := NewRun(1, incident(false), verdict.Verdict{}).Series
	if s.Queue[4] != nil || s.InFlight[4] != nil {
		t.Errorf("queue %v and in flight %v of a blind bucket", s.Queue[4], s.InFlight[4])
	}
	if diff := cmp.Diff(ptr(int64(5005)), s.Queue[5]); diff != "" {
		t.Error(diff)
	}
	if *s.Wasted[5] != 60 || s.Errors[5] != 1150 || s.TS[5] != 5 || s.Unsynced[5] != 200 {
		t.Errorf("bucket 5: wasted %v, errors %v, at %v, unsynced %v", s.Wasted[5], s.Errors[5], s.TS[5], s.Unsynced[5])
	}
}

func TestSeriesCountsAShortLastBucketByItsOwnLength(t *testing.T) {
	h := &history.History{Bucket: 2 * time.Second, Horizon: 3 * time.Second, Buckets: make([]history.Bucket, 2)}
	h.Buckets[0].Demand, h.Buckets[1].Demand = 20, 10
	if diff := cmp.Diff([]float64{10, 10}, seriesOf(h).Demand); diff != "" {
		t.Error(diff)
	}
}

func TestSimulationDoesNotReportWhatItCostInRealTime(t *testing.T) {
	h := incident(false)
	h.Generator.Cores = 0
	want := Generator{LagP99S: 0.0009}
	if diff := cmp.Diff(want, NewRun(1, h, verdict.Verdict{}).Generator); diff != "" {
		t.Error(diff)
	}
}

func TestOnlyARecoveredRunHasATimeToRecover(t *testing.T) {
	for k := verdict.Invalid; k <= verdict.Overloaded; k++ {
		v := verdict.Verdict{Kind: k, TimeToRecover: time.Second}
		if got := verdictOf(v).TimeToRecoverS; (got != nil) != (k == verdict.Recovered) {
			t.Errorf("%s: time to recover %v", k, got)
		}
	}
}

func TestFiguresThatJSONCannotCarryAreLeftOut(t *testing.T) {
	w := windowOf(verdict.Window{Demand: math.NaN(), Goodput: math.Inf(1), Amplification: math.Inf(-1)})
	if w.DemandPerS != nil || w.GoodputPerS != nil || w.AttemptsPerSale != nil || w.P99S != nil {
		t.Errorf("%+v has figures", w)
	}
	empty := NewRun(1, &history.History{Bucket: time.Second, Buckets: make([]history.Bucket, 2)}, verdict.Verdict{})
	if p := empty.Phases[0]; empty.Totals.Amplification != nil || p.AttemptsPerSale != nil || p.P99S != nil {
		t.Errorf("%+v has ratios and percentiles of nothing", p)
	}
}

func TestRunKeepsNothingOfTheHistoryInMemory(t *testing.T) {
	h := incident(true)
	run := NewRun(1, h, verdict.Verdict{})
	h.Ledger.Duplicated, h.Buckets[5].Queue = 99, 99
	if *run.Totals.Duplicated == 99 || *run.Series.Queue[5] == 99 {
		t.Error("the run points into its history, which stays in memory for it")
	}
}
