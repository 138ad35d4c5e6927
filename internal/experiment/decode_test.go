package experiment

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/network"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/store"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// friday declares every field that there is.
const friday = `{
  "name": "kounta-friday",
  "fleet": [{
    "cohort": "4.4.1", "terminals": 3000, "to": "pos", "tenants": 1000,
    "hours": {"open": "9h", "close": "1h30m", "closedDays": [1]}, "zones": ["+10h", "-3h30m"],
    "demand": [{"at": "0h", "times": 0.5}, {"at": "12h", "times": 2}],
    "sale": {"every": "10s", "arrival": "regular", "deadline": "30s"},
    "timeout": "2s", "cancel": "run-on", "connections": {"pool": 50},
    "retry": {
      "backoff": "exponential", "base": "500ms", "factor": 1.5, "cap": "10s", "jitter": "proportional", "jitterShare": "10%", "maxAttempts": 5,
      "parallel": 2, "on": ["timeout", "rejected"], "retryAfter": "ignore",
      "budget": {"ratio": "20%", "minPerSecond": 0.5, "tokens": 20},
      "breaker": {"failureRatio": 0.4, "calls": 20, "window": "20s", "open": "5s", "halfOpen": 2}
    },
    "offline": {"capacity": "unbounded", "after": "3s", "jitter": "none", "pace": "100ms",
      "parallel": 4, "order": "any", "payments": false, "businessDate": "sync", "retry": {"backoff": "constant", "base": "5s"}}
  }, {
    "cohort": "4.4.2", "terminals": 100, "sale": {"every": "10s"}, "timeout": "5s", "offline": {}
  }],
  "backend": {"nodes": [{
    "name": "api", "region": "eu", "workers": 64, "service": {"mean": "100ms", "distribution": "lognormal", "sigma": 0.7, "work": "burned"},
    "queue": {"limit": 20000, "discipline": "lifo", "overflow": "drop"}, "slowdown": {"above": 100, "times": 3, "measure": "arrivals"},
    "abandoned": "stop", "deadlinePropagation": true, "shed": {"queue": 500, "retryAfter": "5s", "refusal": "reject"},
    "idempotency": "none", "cpus": 2, "memory": "256MiB", "ledger": false, "warmup": {"for": "30s", "times": 4},
    "calls": [{
      "to": ["db-1", "db-2"], "target": "tenant", "timeout": "1s", "deadline": "5s", "cancel": "run-on", "connections": {"pool": 20},
      "retry": {
        "backoff": "exponential", "base": "50ms", "factor": 1.5, "cap": "1s", "jitter": "proportional", "jitterShare": "10%", "maxAttempts": 5,
        "parallel": 2, "on": ["timeout", "rejected"], "retryAfter": "ignore",
        "budget": {"ratio": "20%", "minPerSecond": 0.5, "tokens": 20},
        "breaker": {"failureRatio": 0.4, "calls": 20, "window": "20s", "open": "5s", "halfOpen": 2}
      }
    }]
  },
  {"name": "db-1", "workers": 8, "service": {"mean": "10ms"}, "disk": {"write": "5ms", "read": "1ms", "syncEvery": "0s", "group": 8}},
  {"name": "db-2", "workers": 8, "service": {"mean": "10ms"}, "replica": {"of": "db-1", "lag": "5s", "writes": "refuse"}}],
  "names": [{"name": "pos", "node": "api", "cache": {"distribution": "loguniform", "from": "5s", "to": "1m"}}], "records": 40},
  "timeline": [
    {"kind": "spike", "at": "30s", "for": "20s", "times": 3, "cohort": "4.4.1"},
    {"kind": "cpu", "at": "60s", "for": "5s", "node": "api", "cpus": 0.2, "flap": {"on": "2s", "off": "1s", "pattern": "drawn"}},
    {"kind": "shed", "at": "62s", "for": "8s", "region": "eu", "share": "25%", "endless": false},
    {"kind": "migrate", "at": "63s", "name": "pos", "to": "db-1", "stages": [{"at": "64s", "share": "97%"}, {"at": "65s", "share": 1}]},
    {"kind": "latency", "at": "62s", "for": "8s", "from": "fleet", "to": "api", "way": "back", "latency": "50ms", "jitter": "10ms"},
    {"kind": "bandwidth", "at": "63s", "for": "2s", "from": "api", "to": "db-1", "rate": "10KB"},
    {"kind": "cut", "at": "64s", "for": "2s", "how": "refuse"},
    {"kind": "failover", "at": "66s", "name": "pos", "to": "db-2", "promote": true}, {"kind": "failback", "at": "67s", "name": "pos", "to": "db-1", "merge": true},
    {"kind": "rollout", "at": "75s", "for": "10s", "from": "4.4.1", "to": "4.4.2", "share": "50%"},
    {"kind": "diskSlow", "at": "61s", "for": "3s", "node": "db-1", "latency": "200ms"},
    {"kind": "diskErrors", "at": "61s", "for": "3s", "node": "db-1", "share": "10%", "of": "reads"},
    {"kind": "crash", "at": "66s", "for": "2s", "node": "db-1", "unsynced": "lost"}
  ],
  "starts": "12h",
  "day": "20h",
  "horizon": "3m",
  "judge": {
    "window": "1s", "hold": 6, "warmup": "5s", "goodput": 0.95, "amplification": 2, "latency": 4, "within": "60s",
    "lag": "50ms", "undelivered": "1%", "cpu": 0.8
  },
  "expect": ["recovered", "degraded"],
  "gate": {"timeToRecoverBelow": "90s", "collapseBelow": "30m", "amplificationBelow": 2.5, "nothingLost": true, "nothingDuplicated": true}
}`

// small declares no more than must be.
const small = `{
  "name": "small",
  "fleet": [{"cohort": "a", "terminals": 100, "sale": {"every": "1s"}, "timeout": "2s"}],
  "backend": {"nodes": [{"workers": 4, "service": {"mean": "100ms"}}]},
  "horizon": "60s"
}`

func fridayPlan() Plan {
	return Plan{
		Fleet: []terminal.Config{{
			Cohort: "4.4.1", Terminals: 3000, To: "pos", Tenants: 1000,
			Hours:   &terminal.Hours{Open: 9 * time.Hour, Close: 90 * time.Minute, ClosedDays: []int{1}},
			Zones:   []terminal.Zone{terminal.Zone(10 * time.Hour), terminal.Zone(-210 * time.Minute)},
			Demand:  []fault.Point{{Times: 0.5}, {At: 12 * time.Hour, Times: 2}},
			Sale:    terminal.Sale{Every: 10 * time.Second, Arrival: terminal.Regular, Deadline: 30 * time.Second},
			Timeout: 2 * time.Second, Cancel: terminal.RunOn, Connections: terminal.Connections{Pool: 50},
			Retry: retry.Config{
				Backoff: retry.Exponential, Base: 500 * time.Millisecond, Factor: 1.5, Cap: 10 * time.Second,
				Jitter: retry.ProportionalJitter, JitterShare: 0.1, MaxAttempts: 5, Parallel: 2, On: []retry.Cause{retry.Timeout, retry.Rejected},
				RetryAfter: retry.IgnoreRetryAfter, Budget: &retry.Budget{Ratio: 0.2, PerSec: 0.5, Tokens: 20},
				Breaker: &retry.Breaker{Ratio: 0.4, Calls: 20, Window: 20 * time.Second, Open: 5 * time.Second, HalfOpen: 2},
			},
			Offline: &terminal.Offline{
				Capacity: field.Unbounded, After: 3 * time.Second, Jitter: terminal.NoSpread, Pace: 100 * time.Millisecond,
				Parallel: 4, Order: terminal.AnyOrder, Payments: new(false), BusinessDate: terminal.BySync,
				Retry: retry.Config{Backoff: retry.Constant, Base: 5 * time.Second},
			},
		}, {
			Cohort: "4.4.2", Terminals: 100, Sale: terminal.Sale{Every: 10 * time.Second}, Timeout: 5 * time.Second,
			Offline: &terminal.Offline{},
		}},
		Backend: Backend{Nodes: []backend.Config{{
			Name: "api", Region: "eu", Workers: 64,
			Service: backend.Service{
				Mean: 100 * time.Millisecond, Distribution: backend.Lognormal, Sigma: 0.7, Work: backend.Burned,
			},
			Queue:    backend.Queue{Limit: 20000, Discipline: backend.LIFO, Overflow: backend.Dropping},
			Slowdown: &backend.Slowdown{Above: 100, Times: 3, Measure: backend.Arrivals}, Abandoned: backend.Stop,
			DeadlinePropagation: true, Shed: &backend.Shed{Queue: new(500), RetryAfter: 5 * time.Second},
			Idempotency: backend.NoKey, CPUs: 2, Memory: 256 << 20, Ledger: new(false),
			Warmup: &backend.Warmup{For: 30 * time.Second, Times: 4},
			Calls: []caller.Config{{
				To: caller.Names{"db-1", "db-2"}, Target: caller.Tenant, Timeout: time.Second, Deadline: 5 * time.Second,
				Cancel: caller.RunOn, Connections: caller.Connections{Pool: 20},
				Retry: retry.Config{
					Backoff: retry.Exponential, Base: 50 * time.Millisecond, Factor: 1.5, Cap: time.Second, Jitter: retry.ProportionalJitter, JitterShare: 0.1,
					MaxAttempts: 5, Parallel: 2, On: []retry.Cause{retry.Timeout, retry.Rejected}, RetryAfter: retry.IgnoreRetryAfter,
					Budget:  &retry.Budget{Ratio: 0.2, PerSec: 0.5, Tokens: 20},
					Breaker: &retry.Breaker{Ratio: 0.4, Calls: 20, Window: 20 * time.Second, Open: 5 * time.Second, HalfOpen: 2},
				},
			}},
		},
			{
				Name: "db-1", Workers: 8, Service: backend.Service{Mean: 10 * time.Millisecond}, Queue: backend.Queue{Limit: 1000},
				Disk: &store.Config{Write: 5 * time.Millisecond, Read: time.Millisecond, Group: 8},
			},
			{
				Name: "db-2", Workers: 8, Service: backend.Service{Mean: 10 * time.Millisecond}, Queue: backend.Queue{Limit: 1000},
				Replica: &backend.Replica{Of: "db-1", Lag: 5 * time.Second, Writes: backend.Refuse},
			},
		}, Names: []network.Name{{
			Name: "pos", Node: "api", Cache: &network.Cache{Distribution: network.Loguniform, From: 5 * time.Second, To: time.Minute},
		}}, Records: 40},
		Timeline: []fault.Event{
			{Kind: fault.Spike, At: 30 * time.Second, For: 20 * time.Second, Times: 3, Cohort: "4.4.1"},
			{Kind: fault.CPU, At: time.Minute, For: 5 * time.Second, Node: "api", CPUs: 0.2, Flap: &fault.Flap{On: 2 * time.Second, Off: time.Second, Pattern: fault.Drawn}},
			{Kind: fault.Shed, At: 62 * time.Second, For: 8 * time.Second, Region: "eu", Share: 0.25},
			{Kind: fault.Migrate, At: 63 * time.Second, Name: "pos", To: "db-1", Stages: []fault.Stage{
				{At: 64 * time.Second, Share: 0.97}, {At: 65 * time.Second, Share: 1},
			}},
			{Kind: fault.Latency, At: 62 * time.Second, For: 8 * time.Second, From: "fleet", To: "api", Way: fault.Back, Latency: 50 * time.Millisecond, Jitter: 10 * time.Millisecond},
			{Kind: fault.Bandwidth, At: 63 * time.Second, For: 2 * time.Second, From: "api", To: "db-1", Way: fault.Both, Rate: 10_000},
			{Kind: fault.Cut, At: 64 * time.Second, For: 2 * time.Second, From: "fleet", To: "api", How: fault.Refuse, Way: fault.Both},
			{Kind: fault.Failover, At: 66 * time.Second, Name: "pos", To: "db-2", Promote: true},
			{Kind: fault.Failback, At: 67 * time.Second, Name: "pos", To: "db-1", Merge: true},
			{Kind: fault.Rollout, At: 75 * time.Second, For: 10 * time.Second, From: "4.4.1", To: "4.4.2", Share: 0.5},
			{Kind: fault.DiskSlow, At: 61 * time.Second, For: 3 * time.Second, Node: "db-1", Latency: 200 * time.Millisecond},
			{Kind: fault.DiskErrors, At: 61 * time.Second, For: 3 * time.Second, Node: "db-1", Share: 0.1, Of: store.Reads},
			{Kind: fault.Crash, At: 66 * time.Second, For: 2 * time.Second, Node: "db-1", Unsynced: fault.Lost},
		},
		Starts:  12 * time.Hour,
		Day:     20 * time.Hour,
		Horizon: 3 * time.Minute,
		Judge: verdict.Config{
			Window: time.Second, Hold: 6, Warmup: 5 * time.Second, Goodput: 0.95, Amplification: 2, Latency: 4,
			Within: time.Minute, Lag: 50 * time.Millisecond, Undelivered: 0.01, CPU: 0.8,
		},
		Expect: Expect{Kinds: []verdict.Kind{verdict.Recovered, verdict.Degraded}},
		Gate: Gate{
			TimeToRecoverBelow: new(90 * time.Second), CollapseBelow: new(30 * time.Minute), AmplificationBelow: new(2.5), NothingLost: true, NothingDuplicated: true,
		},
	}
}

// problems gives what is wrong with a declaration, one "path: problem" each.
func problems(t *testing.T, data string) []string {
	t.Helper()
	_, err := Decode([]byte(data))
	if err == nil {
		return nil
	}
	var all field.List
	if !errors.As(err, &all) {
		t.Fatalf("%v is no field.List", err)
	}
	out := make([]string, len(all))
	for i, e := range all {
		out[i] = e.Error()
	}
	return out
}

func mustDecode(t *testing.T, data string) *Experiment {
	t.Helper()
	e, err := Decode([]byte(data))
	if err != nil {
		t.Fatalf("%v\nin %s", err, data)
	}
	return e
}

// with puts variants or other members into a declaration.
func with(declaration, members string) string {
	return strings.TrimSuffix(strings.TrimSpace(declaration), "}") + ", " + members + "}"
}

func TestEveryFieldIsRead(t *testing.T) {
	plan := fridayPlan().withDefaults()
	want := &Experiment{Name: "kounta-friday", Variants: []Variant{{Name: AsDeclared, Plan: plan}}}
	if diff := cmp.Diff(want, mustDecode(t, friday)); diff != "" {
		t.Errorf("decoded (-want +got):\n%s", diff)
	}
}

func TestDefaultsAreFilledIn(t *testing.T) {
	p := mustDecode(t, with(small, `"timeline": [{"kind": "crash", "at": "10s", "for": "5s"}]`)).Variants[0].Plan
	if got, want := p.Backend.Nodes[0].Name, "backend"; got != want {
		t.Errorf("the node's name is %q, want %q", got, want)
	}
	if got, want := p.Timeline[0].Node, "backend"; got != want {
		t.Errorf("the crash strikes %q, want %q", got, want)
	}
	if got, want := p.Fleet[0].Sale.Deadline, 30*time.Second; got != want {
		t.Errorf("the deadline is %v, want %v", got, want)
	}
	if got, want := p.Backend.Nodes[0].Queue.Limit, field.Limit(1000); got != want {
		t.Errorf("the queue's limit is %v, want %v", got, want)
	}
}

func TestVariantsKeepTheirOrderAndAreMerged(t *testing.T) {
	e := mustDecode(t, with(friday, `"variants": {
		"zebra": {"expect": "healthy"},
		"aardvark": {"fleet": [{"cohort": "b", "terminals": 1, "to": "pos", "sale": {"every": "1s"}, "timeout": "9s"}], "timeline": null},
		"middle": {"judge": {"hold": 9, "window": null}, "horizon": "4m"}
	}`))
	zebra, aardvark, middle := fridayPlan(), fridayPlan(), fridayPlan()
	zebra.Expect = Expect{Kinds: []verdict.Kind{verdict.Healthy}}
	aardvark.Fleet = []terminal.Config{{
		Cohort: "b", Terminals: 1, To: "pos", Sale: terminal.Sale{Every: time.Second}, Timeout: 9 * time.Second,
	}}
	aardvark.Timeline = nil
	middle.Judge.Hold, middle.Judge.Window, middle.Horizon = 9, 0, 4*time.Minute
	want := []Variant{
		{"zebra", zebra.withDefaults()}, {"aardvark", aardvark.withDefaults()}, {"middle", middle.withDefaults()},
	}
	if diff := cmp.Diff(want, e.Variants); diff != "" {
		t.Errorf("variants (-want +got):\n%s", diff)
	}
}

func TestVariantsShareNoMemory(t *testing.T) {
	e := mustDecode(t, with(friday, `"variants": {"a": {}, "b": {}}`))
	e.Variants[0].Fleet[0].Retry.Budget.Tokens = 1
	e.Variants[0].Backend.Nodes[0].Name = "other"
	if diff := cmp.Diff(fridayPlan().withDefaults(), e.Variants[1].Plan); diff != "" {
		t.Errorf("a change of the first variant shows in the second (-want +got):\n%s", diff)
	}
}

func TestABaseMayLeaveToItsVariantsWhatEachDeclares(t *testing.T) {
	base := strings.Replace(small, `"horizon": "60s"`, `"judge": {}`, 1)
	mustDecode(t, with(base, `"variants": {"short": {"horizon": "60s"}, "long": {"horizon": "1d"}}`))
	got := problems(t, with(base, `"variants": {"short": {"horizon": "60s"}, "long": {}, "longer": {}}`))
	want := []string{"horizon: is missing; write how long the run lasts, such as '3m'"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestAVariantIsFoundByItsName(t *testing.T) {
	e := mustDecode(t, with(small, `"variants": {"as it happened": {}, "client 4.4.2": {}}`))
	v, err := e.Variant("client 4.4.2")
	if err != nil || v.Name != "client 4.4.2" {
		t.Errorf("found %q, %v", v.Name, err)
	}
	tests := []struct{ name, want string }{
		{"client 4.4.3", "no such variant: 'client 4.4.3'; did you mean 'client 4.4.2'? the scenario has 'as it happened', 'client 4.4.2'"},
		{"x\x1b[2J", `no such variant: 'x\x1b[2J'; the scenario has 'as it happened', 'client 4.4.2'`},
	}
	for _, tt := range tests {
		_, err := e.Variant(tt.name)
		if !errors.Is(err, ErrNoVariant) || err.Error() != tt.want {
			t.Errorf("Variant(%q) fails with\n%v, want\n%s", tt.name, err, tt.want)
		}
	}
}
