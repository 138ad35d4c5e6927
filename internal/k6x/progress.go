package k6x

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/retrystorm/retrystorm/internal/conductor"
	"github.com/retrystorm/retrystorm/internal/experiment"
)

// showing gives what shows a variant's progress, or nil where nobody looks: it
// takes a terminal, and k6's own progress bars must be off.
func (p *production) showing(variant string) func(conductor.Progress) {
	if !p.set.progress || p.set.quiet || !isTerminal(os.Stderr) {
		return nil
	}
	return func(at conductor.Progress) {
		fmt.Fprintf(os.Stderr, "\r\x1b[K%s", line(variant, at))
		if at.At >= at.Horizon {
			fmt.Fprint(os.Stderr, "\r\x1b[K")
		}
	}
}

// line words one moment of a run.
func line(variant string, at conductor.Progress) string {
	secs := at.Length.Seconds()
	per := 0.0
	if at.Bucket.Demand > 0 {
		per = float64(at.Bucket.Attempts) / float64(at.Bucket.Demand)
	}
	return fmt.Sprintf("%s: %s, %s of %s, demand %.0f/s, goodput %.0f/s, %.1f attempts per sale",
		variant, at.Phase, at.At.Truncate(time.Second), at.Horizon,
		float64(at.Bucket.Demand)/secs, float64(at.Bucket.Good)/secs, per)
}

func isTerminal(f *os.File) bool {
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS) //nolint:gosec // a file descriptor
	return err == nil
}

// expectation gives what a variant must come out with.
func (p *production) expectation(name string) experiment.Expect {
	for _, t := range p.takes {
		if t.variant.Name == name {
			return t.variant.Expect
		}
	}
	return nil
}
