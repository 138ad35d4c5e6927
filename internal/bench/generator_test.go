package bench

import (
	"context"
	"runtime"
	"runtime/debug"
	"sync"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/live"
	"github.com/retrystorm/retrystorm/internal/runner"
)

const seconds = 10 // of each run

// BenchmarkCost is the processor time of the generator for one attempt, beside
// a k6 script that sends the same requests at the same rate, both under load:
// at a low rate most of the time goes into waking an idle machine.
//
//	µs/attempt      of the generator
//	k6-µs/attempt   of the script, without what k6 takes to start
func BenchmarkCost(b *testing.B) {
	const terminals, perSec = 2_000, 8_000
	program := binary(b)
	engine := harness.Local(harness.Binary(program))
	for b.Loop() {
		h, _ := drive(b, engine, terminals, perSec)
		attempts := history.Sum(h.Buckets, 0, len(h.Buckets)).Attempts
		ours := h.Generator.CPU.Seconds() * 1e6 / float64(attempts)
		theirs := scriptCost(b, engine, program, perSec)
		b.ReportMetric(ours, "µs/attempt")
		b.ReportMetric(theirs, "k6-µs/attempt")
		b.ReportMetric(ours/theirs, "of-k6")
		b.ReportMetric(float64(attempts)/seconds, "attempts/s")
	}
}

// BenchmarkTerminals keeps 10,000 terminals connected that make 3,000 attempts
// a second.
//
//	KB/terminal     resident memory of a connected, selling terminal
//	k6-KB/VU        what a thousand more connected k6 VUs take, each
//	lag-p99-ms      how late the generator's steps were
func BenchmarkTerminals(b *testing.B) {
	const terminals, perSec = 10_000, 3_000
	program := binary(b)
	engine := harness.Local(harness.Binary(program))
	for b.Loop() {
		h, grown := drive(b, engine, terminals, perSec)
		perVU := scriptMemory(b, engine, program)
		b.ReportMetric(float64(grown)/terminals, "KB/terminal")
		b.ReportMetric(perVU, "k6-KB/VU")
		b.ReportMetric(float64(grown)/terminals/perVU, "of-k6")
		b.ReportMetric(float64(h.Generator.LagP99.Microseconds())/1e3, "lag-p99-ms")
	}
}

// drive makes one run and gives its history, and how much memory this process
// grew by from before the terminals existed until they were all selling.
func drive(b *testing.B, engine harness.Engine, terminals int, perSec float64) (h *history.History, grownKB int64) {
	b.Helper()
	debug.FreeOSMemory()
	before := held(b)
	shards := runtime.GOMAXPROCS(0)
	run := runner.New(runner.Config{
		Plan: fleet(terminals, perSec, seconds*time.Second), Seed: 1, Engine: engine, Shards: shards,
	})
	var tasks sync.WaitGroup
	tasks.Go(func() { h = run.Direct(b.Context()) })
	last := make(chan int64, shards)
	for i := range shards {
		tasks.Go(func() {
			run.Drive(b.Context(), i, func(t live.Tick) {
				if i == 0 && t.Index == seconds/2 {
					last <- held(b)
				}
			})
		})
	}
	tasks.Wait()
	if h.Problem != "" {
		b.Fatal(h.Problem)
	}
	return h, <-last - before
}

// held is the memory of this process, in KB.
func held(b *testing.B) int64 {
	b.Helper()
	kb, err := residentKB("self")
	if err != nil {
		b.Fatal(err)
	}
	return kb
}

// withBackend lets f send to a fresh backend.
func withBackend(b *testing.B, engine harness.Engine, f func(addr string)) {
	b.Helper()
	be, err := engine.Start(b.Context(), alone(b), 1)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := be.Stop(context.WithoutCancel(b.Context())); err != nil {
			b.Error(err)
		}
	}()
	f(be.Addrs()[0])
}

// scriptCost is a k6 script's processor time for one request, in µs.
func scriptCost(b *testing.B, engine harness.Engine, program string, perSec int) (cost float64) {
	b.Helper()
	withBackend(b, engine, func(addr string) {
		env := map[string]string{"ADDR": addr, "RATE": "1", "SECONDS": "1"}
		idle := k6(b, program, "rate.js", env)
		env["RATE"], env["SECONDS"] = words(perSec), words(seconds)
		busy := k6(b, program, "rate.js", env)
		cost = (busy.cpu - idle.cpu).Seconds() * 1e6 / (busy.requests - idle.requests)
	})
	return cost
}

// scriptMemory is what one more connected k6 VU takes, in KB.
func scriptMemory(b *testing.B, engine harness.Engine, program string) (perVU float64) {
	b.Helper()
	const vus = 1000
	withBackend(b, engine, func(addr string) {
		one := k6(b, program, "connected.js", map[string]string{"ADDR": addr, "VUS": "1"})
		many := k6(b, program, "connected.js", map[string]string{"ADDR": addr, "VUS": words(vus + 1)})
		perVU = float64(many.peakKB-one.peakKB) / vus
	})
	return perVU
}
