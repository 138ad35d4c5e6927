package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.k6.io/k6/v2/errext/exitcodes"

	"github.com/retrystorm/retrystorm/internal/experiment"
)

// declared loads a script, or a scenario by its name where the script is empty.
func declared(t *testing.T, scenario, script string, env ...string) (text []byte, said string, err error) {
	t.Helper()
	if script != "" {
		scenario = filepath.Join(t.TempDir(), scenario)
		if err := os.WriteFile(scenario, []byte(script), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	text, err = loader{program, time.Minute, &out}.load(t.Context(), scenario, env)
	return text, out.String(), err
}

// What is set for runs, and where k6 is to put its output, do not matter.
func TestDeclarationOfAnyScenarioIsRead(t *testing.T) {
	elsewhere := filepath.Join(t.TempDir(), "metrics.json")
	for name, value := range map[string]string{
		"RETRYSTORM_ENGINE": "docker", "RETRYSTORM_RUNS": "x", "RETRYSTORM_OUT": filepath.Join(t.TempDir(), "out"),
		"K6_OUT": "json=" + elsewhere, "DOCKER_HOST": "tcp://127.0.0.1:1",
	} {
		t.Setenv(name, value)
	}
	tests := map[string]struct {
		scenario string
		env      []string
		name     string
		horizon  time.Duration
	}{
		"shipped":                {"kounta-friday", nil, "kounta-friday", 0},
		"a path":                 {"testdata/shop.js", nil, "small-shop", 6 * time.Second},
		"a path and a variable":  {"testdata/shop.js", []string{"HORIZON=9s"}, "small-shop", 9 * time.Second},
		"a variable with spaces": {"testdata/shop.js", []string{"HORIZON=9s", "CHANGE=d.name = 'a=b'.length + 'x' "}, "3x", 9 * time.Second},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			text, said, err := declared(t, test.scenario, "", test.env...)
			if err != nil || said != "" {
				t.Fatalf("%v, %s", err, said)
			}
			d, err := experiment.Open(text)
			if err != nil {
				t.Fatal(err)
			}
			e := d.Experiment()
			if e.Name != test.name || test.horizon != 0 && e.Variants[0].Horizon != test.horizon {
				t.Errorf("%s for %v, want %s for %v", e.Name, e.Variants[0].Horizon, test.name, test.horizon)
			}
		})
	}
	if _, err := os.Stat(elsewhere); err == nil {
		t.Error("k6 has written its metrics")
	}
}

func TestThisProgramReadsADeclarationItself(t *testing.T) {
	text, err := declaration(t.Context(), "testdata/shop.js", []string{"HORIZON=9s"})
	if err != nil {
		t.Fatal(err)
	}
	if d, err := experiment.Open(text); err != nil || d.Experiment().Name != "small-shop" {
		t.Errorf("%v in %s", err, text)
	}
}

const imported = "import { Experiment } from 'k6/x/retrystorm';\n"

const till = `{ name: 'x', horizon: '20s', judge: { window: '1s' }, fleet: [{ cohort: 'a', terminals: 10, sale: { every: '100ms' }, timeout: '1s' }],
	backend: { nodes: [{ workers: 1, service: { mean: '1ms' } }] } }`

func TestScenarioThatCannotBeReadEndsAsItsRunWould(t *testing.T) {
	tests := map[string]struct {
		scenario, script string
		code             exitcodes.ExitCode
		says             string
	}{
		"wrong":            {"wrong.js", imported + "new Experiment({ ..." + till + ", horizn: 3 }); export default function () {}", 104, "horizn: unknown field; did you mean 'horizon'?"},
		"no Experiment":    {"none.js", imported + "export default function () {}", 104, "declares no Experiment"},
		"no import":        {"plain.js", "export default function () {}", 104, "declares no Experiment"},
		"two Experiments":  {"two.js", imported + "const e = " + till + "; new Experiment(e); new Experiment(e); export default function () {}", 104, "more than one Experiment"},
		"hidden by script": {"hide.js", imported + "try { new Experiment({}) } catch (e) {}; export default function () {}", 104, "name: is missing"},
		"no JavaScript":    {"syntax.js", "const = 3;", 107, "syntax.js"},
		"throws":           {"throws.js", imported + "throw new Error('boom')", 107, "boom"},
		"not there":        {"nosuch", "", 104, "nosuch"},
		"a folder":         {"testdata", "", 104, "is a directory"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			text, said, err := declared(t, test.scenario, test.script)
			var code exitCode
			if !errors.As(err, &code) || exitcodes.ExitCode(code) != test.code || !strings.Contains(said, test.says) || text != nil {
				t.Errorf("%v, %s; want %d, %s", err, said, test.code, test.says)
			}
		})
	}
}

func TestScriptWithoutAnEndIsStopped(t *testing.T) {
	script := filepath.Join(t.TempDir(), "endless.js")
	if err := os.WriteFile(script, []byte("for (;;) { console.log('still here'.repeat(1000)); }"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := loader{program, 3 * time.Second, os.Stderr}.load(t.Context(), script, nil)
	if err == nil || !strings.Contains(err.Error(), "does not come to the end of its top level within 3s; look for a loop") {
		t.Errorf("it fails with %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(time.Second, cancel)
	if _, err := (loader{program, time.Minute, os.Stderr}).load(ctx, script, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped by whoever asked, it fails with %v", err)
	}
}

// A script that logs without an end takes no memory: what copies its log knows no
// other way than Write.
func TestOnlyTheBeginningOfALongLogIsKept(t *testing.T) {
	var f first
	n, err := io.Copy(&f, io.LimitReader(endless{}, 3<<20))
	if n != 3<<20 || err != nil || len(f.kept) != 1<<20 {
		t.Errorf("took %d, %v, and keeps %d", n, err, len(f.kept))
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
