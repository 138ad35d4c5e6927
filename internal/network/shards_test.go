package network

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/fault"
)

// standby is a name that stands for b at first and for c after a minute.
func standby() *Names {
	return NewNames(1, []Name{{Name: "shop", Node: "web"}, {Name: "shard-1", Node: "b"}},
		[]fault.Event{{Kind: fault.Failover, At: m, Name: "shard-1", To: "c"}})
}

func TestEachShardGoesWhereItsNameStands(t *testing.T) {
	shards := standby().Shards([]Entry{{}, {Name: "shard-1", First: 1}, {First: 3}}, "app") // of a, b and c, and d
	for now, want := range map[time.Duration][]int{0: {0, 1, 3, 0, 1, 3}, m: {0, 2, 3, 0, 2, 3}} {
		var got []int
		for tenant := range uint32(6) {
			got = append(got, shards.Resolve(tenant, now))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("at %v the tenants go to (-want +got):\n%s", now, diff)
		}
	}
}

func TestASingleNameIsForEveryTenant(t *testing.T) {
	shards := standby().Shards([]Entry{{Name: "shard-1"}}, "app")
	for tenant := range uint32(3) {
		if before, after := shards.Resolve(tenant, 0), shards.Resolve(tenant, m); before != 0 || after != 1 {
			t.Errorf("tenant %d goes to %d and then to %d", tenant, before, after)
		}
	}
}

func TestEntriesLeadToTheNodesOfTheirList(t *testing.T) {
	nodes := []string{"a", "b", "c", "d"}
	for name, c := range map[string]struct {
		entries []Entry
		want    bool
	}{
		"a list":                  {[]Entry{{}, {Name: "shard-1", First: 1}, {First: 3}}, true},
		"too short":               {[]Entry{{}, {Name: "shard-1", First: 1}}, false},
		"too long":                {[]Entry{{}, {Name: "shard-1", First: 1}, {First: 3}, {First: 4}}, false},
		"none":                    {nil, false},
		"a name of other nodes":   {[]Entry{{Name: "shard-1"}, {First: 2}, {First: 3}}, false},
		"a name past the end":     {[]Entry{{}, {First: 1}, {First: 2}, {Name: "shard-1", First: 3}}, false},
		"an unknown name":         {[]Entry{{}, {Name: "shard-9", First: 1}, {First: 3}}, false},
		"a wrong first":           {[]Entry{{}, {Name: "shard-1", First: 1}, {First: 2}}, false},
		"a node that is left out": {[]Entry{{}, {First: 2}, {First: 3}}, false},
	} {
		if got := standby().Lead(c.entries, nodes); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
