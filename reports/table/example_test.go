package table_test

import (
	"fmt"
	"os"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/sample"
	"github.com/retrystorm/retrystorm/reports/table"
)

func ExampleWrite() {
	record := &history.History{Bucket: time.Second, Horizon: time.Second, Buckets: make([]history.Bucket, 1)}
	record.Buckets[0].Demand, record.Buckets[0].Attempts, record.Buckets[0].Good = 1200, 1230, 1200
	run := reports.NewRun(7, record, verdict.Verdict{Kind: verdict.Healthy, Reason: "goodput never left the band"})

	result := reports.New("quiet-day", "sim", 7, time.Time{})
	result.Add(sample.Variant("as it happened", experiment.Expect{Kinds: []verdict.Kind{verdict.Healthy}}, experiment.Gate{}, []reports.Run{run}))
	if err := table.Write(os.Stdout, result, table.Style{Width: 80}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// quiet-day on sim, seed 7
	// ┌───────────────────┬────────────────────┐
	// │                   │ as it happened     │
	// ├───────────────────┼────────────────────┤
	// │ verdict           │ healthy            │
	// │ expected          │ healthy            │
	// │ as expected       │ yes                │
	// │ time to recover   │ –                  │
	// │ sales             │ 1,200              │
	// │ attempts per sale │ 1.0×               │
	// │ goodput, baseline │ 1,200/s of 1,200/s │
	// │ p99, baseline     │ –                  │
	// │ wasted work       │ 0 s                │
	// │ wasted, recovery  │ 0%                 │
	// │ lost              │ –                  │
	// │ duplicated        │ –                  │
	// │ failed            │ 0                  │
	// │ unsynced at end   │ 0                  │
	// │ generator lag p99 │ virtual time       │
	// └───────────────────┴────────────────────┘
	// as it happened: goodput never left the band
	// PASSED: every variant came out as expected
}
