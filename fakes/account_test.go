package fakes

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/field"
)

func TestBillIsWhatTheProcessSpendsBesideBurning(t *testing.T) {
	const ms = time.Millisecond
	var spent time.Duration
	b := &cpuAccount{spent: func() time.Duration { return spent }}
	for i, c := range []struct{ spent, burned, want time.Duration }{
		{30 * ms, 0, 30 * ms},       // before the first service
		{32 * ms, 2 * ms, 0},        // burning alone
		{37 * ms, 2 * ms, 3 * ms},   // something beside
		{39 * ms, 0, 2 * ms},        // another worker, whose slice has not ended
		{41 * ms, 3 * ms, 0},        // which has, so that it was 1 ms too much
		{44 * ms, 2 * ms, 0},        // and is made good for
		{1000 * ms, 0, 956 * ms},    // what has come together in idleness
		{1000 * ms, 2000 * ms, 0},   // never less than nothing
		{3000 * ms, 0, 0},           // while that is made good for
		{3001 * ms, 0, 1 * ms},      //
		{3001 * ms, 0, 0},           // and nothing twice
		{3003 * ms, 1 * ms, 1 * ms}, //
	} {
		spent = c.spent
		if got := b.charge(c.burned); got != c.want {
			t.Errorf("step %d, %+v: %v", i, c, got)
		}
	}
}

func TestBurnedWorkCountsTheRestOnlyWithinAQuota(t *testing.T) {
	for _, c := range []struct {
		cpus    float64
		workers field.Limit
		want    bool
	}{{0, 1, false}, {0.5, 1, true}, {1, 1, true}, {2, 1, false}, {2, 4, true}} {
		b := cpuAccountFor(backend.Config{CPUs: c.cpus, Workers: c.workers})
		if (b != nil) != c.want {
			t.Errorf("%+v: %v", c, b)
		}
		if b == nil && b.charge(0) != 0 {
			t.Errorf("%+v: no cpuAccount is not nought", c)
		}
	}
}

func TestBurnEndsWhenTheProcessHasSpentTheTime(t *testing.T) {
	var halted atomic.Bool
	var looks, spent time.Duration
	b := &cpuAccount{spent: func() time.Duration {
		if looks++; looks == 3 {
			spent = endless // what else the process does takes up all of it
		}
		return spent
	}}
	if got := burn(endless, &halted, b); got < endless || looks != 3 {
		t.Errorf("it spent %v in %d slices, want two slices and the rest", got, looks-1)
	}
	if got := burn(time.Millisecond, &halted, b); got < time.Millisecond || got > time.Second {
		t.Errorf("it spent %v: what came before it counted", got)
	}
}
