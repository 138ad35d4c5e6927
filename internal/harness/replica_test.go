package harness

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/fault"
)

// mirrored is a gateway before a database and its copy, which turns sales away.
func mirrored() []backend.Config {
	gateway, primary, backup := api(), api(), api()
	gateway.Name, primary.Name, backup.Name = "gateway", "primary", "backup"
	gateway.Calls = []caller.Config{{To: caller.Names{"primary", "backup"}, Target: caller.Tenant, Timeout: time.Second}}
	backup.Replica = &backend.Replica{Of: "primary", Writes: backend.Refuse}
	return []backend.Config{gateway, primary, backup}
}

// has waits until a node's ledger holds so many sales.
func has(t *testing.T, n *node, want int) {
	t.Helper()
	for {
		got, err := n.sales(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(got) >= want {
			if len(got) > want {
				t.Fatalf("%s has %d sales, want %d", n.cfg.Name, len(got), want)
			}
			return
		}
	}
}

func TestWhatACopyIsToDoHoldsOnOverACrash(t *testing.T) {
	t.Parallel()
	s := startAll(t, Local(), mirrored()...)
	primary, backup := s.nodes[1], s.nodes[2]
	selling := func(n *node, sale, want int) {
		t.Helper()
		if got, err := sell(t.Context(), http.DefaultClient, n, sale); err != nil || got != want {
			t.Fatalf("%s answers %d, %v; want %d", n.cfg.Name, got, err, want)
		}
	}
	crash, failover, failback := fault.Event{Kind: fault.Crash, Node: "backup"},
		fault.Event{Kind: fault.Failover, To: "backup", Promote: true}, fault.Event{Kind: fault.Failback, To: "primary", Merge: true}
	selling(primary, 1, 201)
	selling(backup, 2, 503)
	has(t, backup, 1)
	expect(t, s.Inject, crash, "does not answer")
	selling(primary, 2, 201)
	expect(t, s.Lift, crash, "answers")
	selling(backup, 3, 503)
	has(t, backup, 2) // it copies on

	expect(t, s.Inject, crash, "does not answer")
	expect(t, s.Inject, failover, "takes sales and copies no more from its next start on")
	if _, err := s.Inject(t.Context(), failback); err == nil || !strings.Contains(err.Error(), `merge the ledgers of "primary" and "backup"`) {
		t.Errorf("a merge with a node that is down: %v", err)
	}
	expect(t, s.Inject, failover, "from its next start on")
	expect(t, s.Lift, crash, "answers")
	selling(backup, 3, 201)
	selling(backup, 1, 200) // which it has got
	selling(primary, 4, 201)
	has(t, backup, 3)
	expect(t, s.Inject, failback, `copies and turns sales away; 1 sales went to "primary"`)
	has(t, primary, 4)
	has(t, backup, 4)
	selling(backup, 5, 503)
}
