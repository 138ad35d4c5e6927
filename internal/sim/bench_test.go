package sim

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// BenchmarkFridayStorm is one core's work on the storm that never ends.
func BenchmarkFridayStorm(b *testing.B) {
	for _, c := range []struct {
		name      string
		terminals int
		every     time.Duration
		horizon   time.Duration
	}{
		{"5000", 5000, 20 * time.Second, 10 * time.Minute},
		{"1000000", 1_000_000, 60 * time.Second, 95 * time.Second},
	} {
		b.Run(c.name, func(b *testing.B) { measure(b, friday(c.terminals, c.every, c.horizon)) })
	}
}

// measure reports the speed of a run and what it allocates once it is set up.
func measure(b *testing.B, p experiment.Plan) {
	p = valid(b, p)
	var events, attempts, allocs int64
	for b.Loop() {
		cfg := Config{Plan: p, Seed: 1, Bucket: p.Bucket(0), Limits: Limits{Events: defaultEvents}}
		r := newRun(&cfg)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r.start()
		r.loop(context.Background())
		runtime.ReadMemStats(&after)
		h := r.history()
		if h.Problem != "" {
			b.Fatal(h.Problem)
		}
		sum := history.Sum(h.Buckets, 0, len(h.Buckets))
		events += r.events
		attempts += sum.Attempts
		allocs += int64(after.Mallocs - before.Mallocs)
	}
	secs := b.Elapsed().Seconds()
	b.ReportMetric(float64(events)/secs, "events/s")
	b.ReportMetric(float64(attempts)/secs, "attempts/s")
	b.ReportMetric(float64(allocs)/float64(attempts), "allocs/attempt")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkRest reports the memory of a terminal that has sold and is idle.
func BenchmarkRest(b *testing.B) {
	const terminals = 1_000_000
	p := valid(b, friday(terminals, time.Minute, 20*time.Minute))
	p.Timeline = nil
	for b.Loop() {
		cfg := Config{Plan: p, Seed: 1, Bucket: time.Second, Limits: Limits{Events: defaultEvents}}
		before := heap()
		r := newRun(&cfg)
		r.start()
		for r.now < 2*time.Minute {
			r.advance(r.events + 10_000)
		}
		after := heap()
		b.ReportMetric(float64(after-before)/terminals, "bytes/terminal")
		b.ReportMetric(float64(unitBytes), "bytes/unit")
		b.ReportMetric(float64(r.requests.all.length)/terminals, "requests/terminal")
		b.ReportMetric(float64(r.queue.blocks.length)*float64(eventBytes)*7/terminals, "queue-bytes/terminal")
		runtime.KeepAlive(r)
	}
}

// heap gives the bytes in use.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkMillionHour is a million terminals through an incident of one hour:
// the Friday storm, at the pace of real customers, with the client that
// collapses and with a bounded one that recovers.
func BenchmarkMillionHour(b *testing.B) {
	storm := friday(1_000_000, 5*time.Minute, time.Hour)
	storm.Timeline[0].At, storm.Timeline[0].For = 10*time.Minute, 5*time.Minute
	storm.Fleet[0].Sale.Deadline = 9 * time.Second
	bounded := friday(1_000_000, 5*time.Minute, time.Hour)
	bounded.Timeline = storm.Timeline
	bounded.Fleet[0].Retry = retry.Config{
		Backoff: retry.Exponential, Base: time.Second, Cap: 8 * time.Second, Jitter: retry.FullJitter,
		Budget: &retry.Budget{Ratio: 0.1, Tokens: 1},
	}
	for name, p := range map[string]experiment.Plan{"storm": storm, "bounded": bounded} {
		b.Run(name, func(b *testing.B) {
			measure(b, p)
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/run")
			b.ReportMetric(float64(m.Sys-m.HeapReleased)/(1<<20), "MiB")
		})
	}
}

// BenchmarkChain simulates three nodes in a row at 5,000 terminals: in the baseline,
// where each attempt of a terminal is three requests.
func BenchmarkChain(b *testing.B) {
	p := inARow(3, 4)
	p.Fleet[0].Terminals = 5000
	p.Horizon = 10 * time.Minute
	for i := range p.Backend.Nodes {
		p.Backend.Nodes[i].Service.Mean = 10 * time.Millisecond
	}
	measure(b, p)
}
