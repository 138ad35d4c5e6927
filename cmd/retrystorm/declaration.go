package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"go.k6.io/k6/v2/errext/exitcodes"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/k6x"
)

// loader reads what scripts declare. A script runs in k6, which can be started only
// once in a process and ends it: so this program runs in a process of its own.
type loader struct {
	program string        // the path of this program
	bound   time.Duration // of the time that a script may take
	errors  io.Writer     // for what k6 says of a script that cannot be read
}

// declaration gives the JSON of what a scenario declares, a path or the name of a
// shipped one, with the variables that its script reads, each as KEY=VALUE. Of a
// scenario that is wrong it tells on standard error what k6 would say of it, and the
// error is the exit code that `retrystorm run` would have.
func declaration(ctx context.Context, scenario string, env []string) ([]byte, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("this program does not find itself, to read the scenario with: %w", err)
	}
	return loader{program, time.Minute, os.Stderr}.load(ctx, scenario, env)
}

func (l loader) load(ctx context.Context, scenario string, env []string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "retrystorm-declaration-")
	if err != nil {
		return nil, fmt.Errorf("there is no place for the declaration: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // nobody is hurt by what is left in it
	file := filepath.Join(dir, "declaration.json")

	bounded, cancel := context.WithTimeout(ctx, l.bound)
	defer cancel()
	c, said := l.command(bounded, scenario, env, file)
	err = c.Run()
	var ended *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case bounded.Err() != nil:
		return nil, fmt.Errorf("%s does not come to the end of its top level within %v; look for a loop without an end, "+
			"and leave what takes its time to the default function", field.Show(scenario), l.bound)
	case errors.As(err, &ended) && ended.ExitCode() > 0:
		if _, err := l.errors.Write(said.kept); err != nil {
			return nil, err
		}
		return nil, exitCode(exitcodes.ExitCode(ended.ExitCode())) //nolint:gosec // a byte
	case err != nil:
		return nil, fmt.Errorf("%s could not be read: %w", field.Show(scenario), err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s ended k6 before its declaration was read", field.Show(scenario))
	}
	return text, nil
}

// command gives the process that writes a declaration to a file, and what it says.
func (l loader) command(ctx context.Context, scenario string, env []string, file string) (*exec.Cmd, *first) {
	args := []string{"run", scenario}
	for _, e := range env {
		args = append(args, "--env", e)
	}
	// Nothing listens and nothing is written elsewhere while a script is read.
	args = append(args, "--", "--address", "")
	c := exec.CommandContext(ctx, l.program, args...)
	for _, e := range os.Environ() {
		if name, _, _ := strings.Cut(e, "="); name != "K6_OUT" && name != "K6_WEB_DASHBOARD" {
			c.Env = append(c.Env, e)
		}
	}
	c.Env = append(c.Env, k6x.DeclareVar+"="+file)
	said := &first{}
	c.Stderr = said
	c.WaitDelay = time.Second // for what a process that was killed may have left open
	return c, said
}

// first keeps the beginning of what is written to it: a script can log without an end.
type first struct{ kept []byte }

// Write takes everything and keeps what it has room for.
func (f *first) Write(p []byte) (int, error) {
	const most = 1 << 20
	f.kept = append(f.kept, p[:min(len(p), most-len(f.kept))]...)
	return len(p), nil
}
