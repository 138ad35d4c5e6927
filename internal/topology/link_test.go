package topology_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/network"
	"github.com/retrystorm/retrystorm/internal/topology"
)

// sharded is an app whose calls go to one of those nodes and names by tenant.
func sharded(names ...string) backend.Config {
	app := node("app", to(names...))
	app.Calls[0].Target = caller.Tenant
	return app
}

func TestAShardCanBeAName(t *testing.T) {
	g, err := topology.Build(behind([]topology.Sender{{Sales: 1}}, sharded("c", "db", "d"), node("a"), node("b"), node("c"), node("d")))
	if err != nil {
		t.Fatal(err)
	}
	l := g.Nodes[0].Links[0]
	if diff := cmp.Diff(caller.Names{"c", "b", "a", "d"}, l.Config.To); diff != "" {
		t.Errorf("the node calls (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]network.Entry{{}, {Name: "db", First: 1}, {First: 3}}, l.Entries); diff != "" {
		t.Errorf("the shards (-want +got):\n%s", diff)
	}
	for i, want := range []float64{1, 0, 1. / 3, 1. / 3, 1. / 3} {
		if got := g.Nodes[i].Visits; got != want {
			t.Errorf("%v visits of %s, want %v", got, g.Name(i), want)
		}
	}
}

func TestShardsHaveNodesOfTheirOwn(t *testing.T) {
	for want, app := range map[string]backend.Config{
		"[0].calls[0].to[1]: leads to 'a', as another entry of the list does; let each shard have nodes of its own": sharded("a", "db"),
		`[0].calls[0].to[1]: there is no node "e"; there are 'app', 'a', 'b'`:                                       sharded("db", "e"),
	} {
		_, err := topology.Build(behind([]topology.Sender{{Sales: 1}}, app, node("a"), node("b")))
		if err == nil || err.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}
