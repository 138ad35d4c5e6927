package topology

import (
	"slices"
	"strings"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/field"
)

// Declaration is what a graph is made of, each part of it valid in itself.
type Declaration struct {
	Nodes []backend.Config
	Names []Alias
	Fleet []Sender // the cohorts
}

// Alias is a name, with all nodes that it may ever stand for: that of the beginning
// first. All of them are known.
type Alias struct {
	Name  string
	Nodes []string
}

// Sender is a part of the fleet.
type Sender struct {
	To    string  // a known node or name; the node that no other calls if empty
	Sales float64 // that it brings per second
}

// Resolve is Build of nodes without names, and of a fleet that sends to the only entry.
func Resolve(nodes []backend.Config) (*Graph, error) {
	return Build(Declaration{Nodes: nodes, Fleet: []Sender{{Sales: 1}}})
}

// Build checks that nodes form a graph in which the fleet reaches every node, and
// gives it. The error is a field.List with everything that is wrong, by paths within
// the nodes such as "[1].calls[0].to".
func Build(d Declaration) (*Graph, error) {
	r := resolver{g: &Graph{}, index: map[string]int{}, names: map[string]int{}}
	for i, n := range d.Nodes {
		if _, taken := r.index[n.Name]; !taken {
			r.index[n.Name] = i
		}
		r.g.Nodes = append(r.g.Nodes, Node{Config: n})
	}
	for i, a := range d.Names {
		n := Name{Name: a.Name}
		for _, node := range a.Nodes {
			n.Nodes = append(n.Nodes, r.index[node])
		}
		r.names[a.Name] = i
		r.g.Names = append(r.g.Names, n)
	}
	r.links()
	if r.order(); r.errs.Err() == nil {
		r.entries(d.Fleet)
	}
	if err := r.errs.Err(); err != nil {
		return nil, err
	}
	r.visits(d.Fleet)
	r.ledgers()
	return r.g, r.errs.Err()
}

// resolver is a graph in the making.
type resolver struct {
	g     *Graph
	index map[string]int // of nodes
	names map[string]int
	errs  field.Errors
}

func (r *resolver) unknown(path, name string) {
	names := make([]string, len(r.g.Nodes))
	for i := range names {
		names[i] = r.g.Name(i)
	}
	if near := field.Nearest(name, names); near != "" {
		r.errs.Add(path, "there is no node %s; did you mean '%s'?", field.Show(name), near)
		return
	}
	r.errs.Add(path, "there is no node %s; there are '%s'", field.Show(name), strings.Join(names, "', '"))
}

// order puts callees before their callers, and reports a cycle.
func (r *resolver) order() {
	const unseen, open, done = 0, 1, 2
	state := make([]int, len(r.g.Nodes))
	var path []int
	var visit func(i int)
	visit = func(i int) {
		if state[i] == open {
			r.cycle(append(path[slices.Index(path, i):], i))
		}
		if state[i] != unseen {
			return
		}
		state[i] = open
		path = append(path, i)
		for _, l := range r.g.Nodes[i].Links {
			for _, to := range l.To {
				visit(to)
			}
		}
		path = path[:len(path)-1]
		state[i] = done
		r.g.CalleesFirst = append(r.g.CalleesFirst, i)
	}
	for i := range r.g.Nodes {
		visit(i)
	}
}

// cycle reports nodes that call each other in a circle, the last of them the first.
func (r *resolver) cycle(circle []int) {
	names := make([]string, len(circle))
	for i, n := range circle {
		names[i] = r.g.Name(n)
	}
	r.errs.Add(field.Join(field.At("", circle[len(circle)-2]), "calls"),
		"closes a circle, %s; a request would never come to its end, so leave one of these calls out", strings.Join(names, " → "))
}

// entries finds where the fleet sends, and reports nodes that nobody reaches.
func (r *resolver) entries(fleet []Sender) {
	called := make([]bool, len(r.g.Nodes))
	for _, e := range r.g.Edges() {
		called[e.To] = true
	}
	only := max(0, slices.Index(called, false)) // the first that none calls; there is one, since there is no circle
	addressed := make([]bool, len(r.g.Nodes))
	asDeclared := false
	for _, s := range fleet {
		d := Destination{Name: Unnamed, To: []int{only}}
		if k, named := r.names[s.To]; named {
			d = Destination{Name: k, To: r.g.Names[k].Nodes}
		} else if s.To != "" {
			d.To = []int{r.index[s.To]}
		}
		asDeclared = asDeclared || s.To != ""
		r.g.Fleet = append(r.g.Fleet, d)
		for _, to := range d.To {
			addressed[to] = true
		}
	}
	for i := range called {
		switch {
		case addressed[i]:
			r.g.Entries = append(r.g.Entries, i)
		case called[i]:
		case asDeclared:
			r.errs.Add(field.At("", i), "is reached by nobody: no node calls '%s', and no cohort sends to it; "+
				"let a node call it, write it in fleet[].to, or leave it out", r.g.Name(i))
		default:
			r.errs.Add(field.At("", i), "is reached by nobody: no node calls '%s', and the fleet sends to '%s', the first that none calls; "+
				"let a node call it, or leave it out", r.g.Name(i), r.g.Name(only))
		}
	}
}

// visits counts how many requests reach each node for a sale.
func (r *resolver) visits(fleet []Sender) {
	var all float64
	for c, d := range r.g.Fleet {
		all += fleet[c].Sales
		for t, to := range d.To {
			r.g.Nodes[to].Visits += fleet[c].Sales * d.share(t)
		}
	}
	for _, entry := range r.g.Entries {
		if all > 0 {
			r.g.Nodes[entry].Visits /= all
		}
	}
	for _, i := range slices.Backward(r.g.CalleesFirst) {
		n := &r.g.Nodes[i]
		for _, l := range n.Links {
			for t, to := range l.To {
				r.g.Nodes[to].Visits += n.Visits * l.share(t)
			}
		}
	}
}

// ledgers reports a sale that would be recorded twice, or nowhere, on its way.
func (r *resolver) ledgers() {
	recorders := make([]int, len(r.g.Nodes)) // the most on any way from there on
	fewest := make([]int, len(r.g.Nodes))
	for _, i := range r.g.CalleesFirst {
		n := &r.g.Nodes[i]
		if n.Config.Records() {
			recorders[i], fewest[i] = 1, 1
		}
		for _, l := range n.Links {
			most, least := 0, len(r.g.Nodes)
			for _, to := range l.To {
				most, least = max(most, recorders[to]), min(least, fewest[to])
			}
			recorders[i] += most
			fewest[i] += least
		}
	}
	most, least := 0, 1
	for _, entry := range r.g.Entries {
		most, least = max(most, recorders[entry]), min(least, fewest[entry])
	}
	switch {
	case most > 1:
		r.errs.Add("", "records a sale %d times on its way, so that each would count as a duplicate; "+
			"write ledger: false for the nodes that keep no sales", most)
	case least == 0:
		r.errs.Add("", "records a sale nowhere on some way through the nodes; write ledger: true for one of them")
	}
}
