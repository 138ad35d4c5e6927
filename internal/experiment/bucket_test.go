package experiment

import (
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
)

func TestBucketsAreRoundAndFineEnoughForTheTriggers(t *testing.T) {
	spike := func(at, length time.Duration) []fault.Event {
		return []fault.Event{{Kind: fault.Spike, At: at, For: length, Times: 2}}
	}
	for _, tc := range []struct {
		finest   time.Duration
		horizon  time.Duration
		timeline []fault.Event
		want     time.Duration
	}{
		{0, 95 * time.Second, nil, 100 * time.Millisecond},
		{0, 500 * time.Second, nil, 500 * time.Millisecond},
		{0, time.Hour, nil, 5 * time.Second},
		{0, 48 * time.Hour, nil, 5 * time.Minute},
		{0, 30 * 24 * time.Hour, nil, time.Hour},
		{0, 48 * time.Hour, spike(6*time.Hour, 4*time.Hour), 5 * time.Minute},
		{0, 48 * time.Hour, spike(6*time.Hour, 30*time.Minute), 2 * time.Minute},
		{0, 48 * time.Hour, spike(6*time.Hour, 10*time.Minute), 30 * time.Second},
		{0, 48 * time.Hour, spike(2*time.Second, time.Hour), 30 * time.Second},
		{0, time.Hour, spike(30*time.Second, 10*time.Second), 500 * time.Millisecond},
		{0, time.Hour, spike(30*time.Minute, 29*time.Minute+59*time.Second), 500 * time.Millisecond},
		{time.Second, 95 * time.Second, nil, time.Second},
		{time.Second, time.Hour, nil, 5 * time.Second},
		{time.Second, time.Hour, spike(30*time.Second, 10*time.Second), time.Second},
		{200 * time.Millisecond, 12 * time.Second, spike(2*time.Second, time.Second), 200 * time.Millisecond},
	} {
		p := Plan{Horizon: tc.horizon, Timeline: tc.timeline}
		if got := p.Bucket(tc.finest); got != tc.want {
			t.Errorf("%v with %v, no finer than %v: %v, want %v", tc.horizon, tc.timeline, tc.finest, got, tc.want)
		}
	}
}
