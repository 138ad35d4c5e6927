package campaign

import (
	"context"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// TestWhatNeverEndsIsNoReturn runs faults that are on, or come and go, at the
// horizon still, beside the same faults with an end.
func TestWhatNeverEndsIsNoReturn(t *testing.T) {
	const horizon = 10 * time.Minute
	none := retry.Config{}
	flaps := &fault.Flap{On: 20 * time.Second, Off: 40 * time.Second}
	tests := []struct {
		name  string
		event fault.Event
		kind  verdict.Kind
		times int // that it was on
	}{
		{"a crash", crash, verdict.Recovered, 1},
		{"a crash for good", fault.Event{Kind: fault.Crash, Node: "api", At: time.Minute, For: horizon - time.Minute, Endless: true}, verdict.Degraded, 1},
		{"crashes", fault.Event{Kind: fault.Crash, Node: "api", At: time.Minute, For: 4 * time.Minute, Flap: flaps}, verdict.Recovered, 4},
		{"crashes without an end", fault.Event{Kind: fault.Crash, Node: "api", At: time.Minute, For: horizon - time.Minute, Flap: flaps, Endless: true}, verdict.Degraded, 9},
		{"a shed that nobody calls off and nobody minds", fault.Event{
			Kind: fault.Shed, Node: "api", Share: 0.01, At: time.Minute, For: horizon - time.Minute, Endless: true,
		}, verdict.Healthy, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := shop(100, none, nil, 1000, tt.event)
			p.Horizon = horizon
			job := Job{Plan: p.Unfolded(1), Seed: 1, Bucket: p.Bucket(0)}
			run := new(Virtual).Run(context.Background(), &job, &Observer{})
			if run.Verdict.Kind != tt.kind || !run.Verdict.Final {
				t.Errorf("it is %v, final %v: %s; want %v", run.Verdict.Kind, run.Verdict.Final, run.Verdict.Reason, tt.kind)
			}
			if n := len(run.History.Faults); n != tt.times {
				t.Errorf("the fault was on %d times, want %d", n, tt.times)
			}
			last := run.History.Faults[len(run.History.Faults)-1]
			if stays := tt.event.Endless && tt.event.Flap == nil; last.Endless != stays || last.Removed == stays {
				t.Errorf("the last time it was removed: %v, and meant to stay: %v", last.Removed, last.Endless)
			}
		})
	}
}
