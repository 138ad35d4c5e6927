package runner

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/history"
)

func stats(uptime time.Duration, served int64, inVain time.Duration) fakes.Stats {
	return fakes.Stats{Stats: backend.Stats{Served: served, InVain: inVain}, Uptime: uptime}
}

// moment is the end of bucket i of a second, when a node is asked and answers.
func moment(i int) time.Time { return time.Unix(1000, 0).Add(time.Duration(i) * time.Second) }

func TestCountsAreDifferencesAcrossRestarts(t *testing.T) {
	const s = time.Second
	type answer struct {
		fakes.Stats
		err  error
		late time.Duration // after the end of its bucket
	}
	tests := []struct {
		name    string
		answers []answer
		served  []int64
		wasted  time.Duration
		blind   []bool
	}{
		{"one process", []answer{{Stats: stats(5*s, 10, s)}, {Stats: stats(6*s, 15, 2*s)}, {Stats: stats(7*s, 15, 2*s)}},
			[]int64{10, 5, 0}, 2 * s, []bool{false, false, false}},
		{"a restart", []answer{{Stats: stats(5*s, 10, s)}, {err: errBroken}, {Stats: stats(s/2, 3, s)}, {Stats: stats(3*s/2, 5, s)}},
			[]int64{10, 0, 3, 2}, 2 * s, []bool{false, true, false, false}},
		{"a restart of what was young", []answer{{Stats: stats(s, 10, 0)}, {err: errBroken}, {err: errBroken}, {err: errBroken}, {Stats: stats(2*s, 12, 0)}},
			[]int64{10, 0, 0, 0, 12}, 0, []bool{false, true, true, true, false}},
		{"silence without a restart", []answer{{Stats: stats(5*s, 10, 0)}, {err: errBroken}, {Stats: stats(7*s, 30, 0)}},
			[]int64{10, 0, 20}, 0, []bool{false, true, false}},
		{"an answer that comes late", []answer{{Stats: stats(6200*ms, 10, 0), late: 1200 * ms}, {err: errBroken}, {Stats: stats(7*s, 30, 0)}},
			[]int64{10, 0, 20}, 0, []bool{false, true, false}},
		{"a restart between two looks", []answer{{Stats: stats(100*ms, 10, 0)}, {Stats: stats(900*ms, 12, 0)}}, []int64{10, 12}, 0, []bool{false, false}},
		{"counts from zero though older", []answer{{Stats: stats(s, 10, s)}, {Stats: stats(2*s, 4, 0)}}, []int64{10, 4}, s, []bool{false, false}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := len(tt.answers)
			w := newWatch(one(t), []harness.Node{{Control: fakes.Control{}}}, []portProbe{{down: &outage{}}}, s, time.Duration(n+1)*s)
			for i, a := range tt.answers {
				at := moment(i).Add(a.late)
				w.nodes[w.graph.Entries[0]].note(i, at, at, a.Stats, a.err)
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
	w := newWatch(one(t), []harness.Node{{Control: fakes.Control{Addr: closedPort(t)}}}, []portProbe{{down: &outage{}}}, time.Second, time.Second)
	seen := &w.nodes[w.graph.Entries[0]].seen[0]
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	w.look(ctx, w.nodes[w.graph.Entries[0]], 0)
	if seen.asked || seen.Blind {
		t.Errorf("saw %+v", *seen)
	}
	w.look(context.Background(), w.nodes[w.graph.Entries[0]], 0)
	if !seen.Blind {
		t.Error("a backend that does not answer was seen")
	}
}

func TestTheDoorTellsAStoppedProxyFromAnOutage(t *testing.T) {
	s := newStage(t)
	open, closed := s.Addr(), closedPort(t)
	crash, cpu := fault.Event{Kind: fault.Crash}, fault.Event{Kind: fault.CPU}
	named := fault.Event{Kind: fault.Crash, Node: "api"}
	elsewhere := fault.Event{Kind: fault.Crash, Node: "db"}
	type probed struct {
		addr string
		well bool
		in   []fault.Event
	}
	tests := []struct {
		name   string
		probes []probed
		want   bool
	}{
		{"an open port", []probed{{addr: open, well: true}, {addr: open, well: true}}, false},
		{"one refusal", []probed{{addr: closed, well: true}}, false},
		{"two refusals", []probed{{addr: closed, well: true}, {addr: closed, well: true}}, true},
		{"two refusals, and then it is open", []probed{{addr: closed, well: true}, {addr: closed, well: true}, {addr: open, well: true}}, true},
		{"two, but not in a row", []probed{{addr: closed, well: true}, {addr: open, well: true}, {addr: closed, well: true}}, false},
		{"a backend that is down", []probed{{addr: closed}, {addr: closed}, {addr: closed, well: true}}, false},
		{"a crash", []probed{{closed, true, []fault.Event{crash}}, {closed, true, []fault.Event{crash}}, {addr: closed, well: true}}, false},
		{"a crash of the entry by its name", []probed{{closed, true, []fault.Event{named}}, {closed, true, []fault.Event{named}}}, false},
		{"a crash of another node", []probed{{closed, true, []fault.Event{elsewhere}}, {closed, true, []fault.Event{elsewhere}}}, true},
		{"a cut of the processor", []probed{{closed, true, []fault.Event{cpu}}, {closed, true, []fault.Event{cpu}}}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := portProbe{down: &outage{entry: "api"}}
			for _, k := range tt.probes {
				d.addr = k.addr
				for _, e := range k.in {
					d.down.begin(e)
				}
				d.probe(context.Background(), k.well)
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
