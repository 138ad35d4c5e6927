package verdict_test

import (
	"fmt"
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// A spike from 20 s to 30 s, and 12 s until sales complete in time again.
func ExampleJudge() {
	h := history.History{
		Bucket: time.Second, Horizon: time.Minute, Capacity: 400, Demand: 300,
		Trigger: history.Span{From: 20 * time.Second, To: 30 * time.Second},
		Ledger:  history.Audit{Done: true},
	}
	for i := range 60 {
		b := history.Bucket{Demand: 300, Attempts: 300, Good: 300}
		if i >= 20 && i < 42 {
			b = history.Bucket{Demand: 300, Attempts: 900, Good: 30}
		}
		for range b.Good {
			b.Latency.Add(100 * time.Millisecond)
		}
		h.Buckets = append(h.Buckets, b)
	}
	v := verdict.Judge(&h, verdict.Config{})
	fmt.Println(v.Kind, v.TimeToRecover)
	fmt.Println(v.Reason)
	// Output:
	// recovered 12s
	// The trigger ended at 30 s. 12 s later the run was back in its healthy band, and it stayed there. It owes no more than before the trigger.
}
