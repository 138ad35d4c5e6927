package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/retrystorm/retrystorm/internal/console"
)

// errUnwritten is the error of an output that is lost, by which main knows it.
var errUnwritten = errors.New("cannot write to standard output")

var errClosed = errors.New("it is closed; give it a place, such as /dev/null")

// output is the standard output of the commands that print by themselves. It
// keeps the first error, which some of those who write through it drop.
type output struct {
	to     io.Writer
	closed bool
	err    error
}

// standardOutput gives this process's own.
func standardOutput() *output {
	return &output{to: os.Stdout, closed: console.Closed(os.Stdout)}
}

// Write writes unless an earlier write has failed.
func (o *output) Write(p []byte) (n int, err error) {
	switch {
	case o.err != nil:
		return 0, o.err
	case o.closed:
		err = errClosed
	default:
		n, err = o.to.Write(p)
	}
	if err != nil {
		o.err = fmt.Errorf("%w: %w", errUnwritten, err)
	}
	return n, o.err
}
