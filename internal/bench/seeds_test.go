package bench

import (
	"os"
	"os/exec"
	"testing"
	"time"
)

// BenchmarkSeeds simulates many seeds of the Friday on one processor and on
// two. The metric is how many times as fast two are, start-up included.
func BenchmarkSeeds(b *testing.B) {
	program := binary(b)
	friday := func(processors string) time.Duration {
		cmd := exec.CommandContext(b.Context(), program, "run", "kounta-friday", "--engine", "sim", "--runs", "200", "-q")
		cmd.Env = append(os.Environ(), "GOMAXPROCS="+processors)
		began := time.Now()
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		return time.Since(began)
	}
	for b.Loop() {
		one, two := friday("1"), friday("2")
		b.ReportMetric(one.Seconds()/two.Seconds(), "times-as-fast")
	}
}
