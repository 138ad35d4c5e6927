package runner

import (
	"strings"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/network"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// Two processes are entries, and the terminals find them by a name: after the failover
// each sends to the backup once its cache has expired, and the sales are in the ledgers
// of both.
func TestTerminalsFollowANameFromOneProcessToAnother(t *testing.T) {
	t.Parallel()
	p := plan(5*time.Second, fault.Event{Kind: fault.Failover, At: 2 * time.Second, Name: "pos", To: "backup"})
	backup := p.Backend.Nodes[0]
	backup.Name = "backup"
	p.Backend.Nodes = append(p.Backend.Nodes, backup)
	p.Backend.Names = []network.Name{{Name: "pos", Node: p.Backend.Nodes[0].Name, Cache: &network.Cache{Distribution: network.Uniform, From: 500 * ms, To: 1500 * ms}}}
	p.Fleet[0].To = "pos"
	h := locally(t, p, func(int, *Run) {})
	if h.Problem != "" || len(h.Disturbed) > 0 {
		t.Fatal(h.Problem, h.Disturbed)
	}
	sum := func(l history.Link, from, to time.Duration) int64 {
		return history.SumLink(l.Buckets, int(from/h.Bucket), int(to/h.Bucket)).Attempts
	}
	old, now := h.Links[0], h.Links[1]
	if old.To != p.Backend.Nodes[0].Name || now.To != "backup" {
		t.Fatalf("the fleet's links lead to %s and %s", old.To, now.To)
	}
	if early, late := sum(now, 0, 2400*ms), sum(old, 3700*ms, 5*time.Second); early != 0 || late != 0 {
		t.Errorf("%d attempts to the backup before any cache can have expired, and %d to the primary after all have", early, late)
	}
	if a, b := sum(old, 0, 2*time.Second), sum(now, 3700*ms, 5*time.Second); a == 0 || b == 0 {
		t.Errorf("%d attempts to the primary, %d to the backup", a, b)
	}
	if f := h.Faults[0]; !f.Applied || !f.Removed || !strings.Contains(f.Evidence, "terminals were seen to send to 'backup' by it") {
		t.Errorf("the failover: %+v", f)
	}
	if a := h.Ledger; !a.Done || a.Lost+a.Duplicated > 0 || a.Entries == 0 {
		t.Errorf("the ledgers: %+v", a)
	}
	if len(h.Nodes) != 2 || h.Nodes[0].Buckets[5].Served == 0 || h.Buckets[len(h.Buckets)-5].Served == 0 {
		t.Error("what the entries served is not what the whole shows")
	}
}

// A process that calls by a name follows it as a whole, and calls the backup while the
// primary is down; it does so again after it was started anew itself, since it is told
// again when the run began.
func TestAProcessFollowsTheNameThatItCalls(t *testing.T) {
	t.Parallel()
	h := locally(t, behind("db", 6*time.Second,
		fault.Event{Kind: fault.Crash, At: 1500 * ms, For: 4 * time.Second, Node: "db-1"},
		fault.Event{Kind: fault.Failover, At: 2 * time.Second, Name: "db", To: "db-2"},
		fault.Event{Kind: fault.Crash, At: 3500 * ms, For: 500 * ms, Node: "app"},
	), func(int, *Run) {})
	if h.Problem != "" || len(h.Disturbed) > 0 {
		t.Fatal(h.Problem, h.Disturbed)
	}
	sum := func(to string, from, until time.Duration) history.LinkBucket {
		for _, l := range h.Links {
			if l.From == "app" && l.To == to {
				return history.SumLink(l.Buckets, int(from/h.Bucket), int(until/h.Bucket))
			}
		}
		t.Fatalf("there is no link to %s in %d links", to, len(h.Links))
		return history.LinkBucket{}
	}
	// The cache keeps the old answer for 500 ms.
	if early, late := sum("db-2", 0, 2400*ms), sum("db-1", 2700*ms, 3400*ms); early.Attempts != 0 || late.Attempts != 0 {
		t.Errorf("%d attempts to the backup before the cache expires, and %d to the primary after that", early.Attempts, late.Attempts)
	}
	if a, b := sum("db-1", 0, 1400*ms), sum("db-2", 2700*ms, 3400*ms); a.Outcomes[retry.OK] == 0 || b.Outcomes[retry.OK] == 0 {
		t.Errorf("%d calls of the primary were answered, and %d of the backup", a.Outcomes[retry.OK], b.Outcomes[retry.OK])
	}
	if b, old := sum("db-2", 4500*ms, 6*time.Second), sum("db-1", 4500*ms, 6*time.Second); b.Outcomes[retry.OK] == 0 || old.Attempts > b.Attempts/10 {
		t.Errorf("after its own restart: %d attempts to the primary, %d calls of the backup answered", old.Attempts, b.Outcomes[retry.OK])
	}
	for _, f := range h.Faults {
		if f.Kind == "failover" && (!f.Applied || !f.Removed) {
			t.Errorf("the failover: %+v", f)
		}
	}
}

// behind is an app that finds its database by a name.
func behind(name string, horizon time.Duration, timeline ...fault.Event) experiment.Plan {
	p := plan(horizon, timeline...)
	app := p.Backend.Nodes[0]
	app.Name = "app"
	app.Calls = []caller.Config{{To: caller.Names{name}, Timeout: 200 * ms}}
	p.Backend.Nodes = []backend.Config{app}
	for _, db := range []string{"db-1", "db-2"} {
		node := plan(horizon).Backend.Nodes[0]
		node.Name = db
		p.Backend.Nodes = append(p.Backend.Nodes, node)
	}
	p.Backend.Names = []network.Name{{Name: name, Node: "db-1", Cache: &network.Cache{From: 500 * ms}}}
	return p
}
