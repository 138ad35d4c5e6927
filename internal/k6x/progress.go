package k6x

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/retrystorm/retrystorm/internal/conductor"
)

// What a terminal understands: to begin its line anew, and to cut a line that
// is longer than it is wide instead of going on below (DECAWM).
const (
	anew = "\r\x1b[K"
	cut  = "\x1b[?7l"
	wrap = "\x1b[?7h"
)

// shows says whether progress is shown, which takes somebody who looks, and
// that k6's own progress bars are off.
func (p *production) shows() bool {
	return p.set.progress && !p.set.quiet && isTerminal(os.Stderr)
}

// showing gives what shows a variant's progress, or nil where none is shown.
func (p *production) showing(variant string) func(conductor.Progress) {
	if !p.shows() {
		return nil
	}
	return func(at conductor.Progress) {
		fmt.Fprint(os.Stderr, anew+cut+line(variant, at)+wrap)
	}
}

// tidy takes the progress away once a run is over, however it ended.
func (p *production) tidy() {
	if p.shows() {
		fmt.Fprint(os.Stderr, anew)
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
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}
