package sim

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/network"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// pair is a primary and a backup behind a name to which terminals send often.
func pair(cache *network.Cache, timeline ...fault.Event) experiment.Plan {
	p := experiment.Plan{
		Fleet: []terminal.Config{{
			Cohort: "shop", Terminals: 500, To: "pos", Sale: terminal.Sale{Every: 500 * time.Millisecond, Arrival: terminal.Regular}, Timeout: 5 * time.Second,
		}},
		Timeline: timeline, Horizon: 2 * time.Minute,
	}
	for _, name := range []string{"primary", "backup"} {
		p.Backend.Nodes = append(p.Backend.Nodes, backend.Config{Name: name, Workers: field.Unbounded, Service: backend.Service{Mean: time.Millisecond}})
	}
	p.Backend.Names = []network.Name{{Name: "pos", Node: "primary", Cache: cache}}
	return p
}

// share is the part of the fleet's attempts in a span of seconds that went over the
// link to a node.
func share(h *history.History, to string, from, until int) float64 {
	var there, all int64
	for _, l := range h.Links {
		if l.From == history.Fleet {
			n := history.SumLink(l.Buckets, from, until).Attempts
			all += n
			if l.To == to {
				there += n
			}
		}
	}
	return float64(there) / float64(all)
}

// A cache whose entries live from 0 to 40 s spreads the fleet's switch over that time:
// after t s a share of t/40 has switched.
func TestTheFleetFollowsANameAsItsCachesExpire(t *testing.T) {
	p := pair(&network.Cache{Distribution: network.Uniform, To: 40 * time.Second}, fault.Event{Kind: fault.Failover, At: 60 * time.Second, Name: "pos", To: "backup"})
	h := Run(context.Background(), Config{Plan: valid(t, p), Seed: 2, Bucket: time.Second})
	if h.Problem != "" {
		t.Fatal(h.Problem)
	}
	for from, want := range map[int]float64{0: 0, 59: 0, 69: 9.5 / 40, 79: 19.5 / 40, 89: 29.5 / 40, 100: 1, 119: 1} {
		// 500 terminals, each one's choice the same throughout the second.
		if got := share(h, "backup", from, from+1); math.Abs(got-want) > 5*math.Sqrt(want*(1-want)/500) {
			t.Errorf("in second %d a share of %.3f goes to the backup, want %.3f", from, got, want)
		}
	}
	var links, whole history.LinkBucket
	for _, l := range h.Links {
		sum := history.SumLink(l.Buckets, 0, len(l.Buckets))
		links.Add(&sum)
	}
	one := h.FleetLink("all")
	whole = history.SumLink(one.Buckets, 0, len(one.Buckets))
	if links != whole {
		t.Errorf("over both links went %+v, want what the whole shows: %+v", links, whole)
	}
	if f := h.Faults[0]; !f.Applied || !f.Removed || !strings.HasPrefix(f.Evidence, "500 of 500 terminals were seen to send to 'backup' by it: the first at 60.") {
		t.Errorf("the failover: %+v", f)
	}
}

func TestAMigrationMovesTenantsStageByStage(t *testing.T) {
	p := pair(nil, fault.Event{Kind: fault.Migrate, At: 30 * time.Second, Name: "pos", To: "backup", Stages: []fault.Stage{
		{At: 40 * time.Second, Share: 0.5}, {At: 80 * time.Second, Share: 0.97},
	}})
	h := Run(context.Background(), Config{Plan: valid(t, p), Seed: 2, Bucket: time.Second})
	for from, want := range map[int]float64{30: 0, 41: 0.5, 79: 0.5, 81: 0.97, 110: 0.97} {
		if got := share(h, "backup", from, from+1); math.Abs(got-want) > 5*math.Sqrt(want*(1-want)/500) {
			t.Errorf("in second %d a share of %.3f goes to the new node, want %.3f", from, got, want)
		}
	}
}

// A node has one cache for all its requests: it switches as a whole.
func TestANodeThatCallsByANameSwitchesAsAWhole(t *testing.T) {
	p := pair(&network.Cache{From: 10 * time.Second}, fault.Event{Kind: fault.Failover, At: 60 * time.Second, Name: "pos", To: "backup"})
	p.Fleet[0].To = ""
	p.Backend.Nodes = append([]backend.Config{{
		Name: "app", Workers: field.Unbounded, Service: backend.Service{Mean: time.Millisecond},
		Calls: []caller.Config{{To: caller.Names{"pos"}, Timeout: time.Second, Retry: retry.Config{}}},
	}}, p.Backend.Nodes...)
	h := Run(context.Background(), Config{Plan: valid(t, p), Seed: 2, Bucket: time.Second})
	if h.Problem != "" || len(h.Links) != 3 {
		t.Fatalf("%q, %d links", h.Problem, len(h.Links))
	}
	old, now := &h.Links[1], &h.Links[2]
	if n := history.SumLink(old.Buckets, 70, 120).Attempts + history.SumLink(now.Buckets, 0, 70).Attempts; n != 0 {
		t.Errorf("%d attempts went to the wrong node", n)
	}
	if a, b := history.SumLink(old.Buckets, 0, 70).Attempts, history.SumLink(now.Buckets, 70, 120).Attempts; a < 50_000 || b < 30_000 {
		t.Errorf("%d attempts before and %d after", a, b)
	}
}

func TestAPoolIsOneOfEachNode(t *testing.T) {
	p := pair(&network.Cache{Distribution: network.Uniform, To: 40 * time.Second}, fault.Event{Kind: fault.Freeze, At: 50 * time.Second, For: 40 * time.Second, Node: "primary"},
		fault.Event{Kind: fault.Failover, At: 51 * time.Second, Name: "pos", To: "backup"})
	p.Fleet[0].Connections.Pool = 20
	h := Run(context.Background(), Config{Plan: valid(t, p), Seed: 2, Bucket: time.Second})
	// The frozen primary holds its 20 connections; those to the backup are others.
	sum := history.LinkBucket{}
	for _, l := range h.Links {
		if l.To == "backup" {
			sum = history.SumLink(l.Buckets, 60, 90)
		}
	}
	if ok := sum.Outcomes[retry.OK]; ok < 10_000 {
		t.Errorf("the backup acknowledged %d attempts while the primary stood still", ok)
	}
}

func TestAFaultOnARegionStrikesEachOfItsNodes(t *testing.T) {
	p := pair(nil, fault.Event{Kind: fault.Failover, At: 90 * time.Second, Name: "pos", To: "backup"},
		fault.Event{Kind: fault.Crash, At: 40 * time.Second, For: 10 * time.Second, Region: "eu"})
	p.Backend.Nodes[0].Region, p.Backend.Nodes[1].Region = "eu", "eu"
	r := newRun(&Config{Plan: valid(t, p), Seed: 2, Bucket: time.Second})
	r.cfg.Limits.Events, r.limit = 1e7, 1e7
	r.start()
	r.loop(context.Background())
	h := r.history()
	var struck []string
	for _, f := range h.Faults {
		if f.Kind == "crash" {
			struck = append(struck, f.Node)
		}
	}
	if len(struck) != 2 || struck[0] != "primary" || struck[1] != "backup" {
		t.Errorf("struck %v", struck)
	}
	if got := history.Sum(h.Buckets, 41, 49); got.Good != 0 {
		t.Errorf("%d sales were completed while the region was down", got.Good)
	}
}
