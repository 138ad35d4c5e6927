package experiment

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// twins is two nodes behind a name.
const twins = `{
  "name": "twins",
  "fleet": [{"cohort": "a", "terminals": 100, "to": "pos", "sale": {"every": "1s"}, "timeout": "2s"}],
  "backend": {"nodes": [{"name": "primary", "region": "us", "workers": 20, "service": {"mean": "10ms"}}, {"name": "backup", "region": "eu", "workers": 20, "service": {"mean": "10ms"}}],
    "names": [{"name": "pos", "node": "primary", "cache": {"from": "1s"}}]},
  "timeline": [{"kind": "failover", "at": "30s", "name": "pos", "to": "backup"}],
  "horizon": "60s"
}`

func TestWrongNamesAreNamedByPath(t *testing.T) {
	back := `{"kind": "failover", "at": "30s", "name": "pos", "to": "backup"}`
	for name, c := range map[string]struct {
		edits []edit
		want  []string
	}{
		"right": {nil, nil},
		"one that shadows a node": {[]edit{{`"name": "pos", "node"`, `"name": "backup", "node"`}, {`"to": "pos"`, `"to": "backup"`}}, []string{
			"backend.names[0].name: is the name of a node already; write another, so that each is told from the other",
		}},
		"one for a node that there is not": {[]edit{{`"node": "primary"`, `"node": "primry"`}}, []string{
			"backend.names[0].node: there is no node 'primry'; did you mean 'primary'?",
		}},
		"one that nobody uses": {[]edit{{`"to": "pos", "sale"`, `"to": "primary", "sale"`}}, []string{
			"backend.names[0]: is used by nobody; write 'pos' in fleet[].to or in the to of a node's calls, or leave it out",
		}},
		"a cohort that sends to nobody": {[]edit{{`"to": "pos", "sale"`, `"to": "poss", "sale"`}}, []string{
			"backend.names[0]: is used by nobody; write 'pos' in fleet[].to or in the to of a node's calls, or leave it out",
			"fleet[0].to: there is no node or name 'poss'; did you mean 'pos'?",
		}},
		"a cache from more than to": {[]edit{{`{"from": "1s"}`, `{"distribution": "uniform", "from": "5s", "to": "1s"}`}}, []string{
			"backend.names[0].cache.to: is shorter than from; write at least 5s",
		}},
		"a failover to a node that there is not": {[]edit{{`"to": "backup"}`, `"to": "backupp"}`}}, []string{
			"timeline[0].to: there is no node 'backupp'; did you mean 'backup'?",
		}},
		"a failover of a name that there is not": {[]edit{{`"name": "pos", "to"`, `"name": "web", "to"`}}, []string{
			"timeline[0].name: there is no name 'web'; write one of 'pos'",
		}},
		"a failover to where it stands": {[]edit{{back, back + `, {"kind": "failback", "at": "40s", "name": "pos", "to": "backup"}`}}, []string{
			"timeline[1].to: is 'backup', for which 'pos' stands by then; write another node",
		}},
		"a failover during a migration": {[]edit{{back, `{"kind": "migrate", "at": "30s", "name": "pos", "to": "backup", "stages": [{"at": "40s", "share": 1}]},
			{"kind": "failover", "at": "35s", "name": "pos", "to": "primary"}`}}, []string{
			"timeline[1]: changes 'pos' at 35s, while timeline[0] does until 40s; let one end before the next",
		}},
		"a node that no order reaches": {[]edit{{back, ``}}, []string{
			"backend.nodes[1]: is reached by nobody: no node calls 'backup', and no cohort sends to it; let a node call it, write it in fleet[].to, or leave it out",
		}},
		"orders without names": {[]edit{{`"names": [{"name": "pos", "node": "primary", "cache": {"from": "1s"}}]`, `"names": []`}, {`"to": "pos"`, `"to": "primary"`}}, []string{
			"timeline[0].name: there are no names; declare backend.names, and have the fleet send to one of them",
		}},
		"a replica of a node that there is not": {[]edit{{`"name": "backup", "region"`, `"name": "backup", "replica": {"of": "prim"}, "region"`}}, []string{
			"backend.nodes[1].replica.of: there is no node 'prim'; write one of 'primary', 'backup'",
		}},
		"a replica of itself": {[]edit{{`"name": "backup", "region"`, `"name": "backup", "replica": {"of": "backup"}, "region"`}}, []string{
			"backend.nodes[1].replica.of: is the node itself; write the node whose ledger is copied",
		}},
		"a replica of a disk that can lose sales": {[]edit{{`"name": "backup", "region"`, `"name": "backup", "replica": {"of": "primary"}, "disk": {"syncEvery": "1s"}, "region"`}}, []string{
			"backend.nodes[1].disk.syncEvery: lets 'backup' lose sales that it has recorded, while its ledger has a copy or is one, and what the copy lacks could not be counted; leave it out, or leave replica out",
		}},
		"a promotion of no replica": {[]edit{{back, `{"kind": "failover", "at": "30s", "name": "pos", "to": "backup", "promote": true}`}}, []string{
			"timeline[0].promote: makes 'backup' take writes, which is no replica; declare its replica, or leave promote out",
		}},
		"a merge without a replica": {[]edit{{back, back + `, {"kind": "failback", "at": "40s", "name": "pos", "to": "primary", "merge": true}`}}, []string{
			"timeline[1].merge: merges the ledger of 'primary' with its copy, and no node is a replica of it; declare one, or leave merge out",
		}},
		"a region that there is not": {[]edit{{back, back + `, {"kind": "crash", "at": "20s", "for": "5s", "region": "asia"}`}}, []string{
			"timeline[1].region: there is no region 'asia'; write one of 'us', 'eu'",
		}},
		"a full disk in a region where a node has declared none": {[]edit{{back, back + `, {"kind": "diskFull", "at": "20s", "for": "5s", "region": "eu"}`}}, []string{
			"backend.nodes[1].disk: is missing; timeline[1] strikes the disk, so declare what a commit takes, such as { write: '5ms' }",
		}},
		"a cold region where a node has declared no warm-up": {[]edit{{back, back + `, {"kind": "cold", "at": "20s", "for": "5s", "region": "eu"}`}}, []string{
			"backend.nodes[1].warmup: is missing; timeline[1] empties the cache, so declare how the node warms up, such as { for: '30s', times: 4 }",
		}},
		"a fault on a region while one of its nodes is struck": {[]edit{{back, back + `, {"kind": "crash", "at": "20s", "for": "5s", "region": "eu"}, {"kind": "freeze", "at": "22s", "for": "5s", "node": "backup"}`}}, []string{
			"timeline[2]: begins at 22s, while timeline[1] is on until 25s; let one end before the next begins",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, problems(t, edited(t, twins, c.edits...))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestFaultsOnARegionAreThoseOnItsNodes(t *testing.T) {
	p := Plan{
		Backend:  Backend{Nodes: []backend.Config{{Name: "a", Region: "eu"}, {Name: "b"}, {Name: "c", Region: "eu"}}},
		Timeline: []fault.Event{{Kind: fault.Spike, At: 1}, {Kind: fault.Crash, At: 2, Region: "eu"}, {Kind: fault.Freeze, At: 3, Node: "b"}},
	}
	var got []fault.Event
	var from []int
	for i, e := range p.Struck() {
		got, from = append(got, e), append(from, i)
	}
	want := []fault.Event{{Kind: fault.Spike, At: 1}, {Kind: fault.Crash, At: 2, Node: "a"}, {Kind: fault.Crash, At: 2, Node: "c"}, {Kind: fault.Freeze, At: 3, Node: "b"}}
	if diff := cmp.Diff(want, got); diff != "" || !slices.Equal(from, []int{0, 1, 1, 2}) {
		t.Errorf("from %v (-want +got):\n%s", from, diff)
	}
}

func TestWhenTheFleetFollowedAnOrderIsItsEvidence(t *testing.T) {
	const s = time.Second
	p := Plan{
		Fleet:    []terminal.Config{{To: "pos", Terminals: 10}, {Terminals: 5}},
		Timeline: []fault.Event{{Kind: fault.Failover, At: 30 * s, Name: "pos", To: "backup"}, {Kind: fault.Failback, At: 50 * s, Name: "inner", To: "primary"}},
	}
	f := p.Changed(0, []time.Duration{30 * s, 31 * s, 35 * s, 39 * s})
	if want := "4 of 10 terminals were seen to send to 'backup' by it: the first at 30s, half of these by 31s, the last at 39s"; !f.Applied || !f.Removed || f.Evidence != want {
		t.Errorf("%+v, want %q", f, want)
	}
	if f := p.Changed(0, nil); f.Applied || f.Failure == "" {
		t.Errorf("nobody has followed it, and yet %+v", f)
	}
	if f := p.Changed(1, nil); !f.Applied {
		t.Errorf("no terminal sends to the name, and yet %+v", f)
	}
}
