package terminal

import (
	"testing"
	"time"
	"unsafe"

	"github.com/retrystorm/retrystorm/internal/retry"
)

// BenchmarkSale is the life of a sale whose first attempt times out and whose
// second one is acknowledged: four steps.
func BenchmarkSale(b *testing.B) {
	c := valid()
	c.Sale.Every, c.Sale.Arrival = time.Minute, Regular
	c.Retry = retry.Config{Backoff: retry.Exponential, Base: time.Second, Jitter: retry.FullJitter}
	t := New(NewCohort(c, nil), 1, 1)
	effects := t.Step(0, Event{Kind: Wake}, nil)
	b.ReportAllocs()
	for b.Loop() {
		effects = t.Step(t.nextSale, Event{Kind: Wake}, effects[:0])
		effects = t.Step(t.due(), Event{Kind: Wake}, effects[:0])
		now := t.due()
		effects = t.Step(now, Event{Kind: Wake}, effects[:0])
		effects = t.Step(now+time.Millisecond, Event{Kind: Reply, Attempt: t.attempts}, effects[:0])
	}
	b.ReportMetric(float64(unsafe.Sizeof(Terminal{})), "B/terminal")
	if t.Pending() > 0 {
		b.Fatalf("%d sales were left", t.Pending())
	}
}

func TestASalesLifeAllocatesNothing(t *testing.T) {
	c := valid()
	c.Sale.Arrival = Regular
	term := New(NewCohort(c, nil), 1, 1)
	effects := make([]Effect, 0, 16)
	step := func() {
		now := term.nextSale
		effects = term.Step(now, Event{Kind: Wake}, effects[:0])
		effects = term.Step(now+time.Millisecond, Event{Kind: Reply, Attempt: term.attempts}, effects[:0])
	}
	step()
	if n := testing.AllocsPerRun(100, step); n != 0 {
		t.Errorf("%v allocations a sale, want none", n)
	}
}
