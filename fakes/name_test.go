package fakes

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/network"
)

// naming has the name "db" stand for db-1 until, 10 s after the beginning of the run, it
// is changed to db-2; the old answer is kept for 5 s.
func naming() network.Naming {
	return network.Naming{
		Names:  []network.Name{{Name: "db", Node: "db-1", Cache: &network.Cache{From: 5 * time.Second}}},
		Orders: []fault.Event{{Kind: fault.Failover, At: 10 * time.Second, Name: "db", To: "db-2"}},
	}
}

func TestANameIsAskedForInTheTimeOfTheRun(t *testing.T) {
	var e epoch
	s := shards{naming().In(1).Shards([]network.Entry{{}, {Name: "db", First: 1}}, "app"), &e}
	const ours, others = 1, 2 // tenants of the shard that is a name, and of the one that is not
	if got := s.Resolve(ours, time.Hour); got != 1 {
		t.Errorf("before it is known when the run began it stands for %d", got)
	}
	e = epoch{at: time.Minute, known: true}
	for at, want := range map[time.Duration]int{0: 1, 74 * time.Second: 1, 75 * time.Second: 2, time.Hour: 2} {
		if got := s.Resolve(ours, at); got != want {
			t.Errorf("at %v of the process it stands for %d, want %d", at, got, want)
		}
		if got := s.Resolve(others, at); got != 0 {
			t.Errorf("at %v of the process another shard goes to %d", at, got)
		}
	}
}

// The nodes of a name count as one: a link by a name alone needs no target.
func TestAConfigurationWithNamesIsChecked(t *testing.T) {
	db, other := network.Entry{Name: "db"}, network.Entry{First: 2}
	for want, link := range map[string]struct {
		target  caller.Target
		to      caller.Names
		entries []network.Entry
	}{
		"": {0, caller.Names{"db-1", "db-2"}, []network.Entry{db}},
		"named[0]: does not lead to the nodes of that link":                                                                          {caller.Tenant, caller.Names{"db-1", "db-2"}, []network.Entry{db, other}},
		"node.calls[0].target: does not say which of the 3 nodes is called; write one of 'tenant', 'round-robin', 'least-in-flight'": {0, caller.Names{"db-1", "db-2", "db-3"}, []network.Entry{db, other}},
	} {
		cfg := usable(t)
		cfg.Node.Calls = []caller.Config{{To: link.to, Target: link.target, Timeout: time.Second}}
		cfg.Named, cfg.Naming = [][]network.Entry{link.entries}, naming()
		cfg.Links = map[string]Peer{"db-1": {Addr: "a"}, "db-2": {Addr: "b"}, "db-3": {Addr: "c"}}
		got := ""
		if err := cfg.Validate(); err != nil {
			got = err.Error()
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("of %v (-want +got):\n%s", link.to, diff)
		}
	}
}
