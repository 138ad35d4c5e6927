package bench

import (
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/harness"
)

// BenchmarkContainer starts the fake backend in a container until it answers,
// with its image there already, and takes it down again.
func BenchmarkContainer(b *testing.B) {
	engine, err := harness.Docker(b.Context(), harness.Binary(binary(b)))
	if err != nil {
		b.Skip(err)
	}
	var ready time.Duration
	start := func() {
		began := time.Now()
		be, err := engine.Start(b.Context(), alone(b), 1)
		if err != nil {
			b.Fatal(err)
		}
		ready += time.Since(began)
		if err := be.Stop(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	start() // builds the image, if need be
	b.ReportMetric(ready.Seconds(), "first-ready-s")
	ready = 0
	n := 0
	for b.Loop() {
		start()
		n++
	}
	b.ReportMetric(ready.Seconds()/float64(n), "ready-s")
}
