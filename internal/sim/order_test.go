package sim

import (
	"math"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// shedding is a fleet that sells 200 times a second to a node of which an
// operator has the share turned away from 10 s to 20 s.
func shedding(share field.Ratio, more ...fault.Event) experiment.Plan {
	p := small(fault.Event{Kind: fault.Shed, At: 10 * time.Second, For: 10 * time.Second})
	p.Timeline[0].Share = share
	p.Fleet[0].Terminals = 200
	p.Timeline = append(p.Timeline, more...)
	return p
}

// rejected gives the share of the attempts that were rejected between two seconds.
func rejected(h *history.History, from, to int) float64 {
	per := int(time.Second / h.Bucket)
	b := history.Sum(h.Buckets, from*per, to*per)
	return float64(b.Outcomes[retry.Rejected]) / float64(b.Attempts)
}

func TestOperatorShedsTheShareWhileTheOrderLasts(t *testing.T) {
	h, _ := sum(t, shedding(0.3))
	for _, c := range []struct {
		from, to int
		want     float64
	}{{0, 10, 0}, {10, 20, 0.3}, {20, 30, 0}} {
		// Six standard deviations of 2000 draws.
		if got := rejected(h, c.from, c.to); math.Abs(got-c.want) > 6*math.Sqrt(c.want*(1-c.want)/2000) {
			t.Errorf("%.3f rejected from %d s to %d s, want %.3f", got, c.from, c.to, c.want)
		}
	}
	f := h.Faults[0]
	if want := "in the model: 30% of what arrives, for 10s"; f.Kind != "shed" || f.Share != 0.3 || !f.Applied || !f.Removed || f.Evidence != want {
		t.Errorf("%+v, want the share, the length and %q", f, want)
	}
}

func TestOperatorsOrderHoldsOnOverACrashAndNoLonger(t *testing.T) {
	within := fault.Event{Kind: fault.Crash, At: 12 * time.Second, For: 2 * time.Second, Node: "api"}
	over := fault.Event{Kind: fault.Crash, At: 15 * time.Second, For: 8 * time.Second, Node: "api"}
	h, _ := sum(t, shedding(0.3, within))
	if got := rejected(h, 14, 20); math.Abs(got-0.3) > 0.08 {
		t.Errorf("%.3f rejected after a crash under the order, want 0.3", got)
	}
	h, _ = sum(t, shedding(0.3, over))
	if got := rejected(h, 23, 30); got != 0 {
		t.Errorf("%.3f rejected after a crash in which the order was called off", got)
	}
}
