package k6x

import (
	"fmt"
	"os"
	"time"

	"github.com/retrystorm/retrystorm/internal/conductor"
	"github.com/retrystorm/retrystorm/internal/console"
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
	return p.set.progress && !p.set.quiet && console.Of(os.Stderr, os.Getenv).Terminal
}

// showing gives what shows the progress of a take, by its title, or nil where
// none is shown.
func (p *production) showing(title string) func(conductor.Progress) {
	if !p.shows() {
		return nil
	}
	return func(at conductor.Progress) { show(line(title, at)) }
}

// announce shows which take is being made, where nothing is known of the time
// in it.
func (p *production) announce(i int) {
	if p.shows() && i < len(p.takes) {
		show(p.takes[i].title)
	}
}

func show(line string) { fmt.Fprint(os.Stderr, anew+cut+line+wrap) }

// tidy takes the progress away once a run is over, however it ended.
func (p *production) tidy() {
	if p.shows() {
		fmt.Fprint(os.Stderr, anew)
	}
}

// title names a take: the i-th of so many.
func title(variant string, i, of int) string {
	if of == 1 {
		return variant
	}
	return fmt.Sprintf("%s (run %d of %d)", variant, i+1, of)
}

// line words one moment of a run.
func line(title string, at conductor.Progress) string {
	secs := at.Length.Seconds()
	per := 0.0
	if at.Bucket.Demand > 0 {
		per = float64(at.Bucket.Attempts) / float64(at.Bucket.Demand)
	}
	return fmt.Sprintf("%s: %s, %s left of %s, demand %.0f/s, goodput %.0f/s, %.1f attempts per sale",
		title, at.Phase, (at.Horizon - at.At).Round(time.Second), at.Horizon,
		float64(at.Bucket.Demand)/secs, float64(at.Bucket.Good)/secs, per)
}
