package k6x

import (
	"fmt"
	"os"
	"time"

	"github.com/retrystorm/retrystorm/internal/campaign"
	"github.com/retrystorm/retrystorm/internal/console"
	"github.com/retrystorm/retrystorm/internal/runner"
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
func (p *session) shows() bool {
	return p.set.progress && !p.set.quiet && console.Of(os.Stderr, os.Getenv).Terminal
}

// showing gives what shows the progress of a run, or nil where none is shown.
func (p *session) showing() func(*campaign.Job, bool, runner.Progress) {
	if !p.shows() {
		return nil
	}
	return func(job *campaign.Job, proof bool, at runner.Progress) {
		what := p.title(job)
		if proof {
			what += ", without retries"
		}
		show(line(what, at))
	}
}

// announce shows which run is being made, where nothing is known of the time
// in it.
func (p *session) announce(job *campaign.Job) {
	if p.shows() {
		show(p.title(job))
	}
}

func (p *session) title(job *campaign.Job) string {
	return title(job.Variant, job.Index, len(p.campaign.Jobs()))
}

func show(line string) { fmt.Fprint(os.Stderr, anew+cut+line+wrap) }

// tidy takes the progress away once a run is over, however it ended.
func (p *session) tidy() {
	if p.shows() {
		fmt.Fprint(os.Stderr, anew)
	}
}

// title names a run: the i-th of so many.
func title(variant string, i, of int) string {
	if of == 1 {
		return variant
	}
	return fmt.Sprintf("%s (run %d of %d)", variant, i+1, of)
}

// line words one moment of a run.
func line(title string, at runner.Progress) string {
	secs := at.Length.Seconds()
	per := 0.0
	if at.Bucket.Demand > 0 {
		per = float64(at.Bucket.Attempts) / float64(at.Bucket.Demand)
	}
	return fmt.Sprintf("%s: %s, %s left of %s, demand %.0f/s, goodput %.0f/s, %.1f attempts per sale",
		title, at.Phase, (at.Horizon - at.At).Round(time.Second), at.Horizon,
		float64(at.Bucket.Demand)/secs, float64(at.Bucket.Good)/secs, per)
}
