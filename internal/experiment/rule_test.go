package experiment

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// timeline puts triggers into the small declaration.
func timeline(events string) edit {
	return edit{`"horizon"`, `"timeline": [` + events + `], "horizon"`}
}

var twoCPUs = edit{`"workers": 4`, `"workers": 4, "cpus": 2`}

const oneNode = `{"workers": 4, "service": {"mean": "100ms"}}`

var brokenRules = []struct {
	name  string
	edits []edit
	want  []string
}{
	{"no cohort", []edit{{`[{"cohort": "a", "terminals": 100, "sale": {"every": "1s"}, "timeout": "2s"}]`, `[]`}}, []string{
		"fleet: is empty; declare at least one cohort of terminals",
	}},
	{"cohorts of one name", []edit{{`"fleet": [`, `"fleet": [{"cohort": "a", "terminals": 1, "sale": {"every": "1s"}, "timeout": "1s"}, `}}, []string{
		"fleet[1].cohort: 'a' is the name of fleet[0] already; write another",
	}},
	{"cohort that cannot be printed", []edit{{`"cohort": "a"`, `"cohort": "a\u0007"`}}, []string{
		"fleet[0].cohort: has characters that cannot be printed; write 1 to 64 printable ones",
	}},
	{"too many terminals", []edit{
		{`"fleet": [`, `"fleet": [{"cohort": "b", "terminals": 999991, "sale": {"every": "1s"}, "timeout": "1s"}, `},
	}, []string{"fleet: has more than 1000000 terminals in all; at most that many are supported"}},
	{"too much demand", []edit{{`"every": "1s"`, `"every": "1ms"`}, {`"terminals": 100`, `"terminals": 10001`}}, []string{
		"fleet: brings 1e+07 sales per second at 0s; at most 10000000 are supported",
	}},
	{"too much demand in spikes together", []edit{
		timeline(`{"kind": "spike", "at": "5s", "for": "9s", "times": 1000}, {"kind": "spike", "at": "6s", "for": "2s", "times": 900}`),
	}, []string{"fleet: brings 9e+07 sales per second at 6s; at most 10000000 are supported"}},
	{"no node", []edit{{oneNode, ``}}, []string{"backend.nodes: is empty; declare the node that the fleet talks to"}},
	{"no backend", []edit{{`"backend": {"nodes": [` + oneNode + `]},`, ``}}, []string{
		"backend.nodes: is empty; declare the node that the fleet talks to",
	}},
	{"two nodes", []edit{{oneNode, oneNode + `, {"name": "backend", "workers": 4, "service": {"mean": "1s"}}`}}, []string{
		"backend.nodes[1].name: 'backend' is the name of backend.nodes[0] already; write another",
	}},
	{"endless", []edit{{`"60s"`, `"30d1s"`}}, []string{"horizon: is 720h0m1s; at most 30d are supported"}},
	{"ends too late", []edit{timeline(`{"kind": "freeze", "at": "50s", "for": "20s"}`)}, []string{
		"timeline[0]: ends at 70s, beyond the horizon of 60s",
	}},
	{"begins too late", []edit{timeline(`{"kind": "freeze", "at": "60s", "for": "20s"}`)}, []string{
		"timeline[0]: begins at 60s, but the horizon is 60s",
	}},
	{"ends past the end of time", []edit{timeline(`{"kind": "freeze", "at": "50s", "for": "106751d23h47m"}`)}, []string{
		"timeline[0].for: is longer than there is time after at; write one such as '20s'",
	}},
	{"gate that nothing can pass", []edit{{`"horizon"`, `"gate": {"timeToRecoverBelow": "-1s", "amplificationBelow": 1}, "horizon"`}}, []string{
		`gate.timeToRecoverBelow: "-1s" is negative; write a time such as '2s'`,
		"gate.amplificationBelow: must be more than 1 attempt per sale, and no more than there can be, such as 2",
	}},
	{"time to recover of a collapse", []edit{{`"horizon"`, `"gate": {"timeToRecoverBelow": "1m"}, "expect": "collapsed", "horizon"`}}, []string{
		"gate.timeToRecoverBelow: cannot hold of a run that is expected to be collapsed; take it away with null, or expect 'recovered'",
	}},
	{"no time after", []edit{timeline(`{"kind": "freeze", "at": "50s", "for": "10s"}`)}, []string{
		"horizon: is 60s, when the last trigger ends; leave time after it to see whether the system comes back",
	}},
	{"a fault that stays", []edit{timeline(`{"kind": "freeze", "at": "20s", "endless": true}, {"kind": "crash", "at": "5s", "for": "9s", "flap": {"on": "1s", "off": "2s"}}`)}, nil},
	{"one fault after another that stays", []edit{timeline(`{"kind": "freeze", "at": "20s", "endless": true}, {"kind": "crash", "at": "30s", "for": "9s"}`)}, []string{
		"timeline[1]: begins at 30s, while timeline[0] is on until 60s; let one end before the next begins",
	}},
	{"a fault that stays and flaps without an end", []edit{timeline(`{"kind": "freeze", "at": "20s", "endless": true, "flap": {"on": "1us", "off": "2us"}}`)}, []string{
		"timeline[0].flap: comes and goes 13333333 times; at most 1000 times are supported",
	}},
	{"a fault that stays from the horizon on", []edit{timeline(`{"kind": "freeze", "at": "60s", "endless": true}`)}, []string{
		"timeline[0]: begins at 60s, but the horizon is 60s",
	}},
	{"a remount of nothing", []edit{timeline(`{"kind": "crash", "at": "9s", "endless": true}, {"kind": "remount", "at": "20s"}`)}, []string{
		"timeline[1]: ends no fault: none of its kind without an end is on by then at the node; declare that one with endless: true in place of for",
	}},
	{"an image too large", []edit{timeline(`{"kind": "crash", "at": "9s", "endless": true}, {"kind": "restore", "at": "20s", "data": "1GB", "rate": "1MB"}`)}, []string{
		"timeline[1]: is done at 17m, beyond the horizon of 60s",
	}},
	{"a fault after one that was repaired", []edit{timeline(`{"kind": "crash", "at": "9s", "endless": true}, {"kind": "replace", "at": "20s"}, {"kind": "freeze", "at": "30s", "for": "5s"}`)}, nil},
	{"unknown cohort", []edit{timeline(`{"kind": "spike", "at": "5s", "for": "9s", "times": 2, "cohort": "zzz"}`)}, []string{
		"timeline[0].cohort: there is no cohort 'zzz'; write one of 'a'",
	}},
	{"misspelt node", []edit{timeline(`{"kind": "crash", "at": "5s", "for": "9s", "node": "bakcend"}`)}, []string{
		"timeline[0].node: there is no node 'bakcend'; did you mean 'backend'?",
	}},
	{"overlap", []edit{timeline(`{"kind": "crash", "at": "9s", "for": "9s"}, {"kind": "freeze", "at": "1s", "for": "9s", "node": "backend"}`)}, []string{
		"timeline[0]: begins at 9s, while timeline[1] is on until 10s; let one end before the next begins",
	}},
	{"overlap with a long one before a short one", []edit{timeline(
		`{"kind": "crash", "at": "1s", "for": "30s"}, {"kind": "freeze", "at": "2s", "for": "1s"}, {"kind": "freeze", "at": "20s", "for": "1s"}`)}, []string{
		"timeline[1]: begins at 2s, while timeline[0] is on until 31s; let one end before the next begins",
		"timeline[2]: begins at 20s, while timeline[0] is on until 31s; let one end before the next begins",
	}},
	{"one after the other", []edit{timeline(`{"kind": "crash", "at": "9s", "for": "9s"}, {"kind": "freeze", "at": "2s", "for": "7s"}`)}, nil},
	{"spikes at once, and a fault in them", []edit{timeline(
		`{"kind": "spike", "at": "9s", "for": "9s", "times": 2}, {"kind": "spike", "at": "9s", "for": "9s", "times": 2}, {"kind": "crash", "at": "9s", "for": "9s"}`)}, nil},
	{"no cpus to take away", []edit{timeline(`{"kind": "cpu", "at": "9s", "for": "9s", "cpus": 1}`)}, []string{
		"backend.nodes[0].cpus: is missing; timeline[0] takes processors away, so declare how many there are",
	}},
	{"more cpus than there are", []edit{twoCPUs, timeline(`{"kind": "cpu", "at": "9s", "for": "9s", "cpus": 2}`)}, []string{
		"timeline[0].cpus: is 2, but the node has 2; write fewer than that",
	}},
	{"a judge's rule", []edit{{`"horizon"`, `"judge": {"hold": -1}, "horizon"`}}, []string{
		"judge.hold: must be from 1 to 1000 windows, such as 5",
	}},
	{"shed under a crash and a quota", []edit{twoCPUs, timeline(
		`{"kind": "shed", "at": "9s", "for": "20s", "share": 0.5}, {"kind": "crash", "at": "10s", "for": "5s"}, {"kind": "cpu", "at": "20s", "for": "30s", "cpus": 1}`)}, nil},
	{"two sheds at once", []edit{timeline(`{"kind": "shed", "at": "9s", "for": "9s", "share": 0.5}, {"kind": "shed", "at": "17s", "for": "9s", "share": 0.1, "node": "backend"}`)}, []string{
		"timeline[1]: begins at 17s, while timeline[0] is on until 18s; let one end before the next begins",
	}},
	{"shed over a freeze", []edit{timeline(`{"kind": "shed", "at": "9s", "for": "20s", "share": 1}, {"kind": "freeze", "at": "10s", "for": "5s"}`)}, nil},
	{"shed from a freeze on", []edit{timeline(`{"kind": "freeze", "at": "10s", "for": "5s"}, {"kind": "shed", "at": "11s", "for": "20s", "share": 1}`)}, []string{
		"timeline[1]: begins at 11s, while timeline[0] has the node stand still until 15s, when it takes no orders; let it do so before or after",
	}},
	{"shed until a freeze", []edit{timeline(`{"kind": "freeze", "at": "10s", "for": "5s"}, {"kind": "shed", "at": "5s", "for": "5s", "share": 1}`)}, []string{
		"timeline[1]: ends at 10s, while timeline[0] has the node stand still until 15s, when it takes no orders; let it do so before or after",
	}},
	{"shed of nothing", []edit{timeline(`{"kind": "shed", "at": "5s", "for": "5s", "share": 0}, {"kind": "crash", "at": "15s", "for": "5s", "share": 0.5}`)}, []string{
		"timeline[0].share: must be a share above 0 and up to 1, such as 0.5 or '50%'",
		"timeline[1].share: belongs to a shed or a rollout or a loss or a reset or a diskErrors, not to a crash; leave it out",
	}},
	{"limits of 0 that mean something", []edit{{`"workers": 4`, `"workers": 4, "queue": {"limit": 0}, "shed": {"queue": 0, "refusal": "drop"}`}}, nil},
	{"limits of 0 that mean nothing", []edit{
		{`"timeout": "2s"`, `"timeout": "2s", "retry": {"backoff": "immediate", "maxAttempts": 0}, "offline": {"capacity": 0}`},
		{`"workers": 4`, `"workers": 0, "shed": {}`},
	}, []string{
		"fleet[0].retry.maxAttempts: must be the attempts of one sale, at least 1, or 'unbounded'",
		"fleet[0].offline.capacity: must be how many sales the queue holds, at least 1, or 'unbounded'",
		"backend.nodes[0].workers: must be a whole number from 1 to 1000000, the requests served at once, or 'unbounded'",
		"backend.nodes[0].shed.queue: must be a whole number from 0, the length of the queue from which requests are turned away",
	}},
	{"a slowdown of two forms", []edit{{`"workers": 4`, `"workers": 4, "slowdown": {"above": 9, "times": 2, "perRequest": 0.1}`}}, []string{
		"backend.nodes[0].slowdown: has several forms; keep one of times, perRequest and steps",
	}},
	{"a slowdown of no form", []edit{{`"workers": 4`, `"workers": "unbounded", "slowdown": {"above": 9}`}}, []string{
		"backend.nodes[0].slowdown: does not say how much slower; declare one of times, perRequest and steps",
	}},
	{"link of nobody", []edit{timeline(`{"kind": "cut", "at": "9s", "for": "9s", "from": "zzzzzz"}, {"kind": "cut", "at": "9s", "for": "9s", "to": "bakend"}`)}, []string{
		"timeline[0].from: there is no node 'zzzzzz'; write one of 'fleet', 'backend'",
		"timeline[1].to: there is no node 'bakend'; did you mean 'backend'?",
	}},
	{"link that is not there", []edit{
		{oneNode, `{"workers": 4, "service": {"mean": "1s"}, "ledger": false, "calls": [{"to": "db", "timeout": "1s"}]}, {"name": "db", "workers": 4, "service": {"mean": "1s"}}`},
		timeline(`{"kind": "cut", "at": "9s", "for": "9s", "to": "db"}, {"kind": "cut", "at": "9s", "for": "9s", "from": "backend"},
			{"kind": "loss", "at": "9s", "for": "9s", "from": "backend", "to": "db", "share": 0.1}`),
	}, []string{
		"timeline[0].from: there is no link fleet→db; there are fleet→backend, backend→db",
		"timeline[1].to: there is no link backend→backend; there are fleet→backend, backend→db",
	}},
	{"fault of a link whose caller stands still", []edit{
		{oneNode, `{"name": "app", "workers": 4, "service": {"mean": "1s"}, "ledger": false, "calls": [{"to": "db", "timeout": "1s"}]}, {"name": "db", "workers": 4, "service": {"mean": "1s"}}`},
		timeline(`{"kind": "freeze", "at": "9s", "for": "2s", "node": "app"}, {"kind": "cut", "at": "10s", "for": "9s", "from": "app", "to": "db"}, {"kind": "cut", "at": "10s", "for": "9s"}`),
	}, []string{
		"timeline[1]: begins at 10s, while timeline[0] has the node stand still until 11s, when it takes no orders; let it do so before or after",
	}},
	{"faults of one link that overlap", []edit{timeline(`{"kind": "cut", "at": "9s", "for": "9s", "way": "there"}, {"kind": "cut", "at": "10s", "for": "1s", "from": "fleet", "to": "backend"},
		{"kind": "reset", "at": "9s", "for": "9s", "share": 0.1}`)}, []string{
		"timeline[1]: begins at 10s, while timeline[0] is on until 18s; let one end before the next begins",
	}},
	{"fewer cpus", []edit{twoCPUs, timeline(`{"kind": "cpu", "at": "9s", "for": "9s", "cpus": 1.9}`)}, nil},
}

func TestEachRuleBetweenThePartsIsHeld(t *testing.T) {
	for _, tt := range brokenRules {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, problems(t, edited(t, small, tt.edits...))); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnUnreadableFieldBreaksNoRuleBesides(t *testing.T) {
	events := timeline(`{"kind": "spike", "at": "5s", "for": "9s", "times": 2, "cohort": "a"}, {"kind": "cpu", "at": "9s", "for": "9s", "cpus": 1, "node": "n"}`)
	whole := edited(t, small, events, edit{`"workers": 4`, `"workers": 4, "name": "n", "cpus": 2`})
	tests := []struct{ from, to, want string }{
		{`"60s"`, `60`, "horizon: 60 has no unit; write '60s'"},
		{`"cohort": "a", "terminals"`, `"cohort": 4, "terminals"`, "fleet[0].cohort: 4 cannot stand here; write a string in quotes"},
		{`"name": "n"`, `"name": 4`, "backend.nodes[0].name: 4 cannot stand here; write a string in quotes"},
		{`"cpus": 2`, `"cpus": "2"`, `backend.nodes[0].cpus: "2" cannot stand here; write a number such as 2.5, without quotes`},
		{`"backend": {`, `"backend": 3, "judge": {"hold": 1}, "expect": "healthy", "variants": {`, `variants["nodes"]: a list is not an object; write what differs from the base, or {}`},
		{`"kind": "cpu"`, `"kind": "gpu"`, `timeline[1].kind: "gpu" is not known; write one of 'spike', 'crash', 'freeze', 'cpu', 'shed', 'retriesOff', 'rollout', 'cut', 'latency', 'loss', 'bandwidth', 'reset', 'diskSlow', 'diskErrors', 'diskFull', 'diskReadOnly', 'diskDegraded', 'cold', 'memory', 'failover', 'failback', 'migrate', 'remount', 'replace', 'restore'`},
		{`"every": "1s"`, `"every": "0.1ns"`, `fleet[0].sale.every: "0.1ns" is shorter than a nanosecond`},
	}
	for _, tt := range tests {
		want := []string{tt.want}
		if tt.from == `"backend": {` {
			want = []string{"backend: 3 cannot stand here; write an object, { … }", tt.want}
		}
		if diff := cmp.Diff(want, problems(t, edited(t, whole, edit{tt.from, tt.to}))); diff != "" {
			t.Errorf("%s: problems (-want +got):\n%s", tt.to, diff)
		}
	}
}

func TestProblemsOfVariantsSayWhoseTheyAre(t *testing.T) {
	crash := timeline(`{"kind": "crash", "at": "30s", "for": "10s"}`)
	badRetry := edit{`"timeout": "2s"`, `"timeout": "2s", "retry": {"backoff": "linear"}`}
	misspelt := edit{`"horizon"`, `"judge": {"hodl": 4}, "horizon"`}
	const badTimeout = `"fleet": [{"cohort": "a", "terminals": 100, "sale": {"every": "1s"}, "timeout": 3}]`
	tests := []struct {
		name     string
		edits    []edit
		variants string
		want     []string
	}{
		{"the variant's own field", nil, `"client 4.4.2": {` + badTimeout + `}`, []string{
			`variants["client 4.4.2"].fleet[0].timeout: 3 has no unit; write '3s'`,
		}},
		{"the base's field, once", []edit{{`"2s"`, `2`}, misspelt}, `"a": {}, "b": {"horizon": "50s"}`, []string{
			"fleet[0].timeout: 2 has no unit; write '2s'",
			"judge.hodl: unknown field; did you mean 'hold'?",
		}},
		{"a broken rule of the base, once", []edit{badRetry}, `"a": {}, "b": {"horizon": "50s"}`, []string{
			"fleet[0].retry.base: must be the first delay of a linear backoff, longer than 0s, such as '500ms'",
		}},
		{"the same in the base and in a variant", []edit{{`"2s"`, `3`}}, `"a": {}, "b": {` + badTimeout + `}`, []string{
			"fleet[0].timeout: 3 has no unit; write '3s'",
			`variants["b"].fleet[0].timeout: 3 has no unit; write '3s'`,
		}},
		{"unreadable in the base, though every variant replaces it", []edit{{`"60s"`, `60`}}, `"a": {"horizon": "50s"}`, []string{
			"horizon: 60 has no unit; write '60s'",
		}},
		{"a variant's field that makes the base's wrong", []edit{crash}, `"a": {"horizon": "35s"}, "b": {}`, []string{
			`variants["a"].timeline[0]: ends at 40s, beyond the horizon of 35s`,
		}},
		{"taken away", nil, `"a": {"horizon": null}`, []string{
			`variants["a"].horizon: is missing; write how long the run lasts, such as '3m'`,
		}},
		{"a misspelt name taken away", nil, `"a": {"horizn": null, "judge": {"holt": null}}`, []string{
			`variants["a"].horizn: unknown field; did you mean 'horizon'?`,
			`variants["a"].judge.holt: unknown field; did you mean 'hold'?`,
		}},
		{"a name of its own", nil, `"a": {"name": "b"}`, []string{
			`variants["a"].name: unknown field; write one of 'fleet', 'backend', 'timeline', 'starts', 'day', 'horizon', 'judge', 'expect', 'gate'`,
		}},
		{"a variant of a variant", nil, `"a": {"variants": {}}`, []string{
			`variants["a"].variants: unknown field; write one of 'fleet', 'backend', 'timeline', 'starts', 'day', 'horizon', 'judge', 'expect', 'gate'`,
		}},
		{"an object in the place of a list", nil, `"a": {"fleet": {"0": {}}}`, []string{
			`variants["a"].fleet: an object cannot stand here; write a list, [ … ]`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data := with(edited(t, small, tt.edits...), `"variants": {`+tt.variants+`}`)
			if diff := cmp.Diff(tt.want, problems(t, data)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}
