package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/retrystorm/retrystorm/internal/k6x"
)

// program is the retrystorm that the stories run, built once.
var program string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	if os.Getenv(k6x.DeclareVar) != "" {
		main() // this is the process that declaration starts, of the tests in place of the program
		return 0
	}
	dir, err := os.MkdirTemp("", "retrystorm-cmd-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "retrystorm")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build retrystorm: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}
