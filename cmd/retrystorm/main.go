// Command retrystorm runs retry-storm scenarios and says whether the system
// collapses or recovers.
//
// It is k6 with the extension built in and an easier front: `retrystorm run`
// turns its flags into k6's and hands over, so that a scenario does the same
// here as under `k6 run`. Exit codes: 0 as expected, 99 not as expected, 110
// invalid (the run proves nothing), 104 a bad scenario or flag; any other is
// k6's own.
package main

import (
	"fmt"
	"os"

	"go.k6.io/k6/v2/errext/exitcodes"

	_ "github.com/retrystorm/retrystorm" // registers k6/x/retrystorm
)

func main() {
	if err := newCommand().Execute(); err != nil {
		fmt.Fprintln(os.Stderr, "retrystorm:", err)
		os.Exit(int(exitcodes.InvalidConfig))
	}
}
