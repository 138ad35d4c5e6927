package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// What a declaration may take that is refused, of the whole process.
const (
	mostMemory  = 256 << 10        // KiB
	mostCPU     = 2 * time.Second  // a second is promised; machines differ
	neverToLast = 30 * time.Second // however busy the machine is
)

func TestHostileDeclarationIsRefusedAtOnce(t *testing.T) {
	tests := map[string]struct{ script, want string }{
		"deep":                   {`let d = {}; for (let i = 0; i < 100000; i++) d = { d }; new Experiment(d)`, "is nested deeper than 32 levels"},
		"endless":                {`const o = () => new Proxy({}, { ownKeys: () => ['a'], get: o, getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }) }); new Experiment(o())`, "is a Proxy"},
		"endless keys":           {`new Experiment({ name: new Proxy({}, { ownKeys() { for (;;) ; } }) })`, "name: is a Proxy"},
		"endless wait":           {`new Experiment({ get name() { for (;;) ; } })`, "name: is not there after 500ms"},
		"endless new":            {`const o = () => ({ get a() { return o() }, get b() { return o() } }); new Experiment(o())`, "is nested deeper than 32 levels"},
		"long list":              {`new Experiment({ fleet: Array(4294967295) })`, "fleet: has 4294967295 elements"},
		"shared":                 {`let d = {}; for (let i = 0; i < 30; i++) d = { a: d, b: d }; new Experiment(d)`, "at most 100000 are read"},
		"much text":              {`const s = 'x'.repeat(1e6), o = {}; for (let i = 0; i < 900; i++) o['k' + i] = s; new Experiment(o)`, "stands beyond the first 1048576 bytes"},
		"variants":               {`const o = { variants: {}, fleet: Array(100).fill({ cohort: 'a' }) }; for (let i = 0; i < 3000; i++) o.variants['v' + i] = { fleet: o.fleet }; new Experiment(o)`, "variants: has 3000 members; at most 1000 are read"},
		"variants of big fleets": {`const o = { variants: {}, fleet: Array(100).fill({ cohort: 'a' }) }; for (let i = 0; i < 900; i++) o.variants['v' + i] = { fleet: o.fleet }; new Experiment(o)`, "at most 100000 are read"},
		"big variants":           {`const o = { variants: {}, fleet: Array(100).fill({ cohort: 'a', b: 1, c: 2 }) }; for (let i = 0; i < 100; i++) o.variants['v' + i] = { horizon: '1s' }; new Experiment(o)`, "is missing"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "hostile.js")
			script := "import { Experiment } from 'k6/x/retrystorm';\n" + test.script + ";\nexport default function () {}\n"
			if err := os.WriteFile(path, []byte(script), 0o600); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), neverToLast)
			defer cancel()
			var said bytes.Buffer
			cmd := exec.CommandContext(ctx, program, "run", path, "--engine", "sim")
			cmd.Stderr = &said
			if exit := new(exec.ExitError); !errors.As(cmd.Run(), &exit) || exit.ExitCode() != 104 {
				t.Errorf("%v, want exit code 104", cmd.ProcessState)
			}
			if !strings.Contains(said.String(), test.want) {
				t.Errorf("%q is not said: %.2000s", test.want, &said)
			}
			used := cmd.ProcessState.SysUsage().(*syscall.Rusage)
			cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			t.Logf("%d MiB, %v of processor time", used.Maxrss>>10, cpu)
			if used.Maxrss > mostMemory || cpu > mostCPU {
				t.Errorf("it took %d MiB and %v of processor time", used.Maxrss>>10, cpu)
			}
		})
	}
}
