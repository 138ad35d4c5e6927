package runner

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/history"
)

// demanded gives a history of 1 s buckets with that many sales in each.
func demanded(perSec ...int64) *history.History {
	h := &history.History{Bucket: time.Second, Horizon: time.Duration(len(perSec)) * time.Second}
	for _, n := range perSec {
		h.Buckets = append(h.Buckets, history.Bucket{Demand: n})
	}
	return h
}

func TestASpikeShowsInTheDemand(t *testing.T) {
	const s = time.Second
	spike := fault.Event{Kind: fault.Spike, At: 2 * s, For: 2 * s, Times: 3}
	next := fault.Event{Kind: fault.Spike, At: 6500 * ms, For: 3500 * ms, Times: 10}
	tests := []struct {
		name             string
		timeline         []fault.Event
		demand           []int64
		applied, removed []bool
	}{
		{"as declared", []fault.Event{spike}, []int64{200, 200, 600, 600, 200, 200, 200, 200, 200, 200}, []bool{true}, []bool{true}},
		{"within chance", []fault.Event{spike}, []int64{200, 200, 500, 520, 200, 260, 180, 230, 200, 200}, []bool{true}, []bool{true}},
		{"it never came", []fault.Event{spike}, []int64{200, 200, 200, 200, 200, 200, 200, 200, 200, 200}, []bool{false}, []bool{true}},
		{"it stayed", []fault.Event{spike}, []int64{200, 200, 600, 600, 600, 600, 600, 600, 600, 600}, []bool{true}, []bool{false}},
		{"another begins within a bucket after it", []fault.Event{spike, next},
			[]int64{200, 200, 600, 600, 200, 200, 1100, 2000, 2000, 2000}, []bool{true, true}, []bool{true, true}},
		{"no spike", []fault.Event{{Kind: fault.Crash, At: s, For: s}}, []int64{200}, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := plan(10*s, tt.timeline...)
			var applied, removed []bool
			for _, f := range byClients(one(t), &p, demanded(tt.demand...)) {
				applied, removed = append(applied, f.Applied), append(removed, f.Removed)
				if f.Kind != "spike" || f.Evidence == "" {
					t.Errorf("fault %+v", f)
				}
			}
			if diff := cmp.Diff(tt.applied, applied) + cmp.Diff(tt.removed, removed); diff != "" {
				t.Errorf("applied and removed (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheEvidenceOfASpikeIsItsDemand(t *testing.T) {
	p := plan(6*time.Second, fault.Event{Kind: fault.Spike, At: 2 * time.Second, For: time.Second, Times: 3})
	got := byClients(one(t), &p, demanded(200, 200, 590, 210, 190, 200))[0].Evidence
	if want := "demand in the spike 590.0/s of 600.0/s; after it 200.0/s of 200.0/s"; got != want {
		t.Errorf("evidence %q, want %q", got, want)
	}
}

func TestNodesAreAskedAsOftenAsTheHorizonAllows(t *testing.T) {
	for horizon, want := range map[time.Duration]time.Duration{
		time.Second: 100 * ms, 6 * time.Second: 100 * ms, 12 * time.Second: 200 * ms, 30 * time.Second: 500 * ms,
		time.Minute: time.Second, 24 * time.Hour: time.Second,
	} {
		if got := finest(horizon); got != want {
			t.Errorf("in a run of %v the nodes are asked each %v, want %v", horizon, got, want)
		}
	}
}
