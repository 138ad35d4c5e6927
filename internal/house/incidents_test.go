package house

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// pretended is a program in place of retrystorm: each scenario has the variants that
// its name says, and each variant comes out as its own name says.
const pretended = `#!/usr/bin/env bash
case "$1 $3" in
"__complete none") printf ':4\n'; exit ;;
"__complete "*) printf '%s\tkind\n' ${3//,/ }; printf ':4\n'; exit ;;
esac
case "$6" in
passes) exit 0 ;;
refused) echo 'could not initialize' >&2; echo 'backend.nodes[1].replica: cannot be; use --engine sim, or leave it out' >&2; exit 104 ;;
wrong) echo 'horizon: is too short' >&2; exit 104 ;;
fails) exit 99 ;;
esac
exit 1
`

func TestIncidentsAreAsExpectedSkippedOrFailed(t *testing.T) {
	program := filepath.Join(t.TempDir(), "retrystorm")
	if err := os.WriteFile(program, []byte(pretended), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		scenarios []string
		bound     string
		fails     bool
		says      []string
	}{
		"all pass":               {[]string{"passes"}, "60", false, []string{"as expected  passes, passes", "1 as expected, 0 skipped, 0 failed"}},
		"one variant alone":      {[]string{"fails,passes:passes"}, "60", false, []string{"1 as expected, 0 skipped, 0 failed"}},
		"one is refused":         {[]string{"passes,refused"}, "60", false, []string{"SKIPPED      passes,refused, refused: backend.nodes[1].replica", "1 as expected, 1 skipped"}},
		"all are refused":        {[]string{"refused"}, "60", true, []string{"0 as expected, 1 skipped, 0 failed"}},
		"one is not as expected": {[]string{"fails", "passes"}, "60", true, []string{"FAILED       fails, fails: exit code 99", "1 as expected"}},
		"one is wrong":           {[]string{"passes,wrong"}, "60", true, []string{"FAILED       passes,wrong, wrong: exit code 104"}},
		"one is not there":       {[]string{"passes", "none"}, "60", true, []string{"FAILED       none: there is no such scenario"}},
		"time is up":             {[]string{"passes"}, "0", true, []string{"passes, passes: no time left"}},
		"nothing is asked for":   {nil, "60", true, []string{"usage"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := exec.CommandContext(t.Context(), "../../.ci/incidents", tc.scenarios...)
			c.Env = append(os.Environ(), "PROGRAM="+program, "BOUND="+tc.bound, "OUT="+t.TempDir())
			out, err := c.CombinedOutput()
			if failed := new(exec.ExitError); err != nil && !errors.As(err, &failed) {
				t.Fatal(err)
			}
			if (err != nil) != tc.fails {
				t.Errorf("it ends with %v", err)
			}
			for _, says := range tc.says {
				if !strings.Contains(string(out), says) {
					t.Errorf("no %q in:\n%s", says, out)
				}
			}
		})
	}
}
