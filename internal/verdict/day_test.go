package verdict

import (
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
)

// BenchmarkJudgeADay judges 24 hours in buckets of one second, of which the
// last 18 are a collapse.
func BenchmarkJudgeADay(b *testing.B) {
	h := history.History{Bucket: time.Second, Horizon: 24 * time.Hour, Capacity: 400, Demand: 300,
		Trigger: history.Span{From: 6 * time.Hour, To: 7 * time.Hour}, Ledger: history.Audit{Done: true}}
	for i := range 86400 {
		one := history.Bucket{Demand: 300, Attempts: 300, Good: 300}
		if i >= 6*3600 {
			one = history.Bucket{Demand: 300, Attempts: 1200, Good: int64(i % 50), Queue: 9000}
		}
		one.Latency.Add(time.Duration(i%1000) * time.Millisecond)
		h.Buckets = append(h.Buckets, one)
	}
	for b.Loop() {
		if v := Judge(&h, Config{}); v.Kind != Collapsed {
			b.Fatal(v.Reason)
		}
	}
}
