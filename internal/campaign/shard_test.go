package campaign

import (
	"testing"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/network"
)

func TestRealTimeRefusesAShardThatIsAName(t *testing.T) {
	plan := func(to ...string) *experiment.Plan {
		return &experiment.Plan{Backend: experiment.Backend{
			Nodes: []backend.Config{{Name: "app", Calls: []caller.Config{{To: to, Target: caller.Tenant}}}, {Name: "db-1"}, {Name: "db-2"}},
			Names: []network.Name{{Name: "shard-2", Node: "db-2"}},
		}}
	}
	e := &RealTime{Backends: harness.Local()}
	want := "backend.nodes[0].calls[0].to[1]: is a name among several entries, which this engine cannot resolve yet; use --engine sim"
	if err := e.Check(plan("db-1", "shard-2")); err == nil || err.Error() != want {
		t.Errorf("it says %v, want %s", err, want)
	}
	for _, p := range []*experiment.Plan{plan("db-1", "db-2"), plan("shard-2")} {
		if err := unnamedShards(p); err != nil {
			t.Errorf("of %v it says %v", p.Backend.Nodes[0].Calls[0].To, err)
		}
	}
}
