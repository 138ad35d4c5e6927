package runner

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/retrystorm/retrystorm/fakes"
	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/live"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/topology"
)

func resolved(t *testing.T, nodes []backend.Config) *topology.Graph {
	t.Helper()
	g, err := topology.Resolve(nodes)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// one is the graph of the plan's only node.
func one(t *testing.T) *topology.Graph {
	t.Helper()
	return resolved(t, plan(time.Second).Backend.Nodes)
}

// chained is a plan of two nodes: api, which the stage plays, calls db. They are
// declared in that order or in the other.
func chained(horizon time.Duration, entryLast bool, timeline ...fault.Event) experiment.Plan {
	p := plan(horizon, timeline...)
	db := p.Backend.Nodes[0]
	db.Name = "db"
	p.Backend.Nodes[0].Calls = []caller.Config{{To: caller.Names{"db"}, Timeout: time.Second}}
	p.Backend.Nodes = append(p.Backend.Nodes, db)
	if entryLast {
		slices.Reverse(p.Backend.Nodes)
	}
	return p
}

func sent(to string, calls, attempts, ok int64) fakes.LinkStats {
	s := fakes.LinkStats{To: to, Stats: caller.Stats{Calls: calls, Attempts: attempts}}
	s.Outcomes[retry.OK] = ok
	return s
}

func TestWhatEachNodeAndLinkShowedIsAddedUpAcrossRestarts(t *testing.T) {
	const s = time.Second
	w := newWatch(resolved(t, chained(s, true).Backend.Nodes), []harness.Node{{Control: fakes.Control{}}, {Control: fakes.Control{}}}, []portProbe{{down: &outage{}}}, s, 4*s)
	db, api := w.nodes[0], w.nodes[1]
	up := func(age time.Duration, arrived, served, rejected int64, queue int, worked, inVain time.Duration, links ...fakes.LinkStats) fakes.Stats {
		return fakes.Stats{Uptime: age, Links: links, Stats: backend.Stats{
			Arrived: arrived, Served: served, Rejected: rejected, Queue: queue, Busy: 1, Worked: worked, InVain: inVain,
		}}
	}
	// Two links lead to the database, and the gateway is started again in the third second.
	api.note(0, moment(0), moment(0), up(5*s, 10, 8, 1, 3, 4*s, s, sent("db", 8, 9, 7), sent("db", 1, 1, 1)), nil)
	api.note(1, moment(1), moment(1), up(6*s, 30, 20, 2, 5, 6*s, 2*s, sent("db", 20, 29, 17), sent("db", 2, 2, 2)), nil)
	api.note(2, moment(2), moment(2), up(s/2, 4, 3, 1, 1, s, 0, sent("db", 3, 6, 2), sent("db", 0, 0, 0)), nil)
	db.note(0, moment(0), moment(0), up(5*s, 9, 8, 0, 2, s, 0), nil)
	db.note(1, moment(1), moment(1), fakes.Stats{}, errBroken)
	db.note(2, moment(2), moment(2), up(7*s, 40, 25, 10, 4, 3*s, s), nil)

	h := history.History{Buckets: make([]history.Bucket, 4)}
	for i := range h.Buckets {
		h.Buckets[i] = history.Bucket{Demand: int64(10 + i), Attempts: int64(20 + i)}
		h.Buckets[i].Outcomes[retry.OK] = int64(i)
	}
	w.fill(&h)
	link := func(calls, attempts, ok int64) history.LinkBucket {
		b := history.LinkBucket{Calls: calls, Attempts: attempts}
		b.Outcomes[retry.OK] = ok
		return b
	}
	wantNodes := []history.Node{
		{Name: "db", Capacity: 1000, Buckets: []history.NodeBucket{
			{Arrived: 9, Served: 8, Queue: 2, InFlight: 3, Worked: s}, {Blind: true},
			{Arrived: 31, Served: 17, Rejected: 10, Queue: 4, InFlight: 5, Worked: 2 * s, Wasted: s}, {},
		}},
		{Name: "api", Capacity: 500, Buckets: []history.NodeBucket{
			{Arrived: 10, Served: 8, Rejected: 1, Queue: 3, InFlight: 4, Worked: 4 * s, Wasted: s},
			{Arrived: 20, Served: 12, Rejected: 1, Queue: 5, InFlight: 6, Worked: 2 * s, Wasted: s},
			{Arrived: 4, Served: 3, Rejected: 1, Queue: 1, InFlight: 2, Worked: s}, {},
		}},
	}
	wantLinks := []history.Link{
		{From: history.Fleet, To: "api", Buckets: []history.LinkBucket{link(10, 20, 0), link(11, 21, 1), link(12, 22, 2), link(13, 23, 3)}},
		{From: "api", To: "db", Buckets: []history.LinkBucket{link(9, 10, 8), link(13, 21, 11), link(3, 6, 2), {}}},
	}
	if d := cmp.Diff(wantNodes, h.Nodes) + cmp.Diff(wantLinks, h.Links); d != "" {
		t.Errorf("nodes and links (-want +got):\n%s", d)
	}
	whole := []history.Bucket{
		{Queue: 5, InFlight: 7, Served: 8, Worked: 5 * s, Wasted: s},
		{Queue: 5, InFlight: 6, Served: 12, Worked: 2 * s, Wasted: s},
		{Queue: 5, InFlight: 7, Served: 3, Worked: 3 * s, Wasted: s}, {},
	}
	theirs := cmpopts.IgnoreFields(history.Bucket{}, "Demand", "Attempts", "Outcomes", "Latency", "Attempt")
	if d := cmp.Diff(whole, h.Buckets, theirs); d != "" || h.Wasted != 3*s {
		t.Errorf("wasted %v; the whole (-want +got):\n%s", h.Wasted, d)
	}
}

func TestTheWholeIsBlindWhereTheEntryIs(t *testing.T) {
	w := newWatch(resolved(t, chained(time.Second, false).Backend.Nodes), []harness.Node{{Control: fakes.Control{}}, {Control: fakes.Control{}}}, []portProbe{{down: &outage{}}}, time.Second, time.Second)
	w.nodes[0].note(0, moment(0), moment(0), fakes.Stats{}, errBroken)
	w.nodes[1].note(0, moment(0), moment(0), fakes.Stats{Stats: backend.Stats{Queue: 4}}, nil)
	h := history.History{Buckets: make([]history.Bucket, 1)}
	w.fill(&h)
	if b := h.Buckets[0]; !b.Blind || b.Queue != 4 || b.Served != 0 {
		t.Errorf("the whole showed %+v", b)
	}
}

// database is the control port of a node beside the stage's own.
type database struct {
	*httptest.Server
	asked  atomic.Int64
	ledger string
}

func newDatabase(t *testing.T, ledger string) *database {
	t.Helper()
	d := &database{ledger: ledger}
	mux := http.NewServeMux()
	mux.HandleFunc("/stats", func(w http.ResponseWriter, _ *http.Request) {
		n := d.asked.Add(1)
		_ = json.NewEncoder(w).Encode(fakes.Stats{Stats: backend.Stats{Served: n, Queue: 1}, Uptime: time.Duration(n) * time.Hour})
	})
	mux.HandleFunc("/ledger", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, d.ledger) })
	d.Server = httptest.NewServer(mux)
	t.Cleanup(d.Close)
	return d
}

func (d *database) node() harness.Node {
	return harness.Node{Name: "db", Control: fakes.Control{Addr: d.Listener.Addr().String()}}
}

func TestARunOfTwoNodesIsSeenAndAuditedNodeByNode(t *testing.T) {
	s, d := newStage(t), newDatabase(t, "0,1,0,1\n9,1,5,2\n# 2\n")
	s.others = []harness.Node{d.node()}
	h := conduct(context.Background(), t, s, chained(time.Second, false), func(live.Tick) {}, nil)
	if h.Problem != "" || len(h.Nodes) != 2 || len(h.Links) != 2 {
		t.Fatalf("%d nodes, %d links; problem %q", len(h.Nodes), len(h.Links), h.Problem)
	}
	var served, queue, seen, after int64
	for i, b := range h.Nodes[1].Buckets {
		served += b.Served
		queue += b.Queue
		if after++; !b.Blind { // a busy machine may leave a look without an answer in time
			seen, after = seen+1, 0
		}
		if whole := h.Buckets[i]; !whole.Blind && whole.Queue != 3+b.Queue {
			t.Errorf("bucket %d: %d wait in the whole, %d in the database and 3 in the other", i, whole.Queue, b.Queue)
		}
	}
	if asked := d.asked.Load(); served > asked || served < asked-after || queue != seen || seen == 0 {
		t.Errorf("the database served %d and was asked %d times and answered %d; %d waited", served, asked, seen, queue)
	}
	sum := history.Sum(h.Buckets, 0, 10)
	var fleet history.LinkBucket
	for _, b := range h.Links[0].Buckets {
		fleet.Calls += b.Calls
		fleet.Attempts += b.Attempts
		fleet.Outcomes[retry.OK] += b.Outcomes[retry.OK]
	}
	if fleet.Calls != sum.Demand || fleet.Attempts != sum.Attempts || fleet.Outcomes[retry.OK] != sum.Good || fleet.Calls == 0 {
		t.Errorf("the fleet's link has %+v, the whole %+v", fleet, sum)
	}
	// The gateway's ledger, which the stage keeps, is not read: it calls a node that records.
	if l := h.Ledger; !l.Done || l.Entries != 3 || l.Duplicated != 1 {
		t.Errorf("the audit gives %+v", l)
	}
}

func TestTheLedgersOfAllNodesThatRecordAreOne(t *testing.T) {
	s, d := newStage(t), newDatabase(t, "9,1,5,1\n# 1\n")
	s.entries = []fakes.Entry{{Terminal: 9, Sale: 1, SoldAt: 5, Copies: 1}}
	s.others = []harness.Node{d.node()}
	nodes := chained(time.Second, false).Backend.Nodes
	nodes[0].Calls, nodes[0].Ledger = nil, new(true)
	r := &Run{graph: &topology.Graph{Nodes: []topology.Node{{Config: nodes[0]}, {Config: nodes[1]}}}}
	want := history.Audit{Done: true, Entries: 2, Duplicated: 1, Unknown: 1}
	if diff := cmp.Diff(want, r.audit(t.Context(), s.Nodes(), nil, nil)); diff != "" {
		t.Errorf("the audit (-want +got):\n%s", diff)
	}
	d.ledger = "9,1,5,1\n"
	if got := r.audit(t.Context(), s.Nodes(), nil, nil); got.Done || !strings.HasPrefix(got.Failure, "node db: ") || !strings.Contains(got.Failure, "without its end") {
		t.Errorf("the audit gives %+v", got)
	}
}

func TestNodesThatCallAreToldToTryNoMore(t *testing.T) {
	off := fault.Event{Kind: fault.RetriesOff, At: 300 * ms, For: 200 * ms}
	for _, tt := range []struct {
		name     string
		plan     experiment.Plan
		acts     []string
		evidence string
	}{
		{"one node", plan(time.Second, off), nil, "the terminals themselves obey"},
		{"a chain", chained(time.Second, false, off), []string{"inject retriesOff", "lift retriesOff"},
			"the terminals themselves obey; inject retriesOff seen; lift retriesOff seen"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t)
			if len(tt.plan.Backend.Nodes) > 1 {
				s.others = []harness.Node{newDatabase(t, "# 0\n").node()}
			}
			h := conduct(context.Background(), t, s, tt.plan, nil, nil)
			if diff := cmp.Diff(tt.acts, s.acts); diff != "" {
				t.Errorf("carried out (-want +got):\n%s", diff)
			}
			if len(h.Faults) != 1 || !h.Faults[0].Applied || !h.Faults[0].Removed || h.Faults[0].Evidence != tt.evidence {
				t.Errorf("recorded %+v", h.Faults)
			}
		})
	}
}

func TestNodesThatFormNoGraphAreAProblem(t *testing.T) {
	s := newStage(t)
	p := chained(time.Second, false)
	p.Backend.Nodes = p.Backend.Nodes[:1]
	h := conduct(context.Background(), t, s, p, nil, nil)
	if !strings.HasPrefix(h.Problem, "the backend could not be started: backend.nodes: ") || s.started != 0 {
		t.Errorf("problem %q", h.Problem)
	}
}

func TestACrashOfTheSecondNodeLeavesTheFirstOneUp(t *testing.T) {
	t.Parallel()
	crash := fault.Event{Kind: fault.Crash, At: 800 * ms, For: 700 * ms, Node: "db"}
	h := locally(t, chained(3*time.Second, false, crash), func(int, *Run) {})
	if h.Problem != "" || len(h.Disturbed) != 0 || !h.Ledger.Done || len(h.Nodes) != 2 {
		t.Fatalf("problem %q, disturbed %q, ledger %+v", h.Problem, h.Disturbed, h.Ledger)
	}
	f := h.Faults[0]
	if !f.Applied || !f.Removed || f.Node != "db" || !strings.HasPrefix(f.Evidence, `node "db": process`) {
		t.Errorf("%+v", f)
	}
	// A busy machine may leave any look without an answer in time, but not every one.
	from, to := int(f.Span.From/h.Bucket)+1, int(f.Span.To/h.Bucket)
	if db, api := h.Nodes[1], h.Nodes[0]; db.Name != "db" || blindAlone(db, api, from, to) == 0 {
		t.Errorf("from bucket %d to %d %s was down, and the other node could be asked no better", from, to, db.Name)
	}
}

// blindAlone counts the buckets from one to another in which a node could not be asked
// and the other could.
func blindAlone(node, other history.Node, from, to int) (n int) {
	for i := from; i < to; i++ {
		if node.Buckets[i].Blind && !other.Buckets[i].Blind {
			n++
		}
	}
	return n
}
