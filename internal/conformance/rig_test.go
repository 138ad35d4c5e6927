package conformance

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/runner"
)

// seed of every run. Both arms draw from the same streams, so that the very
// same customers come at the same moments.
const seed = 1

func TestMain(m *testing.M) {
	harness.TakeOver()
	os.Exit(within(m))
}

// folder is where the program is built; it goes when all tests are over.
var folder string

func within(m *testing.M) int {
	var err error
	if folder, err = os.MkdirTemp("", "conformance"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(folder) }()
	return m.Run()
}

// program builds the static binary that is the backend, once.
var program = sync.OnceValues(func() (string, error) {
	path := filepath.Join(folder, "retrystorm")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, "../../cmd/retrystorm")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

func binary(t *testing.T) harness.Option {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return harness.Binary(path)
}

// take is a run in real time, and the one before it if that was in doubt.
type take struct {
	*history.History
	before *history.History
}

// doubt says why a run in real time says nothing; empty if it says something.
type doubt func(*history.History, experiment.Plan) string

// runAll runs scenes in real time, so many side by side, and gives for each
// where its history will come from. A run in doubt is made once more, after all
// the others have begun.
func runAll(ctx context.Context, engine harness.Engine, scenes []scene, beside int, doubtful doubt) []<-chan take {
	free := make(chan struct{}, beside)
	out := make([]<-chan take, len(scenes))
	for i, sc := range scenes {
		ran := make(chan take, 1)
		out[i] = ran
		go func() {
			one := func() *history.History {
				free <- struct{}{}
				defer func() { <-free }()
				return perform(ctx, engine, sc.plan, seed)
			}
			first := one()
			if doubtful(first, sc.plan) == "" {
				ran <- take{History: first}
				return
			}
			ran <- take{History: one(), before: first}
		}()
	}
	return out
}

// perform makes one run in real time.
func perform(ctx context.Context, engine harness.Engine, p experiment.Plan, seed uint64) (h *history.History) {
	const shards = 2
	run := runner.New(runner.Config{Plan: p, Seed: seed, Engine: engine, Shards: shards})
	var tasks sync.WaitGroup
	tasks.Go(func() { h = run.Direct(ctx) })
	for i := range shards {
		tasks.Go(func() { run.Drive(ctx, i, nil) })
	}
	tasks.Wait()
	return h
}
