package sim

import (
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/retry"
)

func TestRunAllocatesNothingOnItsWay(t *testing.T) {
	p := valid(t, calm(0.7, retry.Config{Backoff: retry.Exponential, Base: time.Second}, backend.Exponential))
	p.Horizon = 24 * time.Hour
	cfg := Config{Plan: p, Seed: 1, Bucket: 24 * time.Hour, Limits: Limits{Events: defaultEvents}}
	r := newRun(&cfg)
	r.start()
	r.advance(500_000) // until everything has reached its size
	if n := testing.AllocsPerRun(20, func() { r.advance(r.events + 10_000) }); n > 1 {
		t.Errorf("%v allocations for 10000 events", n)
	}
}

func TestTerminalAtRestTakesLittleMemory(t *testing.T) {
	const most, terminals = 200, 50_000
	p := valid(t, friday(terminals, time.Minute, time.Hour))
	p.Timeline = nil
	cfg := Config{Plan: p, Seed: 1, Bucket: time.Hour, Limits: Limits{Events: defaultEvents}}
	before := heap()
	r := newRun(&cfg)
	r.start()
	for r.now < 3*time.Minute {
		r.advance(r.events + 10_000)
	}
	if each := (heap() - before - wheelBytes) / terminals; each > most {
		t.Errorf("%d bytes a terminal, at most %d wanted", each, most)
	}
	if r.events == 0 {
		t.Error("nothing happened")
	}
}
