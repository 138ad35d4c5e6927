package sim

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

func drawTime(t *rapid.T, lo, hi time.Duration, name string) time.Duration {
	return time.Duration(rapid.Int64Range(int64(lo/time.Millisecond), int64(hi/time.Millisecond)).Draw(t, name)) * time.Millisecond
}

// drawPlan draws a small plan in which every feature comes into play.
func drawPlan(t *rapid.T) experiment.Plan {
	p := experiment.Plan{Horizon: drawTime(t, 5*time.Second, 90*time.Second, "horizon")}
	for i := range rapid.IntRange(1, 2).Draw(t, "cohorts") {
		p.Fleet = append(p.Fleet, drawCohort(t, []string{"a", "b"}[i]))
	}
	p.Backend.Nodes = drawNodes(t)
	p.Timeline = drawTimeline(t, p.Horizon, p.Backend.Nodes)
	return p
}

// drawNodes draws one node, or several that call each other.
func drawNodes(t *rapid.T) []backend.Config {
	calls := rapid.SampledFrom([][][]caller.Names{ // by node, by link: whom it calls
		{{}},
		{{{"db"}}, {}},
		{{{"app"}}, {{"db"}}, {}},
		{{{"db", "db-2"}}, {}, {}}, // one of the two
		{{{"app"}, {"db"}}, {}, {}},
	}).Draw(t, "calls")
	names := map[int][]string{1: {"api"}, 2: {"api", "db"}, 3: {"api", "app", "db"}}[len(calls)]
	if len(calls[0]) > 0 && len(calls[0][0]) > 1 {
		names = []string{"api", "db", "db-2"}
	}
	var nodes []backend.Config
	for i, name := range names {
		n := drawNode(t, name)
		for _, to := range calls[i] {
			n.Calls = append(n.Calls, drawLink(t, to))
		}
		if name == "app" {
			n.Ledger = new(false) // for the database keeps one
		}
		nodes = append(nodes, n)
	}
	if rapid.Bool().Draw(t, "entry last") {
		slices.Reverse(nodes)
	}
	return nodes
}

// drawLink draws a link. Its tries are few, since those of several layers multiply.
func drawLink(t *rapid.T, to caller.Names) caller.Config {
	c := caller.Config{
		To:          to,
		Timeout:     drawTime(t, 1, 2*time.Second, "link's timeout") + time.Millisecond,
		Deadline:    drawTime(t, 0, 3*time.Second, "link's deadline"),
		Cancel:      rapid.SampledFrom([]caller.Cancellation{caller.CloseConnection, caller.RunOn}).Draw(t, "link's cancel"),
		Connections: caller.Connections{Pool: rapid.SampledFrom([]int{0, 0, 1, 3}).Draw(t, "link's pool")},
		Retry:       drawPolicy(t, true),
	}
	c.Retry.MaxAttempts = min(c.Retry.MaxAttempts, 3)
	if len(to) > 1 {
		c.Target = rapid.SampledFrom([]caller.Target{caller.Tenant, caller.RoundRobin, caller.LeastInFlight}).Draw(t, "target")
	}
	return c
}

func drawCohort(t *rapid.T, name string) terminal.Config {
	c := terminal.Config{
		Cohort: name, Terminals: rapid.IntRange(1, 30).Draw(t, "terminals"),
		Sale: terminal.Sale{
			Every:    drawTime(t, 200*time.Millisecond, 20*time.Second, "every"),
			Arrival:  rapid.SampledFrom([]terminal.Arrival{terminal.Poisson, terminal.Regular}).Draw(t, "arrival"),
			Deadline: drawTime(t, 0, 9*time.Second, "deadline"),
		},
		Timeout:     drawTime(t, 1, 4*time.Second, "timeout") + time.Millisecond,
		Cancel:      rapid.SampledFrom([]terminal.Cancellation{terminal.CloseConnection, terminal.RunOn}).Draw(t, "cancel"),
		Connections: terminal.Connections{Pool: rapid.SampledFrom([]int{0, 0, 1, 3}).Draw(t, "pool")},
		Retry:       drawPolicy(t, true),
	}
	if rapid.Bool().Draw(t, "offline") {
		c.Offline = &terminal.Offline{
			Capacity: field.Limit(rapid.IntRange(0, 5).Draw(t, "capacity")),
			After:    drawTime(t, 0, 4*time.Second, "after"), Pace: drawTime(t, 0, time.Second, "pace"),
			Retry: drawPolicy(t, false),
		}
	}
	return c
}

func drawPolicy(t *rapid.T, own bool) retry.Config {
	c := retry.Config{
		Backoff: retry.Backoff(rapid.IntRange(0, 4).Draw(t, "backoff")),
	}
	if c.Backoff == retry.None {
		return c
	}
	c.MaxAttempts = rapid.SampledFrom([]field.Limit{0, 1, 2, 7, field.Unbounded}).Draw(t, "attempts")
	if c.Backoff >= retry.Constant {
		c.Base = drawTime(t, 1, 2*time.Second, "base") + time.Millisecond
		c.Jitter = retry.Jitter(rapid.IntRange(0, 5).Draw(t, "jitter"))
	}
	if own {
		c.Parallel = rapid.IntRange(0, 2).Draw(t, "parallel")
		if rapid.Bool().Draw(t, "budget") {
			c.Budget = &retry.Budget{Ratio: 0.2, PerSec: 0.1, Tokens: 3}
		}
		if rapid.Bool().Draw(t, "breaker") {
			c.Breaker = &retry.Breaker{Calls: 3, Window: 5 * time.Second, Open: 2 * time.Second}
		}
	}
	return c
}

func drawNode(t *rapid.T, name string) backend.Config {
	n := backend.Config{
		Name: name, Workers: rapid.SampledFrom([]field.Limit{1, 2, 5, 8, field.Unbounded}).Draw(t, "workers"),
		Service: backend.Service{
			Mean:         drawTime(t, 1, 800*time.Millisecond, "mean") + time.Millisecond,
			Distribution: backend.Distribution(rapid.IntRange(0, 2).Draw(t, "law")),
			Work:         backend.Work(rapid.IntRange(0, 1).Draw(t, "work")),
		},
		Queue: backend.Queue{
			Limit:      rapid.SampledFrom([]field.Limit{field.None, 1, 10, field.Unbounded}).Draw(t, "limit"),
			Discipline: backend.Discipline(rapid.IntRange(0, 1).Draw(t, "discipline")),
			Overflow:   backend.Refusal(rapid.IntRange(0, 1).Draw(t, "overflow")),
		},
		Abandoned:           backend.Abandoned(rapid.IntRange(0, 1).Draw(t, "abandoned")),
		DeadlinePropagation: rapid.Bool().Draw(t, "deadlines"),
		Idempotency:         backend.Idempotency(rapid.IntRange(0, 1).Draw(t, "key")),
		CPUs:                rapid.SampledFrom([]float64{0, 1.5, 3}).Draw(t, "cpus"),
	}
	if rapid.Bool().Draw(t, "sheds") && n.Workers != field.Unbounded {
		n.Shed = &backend.Shed{Queue: new(rapid.IntRange(0, 1).Draw(t, "shed")), RetryAfter: drawTime(t, 0, 3*time.Second, "after")}
		if n.Shed.RetryAfter == 0 {
			n.Shed.Refusal = backend.Refusal(rapid.IntRange(0, 1).Draw(t, "refusal"))
		}
	}
	if rapid.Bool().Draw(t, "slows") {
		n.Slowdown = new(rapid.SampledFrom([]backend.Slowdown{
			{Above: 3, Times: 4}, {PerRequest: 0.1}, {Steps: []backend.Step{{Above: 2, Times: 2}, {Above: 5, Times: 9}}},
		}).Draw(t, "slowdown"))
		n.Slowdown.Measure = backend.Measure(rapid.IntRange(0, 1).Draw(t, "measure"))
	}
	return n
}

// drawTimeline draws up to three triggers, one after another.
func drawTimeline(t *rapid.T, horizon time.Duration, nodes []backend.Config) []fault.Event {
	var list []fault.Event
	at := time.Duration(0)
	for range rapid.IntRange(0, 3).Draw(t, "triggers") {
		at += drawTime(t, 1, horizon/4, "pause") + time.Millisecond
		struck := rapid.SampledFrom(nodes).Draw(t, "struck")
		e := fault.Event{At: at, For: drawTime(t, 1, horizon/4, "for") + time.Millisecond}
		kinds := []fault.Kind{fault.Spike, fault.Crash, fault.Freeze}
		if struck.CPUs > 0 {
			kinds = append(kinds, fault.CPU)
		}
		switch e.Kind = rapid.SampledFrom(kinds).Draw(t, "kind"); e.Kind {
		case fault.Spike:
			e.Times = rapid.SampledFrom([]float64{0.5, 4, 10}).Draw(t, "times")
		case fault.CPU:
			e.CPUs = rapid.SampledFrom([]float64{0.1, 1}).Draw(t, "left")
		}
		if e.Kind != fault.Spike {
			e.Node = struck.Name
		}
		if at = e.End(); at >= horizon {
			break
		}
		list = append(list, e)
	}
	if rapid.Bool().Draw(t, "operator") { // under whatever else there is
		e := fault.Event{Kind: fault.Shed, Node: rapid.SampledFrom(nodes).Draw(t, "ordered").Name, Share: 0.5, At: drawTime(t, 1, horizon/2, "shed at"), For: drawTime(t, 1, horizon/3, "shed for")}
		list = append(list, e)
	}
	return append(list, drawLinkFaults(t, horizon, nodes)...)
}

// drawLinkFaults draws faults of different kinds on one link, that of the fleet or one
// between nodes.
func drawLinkFaults(t *rapid.T, horizon time.Duration, nodes []backend.Config) (list []fault.Event) {
	var link fault.Event
	if n := rapid.SampledFrom(nodes).Draw(t, "caller"); len(n.Calls) > 0 && rapid.Bool().Draw(t, "inner") {
		link.From, link.To = n.Name, n.Calls[0].To[0]
	}
	for _, kind := range []fault.Kind{fault.Cut, fault.Latency, fault.Loss, fault.Bandwidth, fault.Reset} {
		if rapid.IntRange(0, 3).Draw(t, kind.String()) > 0 {
			continue
		}
		e := link
		e.Kind, e.At, e.For = kind, drawTime(t, 1, horizon/2, "link at"), drawTime(t, 1, horizon/3, "link for")
		e.Way = rapid.SampledFrom([]fault.Way{fault.Both, fault.There, fault.Back}).Draw(t, "way")
		switch kind {
		case fault.Cut:
			if e.How = rapid.SampledFrom([]fault.How{fault.Drop, fault.Refuse}).Draw(t, "how"); e.How == fault.Refuse {
				e.Way = fault.Both
			}
		case fault.Latency:
			e.Latency = drawTime(t, 1, time.Second, "latency")
			e.Jitter = e.Latency / 2
		case fault.Loss, fault.Reset:
			e.Share = 0.3
		case fault.Bandwidth:
			e.Rate = 10_000
		}
		list = append(list, e)
	}
	return list
}
