package sim

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/node"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// evening is a fleet of shops at eight in the evening: the backend goes down ten
// minutes later and comes back when they have closed at nine. They open at nine in
// the morning.
func evening() experiment.Plan {
	return experiment.Plan{
		Starts: 20 * time.Hour,
		Fleet: []terminal.Config{{
			Cohort: "shops", Terminals: 40, Tenants: 10, Timeout: 2 * time.Second,
			Sale:    terminal.Sale{Every: time.Minute},
			Hours:   &terminal.Hours{Open: 9 * time.Hour, Close: 21 * time.Hour},
			Offline: &terminal.Offline{Capacity: field.Unbounded, Retry: retry.Config{Backoff: retry.Constant, Base: time.Minute}},
		}},
		Backend: experiment.Backend{Nodes: []backend.Config{{
			Name: "api", Workers: 10, Service: backend.Service{Mean: 10 * time.Millisecond},
		}}},
		Timeline: []fault.Event{{Kind: fault.Crash, At: 10 * time.Minute, For: 2 * time.Hour, Node: "api"}},
		Horizon:  14 * time.Hour,
	}
}

func runEvening(t *testing.T, change func(*experiment.Plan)) *history.History {
	t.Helper()
	p := evening()
	change(&p)
	p = valid(t, p)
	h := Run(context.Background(), Config{Plan: p, Seed: 1, Bucket: time.Minute})
	if h.Problem != "" {
		t.Fatal(h.Problem)
	}
	sum, last := history.Sum(h.Buckets, 0, len(h.Buckets)), h.Buckets[len(h.Buckets)-1]
	if got := sum.Good + sum.Late + sum.Failed + sum.TurnedAway + last.Pending + last.Unsynced; got != sum.Demand {
		t.Errorf("%d sales are accounted for, %d were brought", got, sum.Demand)
	}
	return h
}

func TestClosedShopsSendNothingAndSyncWhenTheyOpen(t *testing.T) {
	h := runEvening(t, func(*experiment.Plan) {})
	closed := history.Sum(h.Buckets, 61, 13*60)
	if closed.Demand+closed.Attempts != 0 {
		t.Errorf("%d sales and %d attempts while the shops are closed", closed.Demand, closed.Attempts)
	}
	night, morning := h.Buckets[12*60], h.Buckets[13*60+30]
	if night.Red != 40 || night.Unsynced < 1000 || morning.Red+morning.Unsynced != 0 {
		t.Errorf("at night %d logos are red for %d sales, in the morning %d for %d", night.Red, night.Unsynced, morning.Red, morning.Unsynced)
	}
	if h.Ledger.Misdated != 0 {
		t.Errorf("%d sales are misdated, though their date travels with them", h.Ledger.Misdated)
	}
	until, longest := h.Logos.RedUntil, h.Logos.LongestRed
	if until < 13*time.Hour || until > 13*time.Hour+30*time.Minute || longest > until-10*time.Minute || longest < until-15*time.Minute {
		t.Errorf("the last logo is red until %v, one store for %v", until, longest)
	}
}

func TestSalesAreMisdatedWhereTheDateIsThatOfTheSync(t *testing.T) {
	h := runEvening(t, func(p *experiment.Plan) { p.Fleet[0].Offline.BusinessDate = terminal.BySync })
	night := h.Buckets[12*60].Unsynced
	if h.Ledger.Misdated != night {
		t.Errorf("%d sales are misdated, want the %d that waited over night", h.Ledger.Misdated, night)
	}
}

func TestCustomersAreTurnedAwayWhereNobodyCanPayOffline(t *testing.T) {
	h := runEvening(t, func(p *experiment.Plan) { p.Fleet[0].Offline.Payments = new(false) })
	down := history.Sum(h.Buckets, 11, 60)
	if down.TurnedAway < down.Demand-5 || h.Logos != (history.Logos{}) {
		t.Errorf("%d of %d customers are turned away, logos %+v", down.TurnedAway, down.Demand, h.Logos)
	}
}

func TestARolloutMovesTheFleetToItsOtherClient(t *testing.T) {
	h := runEvening(t, func(p *experiment.Plan) {
		old := p.Fleet[0]
		old.Cohort, old.Tenants, old.Hours, old.Offline = "old", 0, nil, nil
		p.Fleet[0].Terminals, p.Fleet[0].Tenants = 0, 0
		p.Fleet = append(p.Fleet, old)
		p.Timeline[0].At = 4 * time.Hour
		p.Timeline = append(p.Timeline, fault.Event{Kind: fault.Rollout, At: time.Hour, For: 4 * time.Hour, From: "old", To: "shops", Share: 0.5})
	})
	down := history.Sum(h.Buckets, 5*60+5, 6*60-5)
	if parked := float64(down.Parked) / float64(down.Demand); parked < 0.4 || parked > 0.6 || down.Failed+down.Parked < down.Demand-5 {
		t.Errorf("of %d sales %d are parked and %d fail, want half and half", down.Demand, down.Parked, down.Failed)
	}
}

// The demand is twice as high in the zone that is two hours ahead, where it is past ten.
func TestDemandFollowsTheLocalTime(t *testing.T) {
	p := calm(0.3, retry.Config{}, backend.Constant)
	p.Starts = 8 * time.Hour
	p.Fleet[0].Zones = []terminal.Zone{0, terminal.Zone(2 * time.Hour)}
	p.Fleet[0].Demand = []fault.Point{{Times: 1}, {At: 10 * time.Hour, Times: 2}}
	h := Run(context.Background(), Config{Plan: valid(t, p), Seed: 1})
	got := float64(history.Sum(h.Buckets, 0, len(h.Buckets)).Demand) / (p.Demand() * p.Horizon.Seconds())
	if got < 1.42 || got > 1.58 {
		t.Errorf("the demand is %.2f times the usual, want 1.5", got)
	}
}

// All terminals of a tenant go to the node that has its shard.
func TestATenantsTerminalsGoToOneShard(t *testing.T) {
	p := evening()
	p.Fleet[0].Tenants, p.Fleet[0].Hours, p.Horizon = 2, nil, 5*time.Minute
	p.Timeline = nil
	p.Backend.Nodes[0].Calls = []caller.Config{{To: caller.Names{"a", "b"}, Target: caller.Tenant, Timeout: time.Second}}
	for _, name := range []string{"a", "b"} {
		p.Backend.Nodes = append(p.Backend.Nodes, backend.Config{Name: name, Workers: 5, Service: backend.Service{Mean: time.Millisecond}})
	}
	cfg := Config{Plan: valid(t, p), Seed: 1, Bucket: time.Minute, Limits: Limits{Events: defaultEvents}}
	r := newRun(&cfg)
	got := map[string]map[uint32]bool{"api": {}, "a": {}, "b": {}}
	r.spy = func(_ time.Duration, i uint8, ev node.Event, _ []node.Effect) {
		if ev.Kind == node.Arrive {
			got[r.graph.Name(int(i))][ev.Tenant] = true
		}
	}
	r.start()
	r.loop(context.Background())
	want := map[string]map[uint32]bool{"api": {0: true, 1: true}, "a": {0: true}, "b": {1: true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tenants by node (-want +got):\n%s", diff)
	}
}
