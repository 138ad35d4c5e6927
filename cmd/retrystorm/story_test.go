package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/reports"
)

// k6Var names a k6 that xk6 built with this module.
const k6Var = "RETRYSTORM_K6"

// noDocker says why no container can be started, or nil.
var noDocker = sync.OnceValue(func() error {
	_, _, err := harness.Choose(context.Background(), "docker", harness.Binary(program))
	return err
})

// TestStories runs testdata/script. Beside testscript's own commands there are
//
//	code N PROGRAM ARGS…   runs a program, which must exit with N
//	result DIR             prints what DIR/result.json says, a fact a line
//	metrics FILE DIR       compares k6's JSON output with DIR/result.json
//	traced FILE DIR        compares a trace with DIR/result.json
//
// and the conditions [docker], where containers can be started, and [k6],
// where RETRYSTORM_K6 names a k6 that has the extension.
func TestStories(t *testing.T) {
	if err := noDocker(); err != nil {
		t.Logf("the stories in containers are skipped: %v", err)
	}
	if os.Getenv(k6Var) == "" {
		t.Logf("the stories of plain k6 are skipped: %s names no k6; `make test` builds one", k6Var)
	}
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/script",
		RequireUniqueNames: true,
		Setup:              stage,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code": code, "result": result, "metrics": metrics, "traced": traced,
		},
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "docker":
				return noDocker() == nil, nil
			case "k6":
				return os.Getenv(k6Var) != "", nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
	})
}

// stage puts the program into the story's path and the shop beside its files.
func stage(env *testscript.Env) error {
	path := filepath.Dir(program) + string(filepath.ListSeparator) + env.Getenv("PATH")
	env.Setenv("PATH", path)
	for _, name := range []string{k6Var, "DOCKER_HOST", "TESTCONTAINERS_HOST_OVERRIDE"} {
		if v := os.Getenv(name); v != "" {
			env.Setenv(name, v)
		}
	}
	shop, err := os.ReadFile("testdata/shop.js")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(env.WorkDir, "shop.js"), shop, 0o600)
}

func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N PROGRAM ARGS…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		got, err = exit.ExitCode(), nil
	}
	ts.Check(err)
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func result(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: result DIR")
	}
	r, err := read(ts.MkAbs(args[0]))
	ts.Check(err)
	fmt.Fprint(ts.Stdout(), facts(r))
}

func read(dir string) (*reports.Result, error) {
	f, err := os.Open(filepath.Join(dir, reports.FileName))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return reports.Read(f)
}

// facts words what does not depend on the machine.
func facts(r *reports.Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s on %s, seed %d, passed %t, incomplete %t\n", r.Scenario, r.Engine, r.Seed, r.Passed, r.Incomplete)
	fmt.Fprintf(&b, "started %t, k6 %s, go %t\n", !r.StartedAt.IsZero(), r.Versions["k6"], r.Versions["go"] != "")
	for _, v := range r.Variants {
		p := v.Probability
		fmt.Fprintf(&b, "%s: expect %s, passed %t, %d of %d, interval %t\n", v.Name, v.Expect, v.Passed, p.K, p.N, p.Low < p.High)
		for _, run := range v.Runs {
			sum := run.Totals
			fmt.Fprintf(&b, "seed %d: %s, reason %t, sales %t, attempts %t, lost %s, duplicated %s\n",
				run.Seed, run.Verdict.Kind, run.Verdict.Reason != "", sum.Sales > 0, sum.Attempts >= sum.Sales-sum.Pending && sum.Attempts > 0,
				known(sum.Lost), known(sum.Duplicated))
			for _, p := range run.Phases {
				fmt.Fprintf(&b, "phase %s from %g to %g\n", p.Name, p.FromS, p.ToS)
			}
			for _, f := range run.Faults {
				fmt.Fprintf(&b, "fault %s: applied %t, removed %t\n", f.Kind, f.Applied, f.Removed)
			}
			fmt.Fprintf(&b, "buckets %d\n", len(run.Series.TS))
		}
	}
	return b.String()
}

func known(n *int64) string {
	if n == nil {
		return "unknown"
	}
	return strconv.FormatInt(*n, 10)
}
