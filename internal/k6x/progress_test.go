package k6x

import (
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/runner"
)

func TestProgressIsOneLine(t *testing.T) {
	at := runner.Progress{
		At: 61500 * time.Millisecond, Horizon: 95 * time.Second, Phase: "recovery",
		Length: 500 * time.Millisecond, Bucket: history.Bucket{Demand: 50, Attempts: 125, Good: 4},
	}
	const want = "client 4.4.2: recovery, 34s left of 1m35s, demand 100/s, goodput 8/s, 2.5 attempts per sale"
	if got := line("client 4.4.2", at); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	at.Bucket.Demand = 0
	if got := line("x", at); got != "x: recovery, 34s left of 1m35s, demand 0/s, goodput 8/s, 0.0 attempts per sale" {
		t.Errorf("without demand it is %s", got)
	}
}

func TestTitleCountsRunsWhereThereAreSeveral(t *testing.T) {
	if got := title("v", 0, 1); got != "v" {
		t.Error(got)
	}
	if got := title("v", 1, 4); got != "v (run 2 of 4)" {
		t.Error(got)
	}
}

func TestNothingIsShownWhereAllShouldBeQuiet(t *testing.T) {
	p := &session{set: settings{progress: true, quiet: true}}
	if p.showing() != nil {
		t.Error("progress is shown though all should be quiet")
	}
}
