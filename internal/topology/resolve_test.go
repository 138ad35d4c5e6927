package topology_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/network"
	"github.com/retrystorm/retrystorm/internal/topology"
)

// node is one that calls others, a link for each list of names.
func node(name string, links ...[]string) backend.Config {
	c := backend.Config{Name: name, Workers: 10, Service: backend.Service{Mean: 100 * time.Millisecond}}
	for _, to := range links {
		l := caller.Config{To: to, Timeout: time.Second}
		if len(to) > 1 {
			l.Target = caller.RoundRobin
		}
		c.Calls = append(c.Calls, l)
	}
	return c
}

func to(names ...string) []string { return names }

func recording(c backend.Config, records bool) backend.Config {
	c.Ledger = &records
	return c
}

func TestWhatIsNoGraphIsRefusedByPath(t *testing.T) {
	for name, c := range map[string]struct {
		nodes []backend.Config
		want  []string
	}{
		"unknown": {
			[]backend.Config{node("app", to("databse")), node("database")},
			[]string{`[0].calls[0].to: there is no node "databse"; did you mean 'database'?`},
		},
		"unknown among several": {
			[]backend.Config{node("app", to("a", "zzzzzz")), node("a")},
			[]string{`[0].calls[0].to[1]: there is no node "zzzzzz"; there are 'app', 'a'`},
		},
		"itself": {
			[]backend.Config{node("app", to("app"))},
			[]string{"[0].calls: closes a circle, app → app; a request would never come to its end, so leave one of these calls out"},
		},
		"circle": {
			[]backend.Config{node("gateway", to("a")), node("a", to("b")), node("b", to("c")), node("c", to("a"))},
			[]string{"[3].calls: closes a circle, a → b → c → a; a request would never come to its end, so leave one of these calls out"},
		},
		"unreached": {
			[]backend.Config{node("app", to("database")), node("database"), node("cache")},
			[]string{"[2]: is reached by nobody: no node calls 'cache', and the fleet sends to 'app', the first that none calls; let a node call it, or leave it out"},
		},
		"recorded twice": {
			[]backend.Config{node("app", to("orders"), to("payments")), node("orders"), node("payments")},
			[]string{"records a sale 2 times on its way, so that each would count as a duplicate; write ledger: false for the nodes that keep no sales"},
		},
		"recorded nowhere on one way": {
			[]backend.Config{node("app", to("a", "b")), node("a"), recording(node("b"), false)},
			[]string{"records a sale nowhere on some way through the nodes; write ledger: true for one of them"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := topology.Resolve(c.nodes)
			var all field.List
			errors.As(err, &all)
			var got []string
			for _, e := range all {
				got = append(got, e.Error())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestGraphKnowsItsEntryItsOrderAndItsVisits(t *testing.T) {
	nodes := []backend.Config{
		node("db-1"), node("app", to("cache"), to("db-1", "db-2")), recording(node("cache"), false), node("db-2"), node("gateway", to("app")),
	}
	g, err := topology.Resolve(nodes)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{4}, g.Entries); diff != "" {
		t.Errorf("the entries (-want +got):\n%s", diff)
	}
	seen := map[int]bool{}
	for _, i := range g.CalleesFirst {
		for _, l := range g.Nodes[i].Links {
			for _, to := range l.To {
				if !seen[to] {
					t.Errorf("%s stands before %s, which it calls", g.Name(i), g.Name(to))
				}
			}
		}
		seen[i] = true
	}
	var visits []float64
	for i := range g.Nodes {
		visits = append(visits, g.Nodes[i].Visits)
	}
	if diff := cmp.Diff([]float64{0.5, 1, 1, 0.5, 1}, visits); diff != "" {
		t.Errorf("visits (-want +got):\n%s", diff)
	}
	want := []topology.Edge{{1, 2, 0, 0}, {1, 0, 1, 0}, {1, 3, 1, 1}, {4, 1, 0, 0}}
	if diff := cmp.Diff(want, g.Edges()); diff != "" {
		t.Errorf("edges (-want +got):\n%s", diff)
	}
}

// A worker of the gateway is busy for its own 100 ms and for those of all that it
// waits for.
func TestCapacityIsThatOfTheNodeWhichIsExhaustedFirst(t *testing.T) {
	wide := func(c backend.Config, workers int) backend.Config {
		c.Workers = field.Limit(workers)
		return c
	}
	for name, c := range map[string]struct {
		nodes []backend.Config
		want  float64
	}{
		"one node":               {[]backend.Config{node("api")}, 100},
		"as long as both take":   {[]backend.Config{node("app", to("database")), node("database")}, 50},
		"the database":           {[]backend.Config{wide(node("app", to("database")), 1000), node("database")}, 100},
		"two shards":             {[]backend.Config{wide(node("app", to("a", "b")), 1000), node("a"), node("b")}, 200},
		"no bound in front":      {[]backend.Config{wide(node("app", to("database")), int(field.Unbounded)), node("database")}, 100},
		"nothing bounds it":      {[]backend.Config{wide(node("api"), int(field.Unbounded))}, 0},
		"called twice a request": {[]backend.Config{wide(node("app", to("database"), to("database")), 1000), recording(node("database"), true)}, 50},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "called twice a request" {
				c.nodes[0] = recording(c.nodes[0], true)
				c.nodes[1] = recording(c.nodes[1], false)
			}
			g, err := topology.Resolve(c.nodes)
			if err != nil {
				t.Fatal(err)
			}
			if got := g.Capacity(); math.Abs(got-c.want) > 1e-9 {
				t.Errorf("%v a second, want %v", got, c.want)
			}
		})
	}
}

// behind is a declaration with a name that may stand for a and b, in that order.
func behind(fleet []topology.Sender, nodes ...backend.Config) topology.Declaration {
	return topology.Declaration{Nodes: nodes, Names: []topology.Alias{{Name: "db", Nodes: []string{"b", "a"}}}, Fleet: fleet}
}

func TestANameLeadsToEachNodeThatItMayStandFor(t *testing.T) {
	g, err := topology.Build(behind([]topology.Sender{{Sales: 3}}, node("a"), node("app", to("db")), node("b")))
	if err != nil {
		t.Fatal(err)
	}
	l := g.Nodes[1].Links[0]
	if diff := cmp.Diff([]int{2, 0}, l.To); diff != "" {
		t.Errorf("the link leads to (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]network.Entry{{Name: "db"}}, l.Entries); diff != "" {
		t.Errorf("its entries (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(caller.Names{"b", "a"}, g.Nodes[1].Config.Calls[0].To); diff != "" {
		t.Errorf("the node calls (-want +got):\n%s", diff)
	}
	if a, b := g.Nodes[0].Visits, g.Nodes[2].Visits; a != 0 || b != 1 {
		t.Errorf("%v visits of a and %v of b, for which the name stands at first", a, b)
	}
	if got := g.Capacity(); math.Abs(got-50) > 1e-9 {
		t.Errorf("serves %v a second, want 50", got)
	}
}

func TestSeveralEntriesShareTheFleetBySales(t *testing.T) {
	g, err := topology.Build(behind([]topology.Sender{{To: "db", Sales: 3}, {To: "c", Sales: 1}}, node("a"), node("b"), node("c")))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{0, 1, 2}, g.Entries); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]topology.Destination{{Name: 0, To: []int{1, 0}}, {Name: topology.Unnamed, To: []int{2}}}, g.Fleet); diff != "" {
		t.Errorf("the fleet sends to (-want +got):\n%s", diff)
	}
	if a, b, c := g.Nodes[0].Visits, g.Nodes[1].Visits, g.Nodes[2].Visits; a != 0 || b != 0.75 || c != 0.25 {
		t.Errorf("visits %v, %v and %v", a, b, c)
	}
}

func TestANameStandsAloneAndClosesNoCircle(t *testing.T) {
	for want, d := range map[string]topology.Declaration{
		"[2].calls[0].to[0]: is a name, which says by itself which node is called; write it alone, or let the tenant decide: target: 'tenant'": behind(
			[]topology.Sender{{Sales: 1}}, node("a"), node("b"), node("app", to("db", "a"))),
		"[0].calls: closes a circle, a → a; a request would never come to its end, so leave one of these calls out": behind(
			[]topology.Sender{{Sales: 1}}, node("a", to("db")), node("b")),
		"[2]: is reached by nobody: no node calls 'c', and no cohort sends to it; let a node call it, write it in fleet[].to, or leave it out": behind(
			[]topology.Sender{{To: "db", Sales: 1}}, node("a"), node("b"), node("c")),
	} {
		if _, err := topology.Build(d); err == nil || err.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}
