package fault

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/field"
)

// hourly is a curve without a calendar, for a test.
type hourly []Point

func (c hourly) At(now time.Duration) (float64, time.Duration) { return OfDay(c, Day, now) }

func TestACurveRepeatsEachDay(t *testing.T) {
	curve := []Point{{At: 9 * time.Hour, Times: 2}, {At: 18 * time.Hour, Times: 0.5}}
	tests := []struct {
		at    time.Duration
		times float64
		until time.Duration
	}{
		{0, 0.5, 9 * time.Hour},
		{9*time.Hour - 1, 0.5, 9 * time.Hour},
		{9 * time.Hour, 2, 18 * time.Hour},
		{18 * time.Hour, 0.5, 33 * time.Hour},
		{Day + 10*time.Hour, 2, Day + 18*time.Hour},
		{-time.Hour, 0.5, 9 * time.Hour},
		{-10 * time.Hour, 2, -6 * time.Hour},
	}
	for _, tt := range tests {
		if times, until := OfDay(curve, Day, tt.at); times != tt.times || until != tt.until {
			t.Errorf("at %v it is %v until %v, want %v until %v", tt.at, times, until, tt.times, tt.until)
		}
	}
	if times, until := OfDay(nil, Day, 5); times != 1 || until != math.MaxInt64 {
		t.Errorf("without points it is %v until %v", times, until)
	}
}

// The oracle adds up the demand in small steps, which all edges lie between.
func TestTheNextArrivalIsWhereTheDemandAddsUpToIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hour := func(name string, least int) time.Duration {
			return time.Duration(rapid.IntRange(least, 23).Draw(t, name)) * time.Hour
		}
		curve := hourly{{At: 0, Times: float64(rapid.IntRange(0, 3).Draw(t, "night"))}, {At: hour("noon", 1), Times: 2}}
		spike := Event{Kind: Spike, At: hour("spike", 0) + 1, For: hour("for", 1), Times: 3}
		d := DemandFor([]Event{spike}, "").Following(curve)
		now, every := hour("now", 0), time.Duration(rapid.IntRange(1, 30).Draw(t, "every"))*time.Hour
		work := rapid.Float64Range(0, 3).Draw(t, "work")
		got := d.After(now, every, work)
		var sum float64
		const step = time.Minute
		at := now
		for ; at < got; at += step {
			sum += d.At(at+step/2) * float64(min(step, got-at)) / float64(every)
		}
		if math.Abs(sum-work) > 3*8*float64(step)/float64(every) {
			t.Fatalf("up to %v the demand is %v, want %v", got, sum, work)
		}
		if d.At(got) == 0 {
			t.Fatalf("somebody comes at %v, when nobody does", got)
		}
	})
}

func TestNobodyComesWhereThereIsNoDemand(t *testing.T) {
	d := Demand{}.Following(hourly{{Times: 0}})
	if got := d.After(0, time.Second, 1); got != math.MaxInt64 {
		t.Errorf("somebody comes at %v", got)
	}
}

func TestWrongPointsOfACurveAreNamed(t *testing.T) {
	tests := []struct {
		name   string
		points []Point
		want   []string
	}{
		{"none", nil, nil},
		{"a day", []Point{{0, 0}, {time.Hour, 1}}, nil},
		{"no demand", []Point{{0, 0}, {time.Hour, 0}}, []string{""}},
		{"out of order", []Point{{time.Hour, 1}, {time.Hour, 1}}, []string{"[1].at"}},
		{"out of the day", []Point{{-1, 1}, {Day, 1}}, []string{"[0].at", "[1].at"}},
		{"out of bounds", []Point{{0, -1}, {1, 1001}, {2, math.NaN()}}, []string{"[0].times", "[1].times", "[2].times"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var list field.List
			var got []string
			errors.As(ValidateCurve(tt.points, Day), &list)
			for _, e := range list {
				got = append(got, e.Path)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("paths (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWavesMoveWhatEarlierOnesHaveNot(t *testing.T) {
	line := []Event{
		{Kind: Rollout, At: 9, For: 1, From: "a", To: "b"},
		{Kind: Rollout, At: 1, For: 2, From: "a", To: "b", Share: 0.1},
		{Kind: Rollout, At: 1, For: 2, From: "c", To: "b"},
		{Kind: Spike, At: 1, For: 2, Times: 2},
	}
	first, last := line[1], line[0]
	last.Share = 1
	if diff := cmp.Diff([]Wave{{first, 0}, {last, 0.1}}, Rollouts(line, "a")); diff != "" {
		t.Errorf("waves (-want +got):\n%s", diff)
	}
}
