package scenarios_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/scenarios"
)

// outcomes runs a scenario and gives the verdicts on all its runs, in order, and
// an error if the program found that they are not as expected.
func outcomes(t *testing.T, args ...string) (all []outcome, err error) {
	t.Helper()
	dir := t.TempDir()
	stdout, stderr, code := run(t, append(args, "--quiet", "--out", dir)...)
	if code != 0 {
		err = fmt.Errorf("exit code %d, want 0\n%s%s", code, stdout, stderr)
	}
	text, unread := os.ReadFile(filepath.Join(dir, "result.json"))
	if unread != nil {
		t.Fatal(unread)
	}
	var result struct {
		Variants []struct {
			Name string
			Runs []struct{ Verdict struct{ Kind string } }
		}
	}
	if err := json.Unmarshal(text, &result); err != nil {
		t.Fatal(err)
	}
	for _, v := range result.Variants {
		for _, r := range v.Runs {
			all = append(all, outcome{v.Name, r.Verdict.Kind})
		}
	}
	return all, err
}

func TestEachScenarioComesOutAsPublishedInVirtualTime(t *testing.T) {
	runs := [][]string{{"osdi22-metastable", "-e", "SCALE=0.1", "-e", "HORIZON=500s"}}
	for _, s := range scenarios.All() {
		runs = append(runs, []string{s.Name})
	}
	for _, args := range runs {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			t.Parallel()
			got, err := outcomes(t, append(args, "--engine", "sim")...)
			if diff := cmp.Diff(shipped[args[0]], got, cmp.AllowUnexported(outcome{})); diff != "" || err != nil {
				t.Errorf("%v\n-want +got:\n%s", err, diff)
			}
		})
	}
}

// noDocker says why no container can be started, or nil.
var noDocker = sync.OnceValue(func() error {
	_, _, err := harness.Choose(context.Background(), "docker", harness.Binary(program))
	return err
})

// quiet is the least share of the processors that must lie idle during a run
// whose backend burns them. Two such runs and what sends to them take a little
// more than half of two; where much less is left, others have taken what the
// quota promised.
const quiet = 0.25

// Half a processor bears 83 inserts a second, so one takes 6 ms of it, with all
// that HTTP and the ledger take. That is the middle of the capacities with which
// all four cases come out as published: 3 % less or more, and one of them does not.
func TestCutOfTheQuotaOfAContainerComesOutAsPublished(t *testing.T) {
	if os.Getenv("RETRYSTORM_CONFORMANCE") == "" {
		t.Skip("takes 2 min and needs the machine to itself: `make conformance` runs it")
	}
	if err := noDocker(); err != nil {
		t.Skip(err)
	}
	for _, want := range shipped["osdi22-metastable"] {
		t.Run(want.variant, func(t *testing.T) {
			t.Parallel() // two on two processors, each with half of one
			for range 2 {
				idle := idleSince(t)
				got, err := outcomes(t, "osdi22-metastable", "--engine", "docker", "--variant", want.variant,
					"-e", "SCALE=0.005", "-e", "CPUS=0.5", "-e", "AT=15", "-e", "HORIZON=45s")
				share := idle()
				t.Logf("%v; the processors were idle for %.0f %% of the time", got, 100*share)
				if share < quiet {
					continue
				}
				if diff := cmp.Diff([]outcome{want}, got, cmp.AllowUnexported(outcome{})); diff != "" || err != nil {
					t.Errorf("%v\n-want +got:\n%s", err, diff)
				}
				return
			}
			t.Fatalf("twice the run says nothing: less than %.0f %% of the processors' time was left", 100*quiet)
		})
	}
}

// idleSince gives what says, later, which share of all processors' time has been
// idle from now until then: of the first line of proc_stat(5) the fourth figure
// and the fifth.
func idleSince(t *testing.T) func() float64 {
	t.Helper()
	look := func() (idle, all float64) {
		text, err := os.ReadFile("/proc/stat")
		if err != nil {
			t.Fatal(err)
		}
		line, _, _ := strings.Cut(string(text), "\n")
		for i, word := range strings.Fields(line)[1:] {
			ticks, _ := strconv.ParseFloat(word, 64) // always a number
			all += ticks
			if i == 3 || i == 4 {
				idle += ticks
			}
		}
		return idle, all
	}
	idle, all := look()
	return func() float64 {
		later, total := look()
		return (later - idle) / (total - all)
	}
}
