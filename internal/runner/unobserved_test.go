package runner

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/protocol"
	"github.com/retrystorm/retrystorm/internal/topology"
)

// silent is a backend of which nothing can be asked.
type silent struct{ harness.Backend }

func (silent) Nodes() []harness.Node { return nil }

// silently starts the stage's backend as one of which nothing can be asked.
type silently struct{ *stage }

func (s silently) Start(ctx context.Context, g *topology.Graph, seed uint64) (harness.Backend, error) {
	be, err := s.stage.Start(ctx, g, seed)
	return silent{be}, err
}

// counted is the control of a node that gives statistics and has no ledger.
type counted struct{}

func (counted) Stats(context.Context) (fakes.Stats, error) {
	return fakes.Stats{Stats: backend.Stats{Queue: 4}, Uptime: time.Hour}, nil
}

// recorded is that of one that has a ledger and gives no statistics.
type recorded struct{ err error }

func (r recorded) Ledger(_ context.Context, each func(protocol.Entry)) error {
	each(protocol.Entry{Terminal: 9, Sale: 1, Copies: 1})
	return r.err
}

func TestARunOnABackendThatTellsNothingSaysSo(t *testing.T) {
	s := newStage(t)
	r := New(Config{Plan: plan(300 * ms), Seed: 1, Engine: silently{s}, Shards: 1})
	go r.Drive(t.Context(), 0, nil)
	h := r.Direct(t.Context())
	if want := (history.Audit{None: true}); !h.Unobserved || h.Ledger != want || h.Problem != "" {
		t.Errorf("unobserved: %t, ledger %+v, problem %q", h.Unobserved, h.Ledger, h.Problem)
	}
	sum := history.Sum(h.Buckets, 0, len(h.Buckets))
	if sum.Good == 0 || sum.Blind || sum.Served != 0 || len(h.Nodes) != 0 || len(h.Links) != 1 || h.Links[0].To != "api" {
		t.Errorf("it shows %+v, %d nodes and the links %+v", sum, len(h.Nodes), h.Links)
	}
}

func TestANodeThatGivesNoStatisticsIsNotPassedOffAsIdle(t *testing.T) {
	g := resolved(t, chained(time.Second, false).Backend.Nodes)
	for _, tt := range []struct {
		name  string
		nodes []harness.Node
		seen  []string
		links int
	}{
		{"both tell", []harness.Node{{Control: counted{}}, {Control: counted{}}}, []string{"api", "db"}, 2},
		{"the entry tells", []harness.Node{{Control: counted{}}, {Control: recorded{}}}, []string{"api"}, 2},
		{"the other tells", []harness.Node{{}, {Control: counted{}}}, []string{"db"}, 1},
		{"none tells", nil, nil, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWatch(g, inOrder(g, tt.nodes), []portProbe{{addr: newStage(t).Addr(), down: &outage{}}}, ms, ms)
			w.run(t.Context(), time.Now())
			h := history.History{Buckets: make([]history.Bucket, 1)}
			w.fill(&h)
			var seen []string
			for _, n := range h.Nodes {
				seen = append(seen, n.Name)
			}
			if diff := cmp.Diff(tt.seen, seen); diff != "" || len(h.Links) != tt.links {
				t.Errorf("%d links, want %d; nodes (-want +got):\n%s", len(h.Links), tt.links, diff)
			}
			all := len(tt.seen) == 2
			if whole := h.Buckets[0].Queue; h.Unobserved == all || (whole != 0) != all {
				t.Errorf("unobserved: %t, %d requests wait in the whole", h.Unobserved, whole)
			}
		})
	}
}

func TestALedgerThatCannotBeReadIsMoreThanOneThatDoesNotExist(t *testing.T) {
	nodes := chained(time.Second, false).Backend.Nodes
	nodes[0].Calls, nodes[0].Ledger = nil, new(true)
	r := &Run{graph: &topology.Graph{Nodes: []topology.Node{{Config: nodes[0]}, {Config: nodes[1]}}}}
	for _, tt := range []struct {
		name  string
		nodes []harness.Node
		want  history.Audit
	}{
		{"both", []harness.Node{{Control: recorded{}}, {Control: recorded{}}}, history.Audit{Done: true, Entries: 2, Duplicated: 1, Unknown: 1}},
		{"one of two", []harness.Node{{Control: recorded{}}, {Control: counted{}}}, history.Audit{None: true}},
		{"neither", make([]harness.Node, 2), history.Audit{None: true}},
		{"one cannot be read", []harness.Node{{Control: counted{}}, {Name: "db", Control: recorded{errBroken}}}, history.Audit{Failure: "node db: " + errBroken.Error()}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, r.audit(t.Context(), tt.nodes, nil, nil)); diff != "" {
				t.Errorf("the audit (-want +got):\n%s", diff)
			}
		})
	}
}
