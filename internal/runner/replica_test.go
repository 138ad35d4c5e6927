package runner

import (
	"strings"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// standby is an app that finds its database by a name, and a copy of the database that is
// 500 ms behind and turns sales away until it is promoted. There are 40 sales a second, so
// few that a busy machine keeps up.
func standby(horizon time.Duration, timeline ...fault.Event) experiment.Plan {
	p := behind("db", horizon, append([]fault.Event{{Kind: fault.Crash, At: 1500 * ms, For: time.Second, Node: "db-1"}}, timeline...)...)
	p.Fleet[0].Sale.Every = 500 * ms
	p.Backend.Nodes[0].Calls[0].Timeout = time.Second
	p.Backend.Names[0].Cache = nil
	p.Backend.Nodes[0].Workers = field.Unbounded
	p.Backend.Nodes[2].Replica = &backend.Replica{Of: "db-1", Lag: 500 * ms, Writes: backend.Refuse}
	p.Backend.Records = 5
	return p
}

func order(kind fault.Kind, at time.Duration, to string) fault.Event {
	return fault.Event{Kind: kind, At: at, Name: "db", To: to, Promote: kind == fault.Failover, Merge: kind == fault.Failback}
}

// whole gives a history whose run had no problem.
func whole(t *testing.T, p experiment.Plan) *history.History {
	t.Helper()
	h := locally(t, p, func(int, *Run) {})
	if h.Problem != "" || len(h.Disturbed) > 0 || !h.Ledger.Done {
		t.Fatal(h.Problem, h.Disturbed, h.Ledger.Failure)
	}
	return h
}

// between sums up what the fleet counted in a span.
func between(h *history.History, from, to time.Duration) history.Bucket {
	return history.Sum(h.Buckets, int(from/h.Bucket), int(to/h.Bucket))
}

// The database took 20 sales in the 500 ms before it crashed, which the copy lacks for
// good, since what is promoted copies no more.
func TestAPromotedProcessLacksWhatTheLagHeldBack(t *testing.T) {
	h := whole(t, standby(4*time.Second, order(fault.Failover, 1800*ms, "db-2")))
	if a := h.Ledger; a.Behind < 5 || a.Behind > 40 || a.Conflicts != 0 || a.Duplicated != 0 || a.Lost != 0 {
		t.Errorf("%+v, want about 20 sales behind and nothing else", a)
	}
	if n := between(h, 2200*ms, 4*time.Second).Good; n < 20 {
		t.Errorf("%d sales were recorded by the promoted copy", n)
	}
	for _, f := range h.Faults {
		if f.Kind == "failover" && (!f.Applied || !strings.Contains(f.Evidence, `node "db-2" takes sales and copies no more`)) {
			t.Errorf("the failover: %+v", f)
		}
	}
}

// A copy that was started again is told what it is, and copies on.
func TestAProcessThatIsACopyTurnsSalesAwayAsReadOnly(t *testing.T) {
	only := order(fault.Failover, 1800*ms, "db-2")
	only.Promote = false
	h := whole(t, standby(7*time.Second, only, fault.Event{Kind: fault.Crash, At: 2200 * ms, For: 300 * ms, Node: "db-2"}))
	sum := between(h, 2200*ms, 7*time.Second)
	if sum.Good != 0 || sum.Outcomes[retry.ReadOnly] < 10 || sum.Outcomes[retry.Rejected] != 0 {
		t.Errorf("%d sales completed, %d attempts found it read-only, %d were turned away otherwise", sum.Good, sum.Outcomes[retry.ReadOnly], sum.Outcomes[retry.Rejected])
	}
	// The database is up again from 2.5 s on, and nobody has sold since.
	if a := h.Ledger; a.Behind != 0 || a.Entries < 30 || a.Duplicated != 0 {
		t.Errorf("%+v, want that the copy has all", a)
	}
}

func TestProcessesHaveAllSalesAfterAMerge(t *testing.T) {
	h := whole(t, standby(9*time.Second, order(fault.Failover, 1800*ms, "db-2"), order(fault.Failback, 7*time.Second, "db-1")))
	// Again it is what was sold in the last 500 ms.
	if a := h.Ledger; a.Behind < 5 || a.Behind > 40 || a.Duplicated != 0 || a.Lost != 0 {
		t.Errorf("%+v, want about 20 sales behind", a)
	}
	if n := between(h, 7500*ms, 9*time.Second).Good; n < 20 {
		t.Errorf("%d sales were recorded after the failback", n)
	}
	for _, f := range h.Faults {
		if f.Kind == "failback" && (!f.Applied || !strings.Contains(f.Evidence, "copies and turns sales away; ") || strings.Contains(f.Evidence, "; 0 sales went")) {
			t.Errorf("the failback: %+v", f)
		}
	}
}

// A copy that takes sales goes on to copy where nothing is promoted; the records that it
// wrote meanwhile, of the one tenant there is, are written by its original, too.
func TestProcessesThatBothTakeSalesAreInConflict(t *testing.T) {
	there, back := order(fault.Failover, 1500*ms, "db-2"), order(fault.Failback, 2500*ms, "db-1")
	there.Promote, back.Merge = false, false
	p := standby(4*time.Second, there, back)
	p.Timeline = p.Timeline[1:]
	p.Backend.Nodes[2].Replica.Writes = backend.Accept
	p.Fleet[0].Tenants = 1
	h := whole(t, p)
	if a := h.Ledger; a.Conflicts != 5 || a.Behind < 5 || a.Behind > 40 || a.Duplicated != 0 {
		t.Errorf("%+v, want all 5 records in conflict, and about 20 sales behind", a)
	}
}
