package fault

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/field"
)

func TestARegularFlapIsOnAndOffInTurn(t *testing.T) {
	timeline := []Event{
		{Kind: Spike, At: s, For: s, Times: 2},
		{Kind: Freeze, Node: "db", At: 10 * s, For: 20 * s, Flap: &Flap{On: 3 * s, Off: 5 * s}},
		{Kind: Crash, At: 50 * s, For: s},
	}
	want := []Event{
		timeline[0],
		{Kind: Freeze, Node: "db", At: 10 * s, For: 3 * s},
		{Kind: Freeze, Node: "db", At: 18 * s, For: 3 * s},
		{Kind: Freeze, Node: "db", At: 26 * s, For: 3 * s},
		timeline[2],
	}
	if diff := cmp.Diff(want, Unfold(timeline, 7)); diff != "" {
		t.Errorf("unfolded (-want +got):\n%s", diff)
	}
	if timeline[1].Flap == nil {
		t.Error("Unfold has changed the timeline that it was given")
	}
}

func TestAFlapIsCutOffWhereItsEventEnds(t *testing.T) {
	got := Unfold([]Event{{Kind: Crash, At: s, For: 7 * s, Endless: true, Flap: &Flap{On: 2 * s, Off: 3 * s}}}, 1)
	want := []Event{{Kind: Crash, At: s, For: 2 * s, Endless: true}, {Kind: Crash, At: 6 * s, For: 2 * s, Endless: true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("unfolded (-want +got):\n%s", diff)
	}
}

func TestDrawnFlapsLieApartWithinTheirEventAndAreTheSeedsOwn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := Event{
			Kind: Crash, At: 10 * s, For: time.Duration(rapid.Int64Range(int64(10*s), int64(500*s)).Draw(t, "for")),
			Flap: &Flap{
				On:  time.Duration(rapid.Int64Range(int64(s), int64(9*s)).Draw(t, "on")),
				Off: time.Duration(rapid.Int64Range(int64(s), int64(99*s)).Draw(t, "off")), Pattern: Drawn,
			},
		}
		seed := rapid.Uint64().Draw(t, "seed")
		got := Unfold([]Event{e}, seed)
		if diff := cmp.Diff(got, Unfold([]Event{e}, seed)); diff != "" {
			t.Fatalf("the same seed gives another timeline:\n%s", diff)
		}
		end := e.At
		for _, o := range got {
			if o.At < end || o.For <= 0 || o.End() > e.End() || o.Flap != nil {
				t.Fatalf("%v to %v does not lie in %v to %v after %v", o.At, o.End(), e.At, e.End(), end)
			}
			end = o.End() + 1
		}
	})
}

func TestEachSeedAndEachEventHasItsOwnFlaps(t *testing.T) {
	e := Event{Kind: Crash, At: s, For: 100 * s, Flap: &Flap{On: s, Off: s, Pattern: Drawn}}
	a, b := Unfold([]Event{e, e}, 1), Unfold([]Event{e}, 2)
	if cmp.Equal(a[:len(b)], b) || cmp.Equal(a[:5], a[len(a)-5:]) {
		t.Errorf("two seeds, or two events, come and go alike: %v, %v", a, b)
	}
}

func TestTheMeanOfDrawnFlapsIsTheDeclaredOne(t *testing.T) {
	var on, off time.Duration
	n := 0
	for seed := range uint64(200) {
		got := Unfold([]Event{{Kind: Crash, At: s, For: 1000 * s, Flap: &Flap{On: 2 * s, Off: 8 * s, Pattern: Drawn}}}, seed)
		for i := range len(got) - 1 {
			on += got[i].For
			off += got[i+1].At - got[i].End()
			n++
		}
	}
	// 20,000 exponential times: the standard error of their mean is 0.7 %.
	for what, got := range map[string][2]float64{"on": {(on / time.Duration(n)).Seconds(), 2}, "off": {(off / time.Duration(n)).Seconds(), 8}} {
		if got[0] < 0.96*got[1] || got[0] > 1.04*got[1] {
			t.Errorf("it is %s for %.3f s in the mean, want %v", what, got[0], got[1])
		}
	}
}

func TestWhatComesAndGoesIsCheckedByPath(t *testing.T) {
	tests := []struct {
		name  string
		event Event
		want  field.List
	}{
		{"right", Event{Kind: Crash, At: s, For: 9 * s, Flap: &Flap{On: s, Off: s}}, nil},
		{"endless", Event{Kind: Crash, At: s, Endless: true, Flap: &Flap{On: s, Off: s}}, nil},
		{"endless for a time", Event{Kind: Crash, At: s, For: s, Endless: true}, field.List{
			{Path: "for", Problem: "has no meaning for what is endless; leave one of the two out"},
		}},
		{"an endless spike that flaps", Event{Kind: Spike, Times: 2, At: s, Endless: true, Flap: &Flap{On: s, Off: s}}, field.List{
			{Path: "endless", Problem: "has no meaning for a spike, whose effect is judged from its end on; write for how long it lasts"},
			{Path: "flap", Problem: "has no meaning for a spike; write one for each time"},
		}},
		{"no times", Event{Kind: Crash, At: s, For: s, Flap: &Flap{}}, field.List{
			{Path: "flap.on", Problem: "must be longer than 0s, such as '10s'"},
			{Path: "flap.off", Problem: "must be longer than 0s, such as '30s'"},
		}},
		{"never off", Event{Kind: Crash, At: s, For: s, Flap: &Flap{On: s, Off: s}}, field.List{
			{Path: "flap.on", Problem: "must be shorter than the 1s that the fault comes and goes for"},
		}},
		{"without an end", Event{Kind: Crash, At: s, For: 9 * s, Flap: &Flap{On: 1, Off: 1}}, field.List{
			{Path: "flap", Problem: "comes and goes 4500000000 times; at most 1000 times are supported"},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got field.List
			if err := tt.event.Validate(); err != nil && !errors.As(err, &got) {
				t.Fatalf("%v is no field.List", err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}
