// Command backend is the fake backend alone, for the tests of the engines.
package main

import (
	"fmt"
	"os"

	"github.com/retrystorm/retrystorm/fakes"
)

func main() {
	fakes.TakeOver()
	fmt.Fprintln(os.Stderr, "backend: this is the backend under the name", fakes.Name, "only")
	os.Exit(2)
}
