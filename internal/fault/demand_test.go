package fault

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var spikes = []Event{
	{Kind: Spike, At: 10 * s, For: 10 * s, Times: 3},
	{Kind: Spike, At: 15 * s, For: 10 * s, Times: 2, Cohort: "a"},
	{Kind: Crash, At: 12 * s, For: 10 * s},
	{Kind: Spike, At: 25 * s, For: 5 * s, Times: 0.5, Cohort: "a"},
}

func TestDemandIsAStepFunctionOfTheSpikes(t *testing.T) {
	tests := []struct {
		at   time.Duration
		a, b float64
	}{
		{0, 1, 1}, {10*s - 1, 1, 1}, {10 * s, 3, 3}, {15 * s, 6, 3}, {20*s - 1, 6, 3}, {20 * s, 2, 1},
		{25*s - 1, 2, 1}, {25 * s, 0.5, 1}, {30 * s, 1, 1}, {math.MaxInt64, 1, 1},
	}
	a, b := DemandFor(spikes, "a"), DemandFor(spikes, "b")
	for _, tt := range tests {
		if ga, gb := a.At(tt.at), b.At(tt.at); ga != tt.a || gb != tt.b {
			t.Errorf("at %v demand is %v and %v, want %v and %v", tt.at, ga, gb, tt.a, tt.b)
		}
	}
}

func TestWorkPassesAsFastAsDemand(t *testing.T) {
	d := DemandFor(spikes, "b") // 3 from 10 s to 20 s
	tests := []struct {
		now  time.Duration
		work float64 // in units of 1 s
		want time.Duration
	}{
		{0, 0, 0}, {0, 4, 4 * s}, {0, 10, 10 * s}, {0, 13, 11 * s}, {10 * s, 30, 20 * s}, {19 * s, 4, 21 * s},
		{5 * s, 36, 21 * s}, {20 * s, 7, 27 * s}, {40 * s, 7, 47 * s},
	}
	for _, tt := range tests {
		if got := d.After(tt.now, s, tt.work); got != tt.want {
			t.Errorf("%v of work from %v is done at %v, want %v", tt.work, tt.now, got, tt.want)
		}
	}
	if got := new(Demand).After(3*s, 2*s, 5); got != 13*s {
		t.Errorf("without spikes 5 units of 2s from 3s are done at %v, want 13s", got)
	}
}

func TestAWaitPastTheEndOfTimeIsNotInThePast(t *testing.T) {
	for _, d := range []Demand{{}, DemandFor(spikes, "a")} {
		for _, work := range []float64{1e10, 1e300, math.Inf(1)} {
			if got := d.After(5*s, s, work); got != math.MaxInt64 {
				t.Errorf("%v of work is done at %v, want the end of time", work, got)
			}
		}
	}
}

// drawn gives a timeline of spikes at random.
func drawn(t *rapid.T) []Event {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Event {
		return Event{
			Kind:   Spike,
			At:     time.Duration(rapid.Int64Range(1, int64(50*s)).Draw(t, "at")),
			For:    time.Duration(rapid.Int64Range(1, int64(50*s)).Draw(t, "for")),
			Times:  rapid.Float64Range(0.1, 10).Draw(t, "times"),
			Cohort: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "cohort"),
		}
	}), 0, 4).Draw(t, "timeline")
}

// TestAfterSolvesTheIntegralOfDemand checks After against a sum over every
// stretch between two edges, taken straight from the spikes.
func TestAfterSolvesTheIntegralOfDemand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		timeline := drawn(t)
		d := DemandFor(timeline, "a")
		now := time.Duration(rapid.Int64Range(0, int64(80*s)).Draw(t, "now"))
		work := rapid.Float64Range(0, 200).Draw(t, "work")
		then := d.After(now, s, work)
		if then < now {
			t.Fatalf("%v comes before %v", then, now)
		}
		if got := integral(timeline, "a", now, then); math.Abs(got-work) > 1e-6 {
			t.Fatalf("from %v to %v demand adds up to %v, want %v", now, then, got, work)
		}
	})
}

// integral adds up demand in seconds, in the simplest way that there is.
func integral(timeline []Event, cohort string, from, to time.Duration) float64 {
	sum := 0.0
	for at := from; at < to; {
		next, factor := to, 1.0
		for _, e := range timeline {
			if e.Cohort != "" && e.Cohort != cohort {
				continue
			}
			if e.At <= at && at < e.End() {
				factor *= e.Times
			}
			for _, edge := range []time.Duration{e.At, e.End()} {
				if edge > at && edge < next {
					next = edge
				}
			}
		}
		sum += (next - at).Seconds() * factor
		at = next
	}
	return sum
}

func TestLaterWorkIsDoneLater(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := DemandFor(drawn(t), "a")
		now := time.Duration(rapid.Int64Range(0, int64(80*s)).Draw(t, "now"))
		less := rapid.Float64Range(0, 100).Draw(t, "less")
		more := less + rapid.Float64Range(0, 100).Draw(t, "more")
		if a, b := d.After(now, s, less), d.After(now, s, more); a > b {
			t.Fatalf("%v of work is done at %v, %v at %v", less, a, more, b)
		}
	})
}
