package conductor

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/history"
)

func stats(uptime time.Duration, served int64, inVain time.Duration) fakes.Stats {
	return fakes.Stats{Stats: backend.Stats{Served: served, InVain: inVain}, Uptime: uptime}
}

func TestCountsAreDifferencesAcrossRestarts(t *testing.T) {
	const s = time.Second
	type answer struct {
		fakes.Stats
		err error
	}
	tests := []struct {
		name    string
		answers []answer
		served  []int64
		wasted  time.Duration
		blind   []bool
	}{
		{"one process", []answer{{stats(5*s, 10, s), nil}, {stats(6*s, 15, 2*s), nil}, {stats(7*s, 15, 2*s), nil}},
			[]int64{10, 5, 0}, 2 * s, []bool{false, false, false}},
		{"a restart", []answer{{stats(5*s, 10, s), nil}, {err: errBroken}, {stats(s/2, 3, s), nil}, {stats(3*s/2, 5, s), nil}},
			[]int64{10, 0, 3, 2}, 2 * s, []bool{false, true, false, false}},
		{"a restart of what was young", []answer{{stats(s, 10, 0), nil}, {err: errBroken}, {err: errBroken}, {err: errBroken}, {stats(2*s, 12, 0), nil}},
			[]int64{10, 0, 0, 0, 12}, 0, []bool{false, true, true, true, false}},
		{"silence without a restart", []answer{{stats(5*s, 10, 0), nil}, {err: errBroken}, {stats(7*s, 30, 0), nil}},
			[]int64{10, 0, 20}, 0, []bool{false, true, false}},
		{"counts from zero though older", []answer{{stats(s, 10, s), nil}, {stats(2*s, 4, 0), nil}}, []int64{10, 4}, s, []bool{false, false}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := len(tt.answers)
			w := newWatch(fakes.Control{}, door{down: &outage{}}, s, time.Duration(n+1)*s)
			for i, a := range tt.answers {
				w.note(i, a.Stats, a.err)
			}
			h := history.History{Buckets: make([]history.Bucket, n+2)}
			h.Buckets[n].Queue = 7 // never asked, so left alone
			w.fill(&h)
			var served []int64
			var blind []bool
			for _, b := range h.Buckets[:n] {
				served, blind = append(served, b.Served), append(blind, b.Blind)
			}
			if diff := cmp.Diff(tt.served, served) + cmp.Diff(tt.blind, blind); diff != "" || h.Wasted != tt.wasted || h.Buckets[n].Queue != 7 {
				t.Errorf("wasted %v, want %v; served and blind (-want +got):\n%s", h.Wasted, tt.wasted, diff)
			}
		})
	}
}

func TestALookThatIsCutShortSaysNothing(t *testing.T) {
	w := newWatch(fakes.Control{Addr: closedPort(t)}, door{down: &outage{}}, time.Second, time.Second)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	w.look(ctx, 0)
	if w.seen[0].asked || w.seen[0].blind {
		t.Errorf("saw %+v", w.seen[0])
	}
	w.look(context.Background(), 0)
	if !w.seen[0].blind {
		t.Error("a backend that does not answer was seen")
	}
}

func TestTheDoorTellsAStoppedProxyFromAnOutage(t *testing.T) {
	s := newStage(t)
	open, closed := s.Addr(), closedPort(t)
	crash, cpu := fault.Event{Kind: fault.Crash}, fault.Event{Kind: fault.CPU}
	type knock struct {
		addr string
		well bool
		in   []fault.Event
	}
	tests := []struct {
		name   string
		knocks []knock
		want   bool
	}{
		{"an open port", []knock{{addr: open, well: true}, {addr: open, well: true}}, false},
		{"one refusal", []knock{{addr: closed, well: true}}, false},
		{"two refusals", []knock{{addr: closed, well: true}, {addr: closed, well: true}}, true},
		{"two refusals, and then it is open", []knock{{addr: closed, well: true}, {addr: closed, well: true}, {addr: open, well: true}}, true},
		{"two, but not in a row", []knock{{addr: closed, well: true}, {addr: open, well: true}, {addr: closed, well: true}}, false},
		{"a backend that is down", []knock{{addr: closed}, {addr: closed}, {addr: closed, well: true}}, false},
		{"a crash", []knock{{closed, true, []fault.Event{crash}}, {closed, true, []fault.Event{crash}}, {addr: closed, well: true}}, false},
		{"a cut of the processor", []knock{{closed, true, []fault.Event{cpu}}, {closed, true, []fault.Event{cpu}}}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := door{down: &outage{}}
			for _, k := range tt.knocks {
				d.addr = k.addr
				for _, e := range k.in {
					d.down.begin(e)
				}
				d.look(context.Background(), k.well)
				for _, e := range k.in {
					d.down.end(e)
				}
			}
			if got := d.problem != ""; got != tt.want {
				t.Errorf("problem %q", d.problem)
			}
			if tt.want && (!strings.Contains(d.problem, closed) || !strings.Contains(d.problem, "--engine local")) {
				t.Errorf("problem %q", d.problem)
			}
		})
	}
}
