package network

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
)

// anyFaults draws faults, at most one of a kind.
func anyFaults(t *rapid.T) []fault.Event {
	var all []fault.Event
	share := func() field.Ratio { return field.Ratio(rapid.Float64Range(0.01, 1).Draw(t, "share")) }
	for _, kind := range []fault.Kind{fault.Cut, fault.Latency, fault.Loss, fault.Bandwidth, fault.Reset} {
		if !rapid.Bool().Draw(t, kind.String()) {
			continue
		}
		e := fault.Event{Kind: kind, Way: rapid.SampledFrom([]fault.Way{fault.Both, fault.There, fault.Back}).Draw(t, "way")}
		switch kind {
		case fault.Latency:
			e.Latency = time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(t, "latency"))
			e.Jitter = time.Duration(rapid.Int64Range(0, int64(e.Latency)).Draw(t, "jitter"))
		case fault.Loss, fault.Reset:
			e.Share = share()
		case fault.Bandwidth:
			e.Rate = field.Bytes(rapid.Int64Range(1, 1<<40).Draw(t, "rate"))
		}
		all = append(all, e)
	}
	return all
}

func TestNothingArrivesBeforeItIsSentAndEverythingEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := New(rapid.Uint64().Draw(t, "seed"), "fleet", "api")
		l.Set(anyFaults(t))
		now := time.Duration(0)
		for range rapid.IntRange(1, 20).Draw(t, "messages") {
			now += time.Duration(rapid.Int64Range(0, int64(time.Second)).Draw(t, "pause"))
			direction := rapid.SampledFrom(directions[:]).Draw(t, "direction")
			bytes := rapid.IntRange(0, 1<<20).Draw(t, "bytes")
			at, sent := now, 0
			for try := 0; ; try++ {
				o := l.Send(at, direction, bytes, try)
				sent++
				if o.At < at {
					t.Fatalf("sent at %v, and something becomes of it at %v", at, o.At)
				}
				if o.Fate == Again && o.At < at+ResendTimeout {
					t.Fatalf("sent again %v later", o.At-at)
				}
				at = o.At
				if o.Fate != Again {
					break
				}
			}
			if sent > mostResends+1 {
				t.Fatalf("sent %d times", sent)
			}
		}
	})
}

func TestOneWayKnowsNothingOfTheOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		faults := anyFaults(t)
		for i := range faults {
			faults[i].Way = fault.Back
		}
		l := New(1, "fleet", "api")
		l.Set(faults)
		if o := l.Send(time.Second, fault.There, 200, 0); o != (Outcome{Arrives, time.Second}) {
			t.Fatalf("a fault of answers makes of a request %+v", o)
		}
	})
}

// Over many messages a share of them is lost, as many as declared: within five
// standard deviations of a binomial distribution.
func TestShareOfMessagesIsLost(t *testing.T) {
	const n, p = 100_000, 0.1
	l := New(1, "fleet", "api")
	l.Set([]fault.Event{{Kind: fault.Loss, Share: p}})
	for range n {
		l.Send(0, fault.There, 200, 0)
	}
	if lost := float64(l.Stats().Lost); lost < n*p-5*95 || lost > n*p+5*95 { // √(n·p·(1−p)) = 95
		t.Errorf("%v of %d are lost", lost, n)
	}
}
