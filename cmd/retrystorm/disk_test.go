package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestResultThatCannotBeWrittenIsSaid(t *testing.T) {
	t.Parallel()
	r := launch(t, "local", "")
	if err := os.Remove(r.dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(r.dir, []byte("in the way"), 0o600); err != nil {
		t.Fatal(err)
	}
	r.signal(t, syscall.SIGINT)
	if got := r.exits(t, ending); got == 0 {
		t.Error("exit code 0")
	}
	t.Cleanup(func() { os.RemoveAll(rescued(t, &r.err)) })
	if !strings.Contains(r.err.String(), "cannot save "+r.dir) || !strings.Contains(r.out.String(), "│ verdict") {
		t.Errorf("it does not say so, or prints no table: %v", r)
	}
	if text, err := os.ReadFile(r.dir); err != nil || string(text) != "in the way" {
		t.Errorf("what was in the way is %q, %v", text, err)
	}
	r.leavesNothing(t, ending)
}

func TestDiskThatIsFullIsSaidAndNeverPasses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	// One page is enough to see that the directory can be written to.
	if err := unix.Mount("retrystorm-test", dir, "tmpfs", 0, "size=4096"); err != nil {
		t.Skipf("a small disk cannot be made here: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	var out, said strings.Builder
	elsewhere := t.TempDir()
	cmd := exec.Command(program, "run", "testdata/shop.js", "--engine", "local", "--out", dir)
	cmd.Env = append(os.Environ(), "TMPDIR="+elsewhere)
	cmd.Stdout, cmd.Stderr = &out, &said
	if exit := new(exec.ExitError); !errors.As(cmd.Run(), &exit) || exit.ExitCode() != 110 {
		t.Errorf("%v, want exit code 110", cmd.ProcessState)
	}
	if !strings.Contains(out.String(), "│ healthy") {
		t.Errorf("no table: %s", &out)
	}
	if want := "cannot save " + filepath.Join(dir, "result.json"); !strings.Contains(said.String(), want) || !strings.Contains(said.String(), "no space left") {
		t.Errorf("%q is not said: %s", want, &said)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("it leaves %v, %v", left, err)
	}
	if got, want := rescued(t, &said), elsewhere+"/retrystorm-"; !strings.HasPrefix(got, want) {
		t.Errorf("the rest went to %q, want %s…", got, want)
	}
}

// rescued gives the directory that a message names in place of the one asked
// for; the result must be in it.
func rescued(t *testing.T, said fmt.Stringer) string {
	t.Helper()
	for line := range strings.Lines(said.String()) {
		if dir, ok := strings.CutPrefix(line, "the result and its reports are in "); ok {
			dir = strings.TrimSuffix(dir, " instead\n")
			r, err := read(dir)
			if err != nil || len(r.Variants) != 1 {
				t.Errorf("what is in %s: %v", dir, err)
			}
			return dir
		}
	}
	t.Errorf("it does not say where the rest went: %s", said)
	return ""
}
