package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/topology"
)

func TestMain(m *testing.M) {
	harness.TakeOver()
	os.Exit(m.Run())
}

// binary builds the program once; it is the backend, and the k6 of the peer.
func binary(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "retrystorm")
	build := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, "../../cmd/retrystorm")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

// alone is the graph of the node.
func alone(b *testing.B) *topology.Graph {
	b.Helper()
	g, err := topology.Resolve([]backend.Config{node})
	if err != nil {
		b.Fatal(err)
	}
	return g
}

// node is a backend that is never the bottleneck.
var node = backend.Config{
	Name: "fast", Workers: 1000, Service: backend.Service{Mean: time.Millisecond},
}

// fleet sells perSec sales a second with the given number of terminals.
func fleet(terminals int, perSec float64, horizon time.Duration) experiment.Plan {
	every := time.Duration(float64(terminals) / perSec * float64(time.Second))
	return experiment.Plan{
		Fleet: []terminal.Config{{
			Cohort: "bench", Terminals: terminals,
			Sale: terminal.Sale{Every: every, Deadline: 10 * time.Second}, Timeout: 5 * time.Second,
		}},
		Backend: experiment.Backend{Nodes: []backend.Config{node}},
		Horizon: horizon,
	}
}

// peer is what a k6 script took.
type peer struct {
	requests float64
	cpu      time.Duration
	peakKB   int64
}

// k6 runs a script of testdata under plain k6 and measures the process.
func k6(b *testing.B, program, script string, env map[string]string) peer {
	b.Helper()
	summary := filepath.Join(b.TempDir(), "summary.json")
	args := []string{"run", filepath.Join("testdata", script)}
	for k, v := range env {
		args = append(args, "-e", k+"="+v)
	}
	ctx, cancel := context.WithTimeout(b.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, append(args, "--", "--summary-export", summary)...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	peak := watchMemory(cmd.Process.Pid)
	if err := cmd.Wait(); err != nil {
		b.Fatalf("k6: %v\n%s", err, out.String())
	}
	var doc struct {
		Metrics struct {
			Requests struct{ Count float64 } `json:"http_reqs"`
		}
	}
	text, err := os.ReadFile(summary)
	if err == nil {
		err = json.Unmarshal(text, &doc)
	}
	if err != nil {
		b.Fatal(err)
	}
	return peer{
		requests: doc.Metrics.Requests.Count,
		cpu:      cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
		peakKB:   <-peak,
	}
}

func words(n int) string { return strconv.Itoa(n) }

// watchMemory gives the most memory a process was seen to hold, once it has
// ended. The kernel's own maximum would count this process in, which it was
// before it became the other program.
func watchMemory(pid int) <-chan int64 {
	peak := make(chan int64, 1)
	go func() {
		var most int64
		for range time.Tick(50 * time.Millisecond) {
			now, err := residentKB(strconv.Itoa(pid))
			if err != nil || now == 0 {
				break
			}
			most = max(most, now)
		}
		peak <- most
	}()
	return peak
}

// residentKB is the memory that a process ("self" for this one) holds now.
func residentKB(pid string) (int64, error) {
	text, err := os.ReadFile(filepath.Join("/proc", pid, "statm"))
	if err != nil {
		return 0, err
	}
	var size, resident int64
	_, err = fmt.Sscan(string(text), &size, &resident)
	return resident * int64(os.Getpagesize()) / 1024, err
}
