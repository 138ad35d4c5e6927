package sim

import (
	"context"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/network"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// standby is a primary with a copy that is 2 s behind. 500 terminals sell twice a second.
func standby(writes backend.Writes, cache *network.Cache, timeline ...fault.Event) experiment.Plan {
	p := pair(cache, timeline...)
	p.Fleet[0].Retry = retry.Config{Backoff: retry.Constant, Base: time.Second, MaxAttempts: 30}
	p.Backend.Nodes[1].Replica = &backend.Replica{Of: "primary", Lag: 2 * time.Second, Writes: writes}
	p.Backend.Records = 20
	return p
}

func ran(t *testing.T, p experiment.Plan) *history.History {
	t.Helper()
	h := Run(context.Background(), Config{Plan: valid(t, p), Seed: 2, Bucket: time.Second})
	if h.Problem != "" {
		t.Fatal(h.Problem)
	}
	return h
}

func order(kind fault.Kind, at time.Duration, to string) fault.Event {
	return fault.Event{Kind: kind, At: at, Name: "pos", To: to}
}

var over = fault.Event{Kind: fault.Crash, At: 40 * time.Second, For: 40 * time.Second, Node: "primary"}

// What the primary took in its last 2 s, 1000 sales a second, is not in the copy.
func TestAPromotedCopyLacksWhatTheLagHeldBack(t *testing.T) {
	promote := order(fault.Failover, 45*time.Second, "backup")
	promote.Promote = true
	h := ran(t, standby(backend.Refuse, nil, over, promote))
	if a := h.Ledger; a.Behind < 1900 || a.Behind > 2100 || a.Conflicts != 0 || a.Duplicated != 0 {
		t.Errorf("%+v, want about 2000 sales behind and nothing else", a)
	}
	if n := history.Sum(h.Buckets, 50, 120).Outcomes[retry.ReadOnly]; n != 0 {
		t.Errorf("the promoted copy turned %d attempts away", n)
	}
}

func TestACopyThatTakesNoWritesTurnsThemAwayUntilItIsPromoted(t *testing.T) {
	p := standby(backend.Refuse, nil, over, order(fault.Failover, 45*time.Second, "backup"))
	p.Fleet[0].Retry.MaxAttempts = 3 // all of them are turned away
	h := ran(t, p)
	sum := history.Sum(h.Buckets, 50, 120)
	if sum.Good != 0 || sum.Outcomes[retry.ReadOnly] == 0 {
		t.Errorf("%d sales completed and %d attempts turned away at a copy that takes no writes", sum.Good, sum.Outcomes[retry.ReadOnly])
	}
	var arrived, rejected int64
	for _, b := range h.Nodes[1].Buckets {
		arrived += b.Arrived
		rejected += b.Rejected
	}
	if arrived != rejected || arrived == 0 {
		t.Errorf("%d requests arrived at it and %d were turned away", arrived, rejected)
	}
}

// With caches that expire at their own time, tenants write on both nodes at once; a
// tenant with one terminal writes on one of them at a time, and one of several on both.
func TestNodesThatBothTakeWritesConflictUntilTheyAreMerged(t *testing.T) {
	cache := &network.Cache{Distribution: network.Uniform, To: 30 * time.Second}
	promote, merge := order(fault.Failover, 30*time.Second, "backup"), order(fault.Failback, 80*time.Second, "primary")
	promote.Promote, merge.Merge = true, true
	apart := ran(t, standby(backend.Accept, cache, promote))
	if a := apart.Ledger; a.Conflicts == 0 || a.Behind == 0 {
		t.Errorf("two ledgers that take writes apart: %+v", a)
	}
	merged := ran(t, standby(backend.Accept, cache, promote, merge))
	// What the primary took in the last 2 s is never there yet.
	if a := merged.Ledger; a.Conflicts < apart.Ledger.Conflicts || a.Behind > 2100 {
		t.Errorf("merged: %+v, apart: %+v", a, apart.Ledger)
	}
	// What the primary had in hand at the switch, a sale or two, is written after it.
	if a := ran(t, standby(backend.Accept, nil, promote)).Ledger; a.Conflicts > 10 {
		t.Errorf("where all switch at once: %+v", a)
	}
}

// The primary takes 3 s for a sale of which its terminal waits 1 s, and that it tries
// again 4 s later. After the switch the copy knows what was recorded 100 ms before it;
// only what the primary had still in hand is recorded twice, 3 s of 1000 sales each.
func TestACopyRecordsNoSaleThatItHasGot(t *testing.T) {
	promote := order(fault.Failover, 45*time.Second, "backup")
	promote.Promote = true
	p := standby(backend.Refuse, nil, promote)
	p.Fleet[0].Timeout, p.Fleet[0].Retry.Base = time.Second, 4*time.Second
	p.Backend.Nodes[0].Service.Mean, p.Backend.Nodes[1].Replica.Lag = 3*time.Second, 100*time.Millisecond
	if a := ran(t, p).Ledger; a.Duplicated < 2700 || a.Duplicated > 3300 {
		t.Errorf("%+v, want about 3000 sales recorded twice", a)
	}
}
