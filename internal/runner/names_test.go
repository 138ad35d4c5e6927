package runner

import (
	"strings"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/network"
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
