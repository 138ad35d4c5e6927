// Command retrystorm runs retry-storm scenarios and says whether the system
// collapses or recovers.
//
// It is k6 with the extension built in and an easier front: `retrystorm run`
// turns its flags into k6's and hands over, so that a scenario does the same
// here as under `k6 run`. Exit codes: 0 as expected, 99 not as expected, 110
// invalid (the run proves nothing) or an output that is lost, 104 a bad scenario
// or flag; any other is k6's own.
package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"go.k6.io/k6/v2/errext/exitcodes"

	_ "github.com/retrystorm/retrystorm" // registers k6/x/retrystorm
)

func main() {
	c, out := newCommand(), standardOutput()
	c.SetOut(out)
	err := c.Execute()
	var code exitCode
	switch {
	case out.err != nil: // whatever else the command found, nobody can read it
		fmt.Fprintln(os.Stderr, "retrystorm:", out.err)
		os.Exit(int(exitcodes.MarkedAsFailed))
	case err == nil:
	case errors.As(err, &code):
		os.Exit(int(code))
	default:
		fmt.Fprintln(os.Stderr, "retrystorm:", err)
		os.Exit(int(exitcodes.InvalidConfig))
	}
}

// exitCode is the end of a command that has done its work and said so; there
// is nothing more to tell.
type exitCode exitcodes.ExitCode

func (e exitCode) Error() string { return "exit code " + strconv.Itoa(int(e)) }
