package topology

import (
	"slices"
	"strings"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/field"
)

// Resolve checks that nodes, each of them valid in itself, form a graph in which the
// fleet reaches every node, and gives it. The error is a field.List with everything
// that is wrong, by paths such as "[1].calls[0].to".
func Resolve(nodes []backend.Config) (*Graph, error) {
	r := resolver{g: &Graph{Entry: -1}, index: map[string]int{}}
	for i, n := range nodes {
		if _, taken := r.index[n.Name]; !taken {
			r.index[n.Name] = i
		}
		r.g.Nodes = append(r.g.Nodes, Node{Config: n})
	}
	r.links()
	if r.order(); r.errs.Err() == nil {
		r.entry()
	}
	if err := r.errs.Err(); err != nil {
		return nil, err
	}
	r.visits()
	r.ledgers()
	return r.g, r.errs.Err()
}

// resolver is a graph in the making.
type resolver struct {
	g     *Graph
	index map[string]int
	errs  field.Errors
}

// links looks up the names that the links have.
func (r *resolver) links() {
	for i := range r.g.Nodes {
		n := &r.g.Nodes[i]
		for k, c := range n.Config.Calls {
			l := Link{Config: c}
			for t, name := range c.To {
				path := field.At(field.Join(field.At("", i), "calls"), k) + ".to"
				if len(c.To) > 1 {
					path = field.At(path, t)
				}
				to, ok := r.index[name]
				if !ok {
					r.unknown(path, name)
					continue
				}
				l.To = append(l.To, to)
			}
			n.Links = append(n.Links, l)
		}
	}
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

// entry finds the node that no other calls, and reports where there are several.
func (r *resolver) entry() {
	called := make([]bool, len(r.g.Nodes))
	for _, e := range r.g.Edges() {
		called[e.To] = true
	}
	for i, c := range called {
		switch {
		case c:
		case r.g.Entry < 0:
			r.g.Entry = i
		default:
			r.errs.Add(field.At("", i), "is reached by nobody: no node calls '%s', and the fleet sends to '%s', the first that none calls; "+
				"let a node call it, or leave it out", r.g.Name(i), r.g.Name(r.g.Entry))
		}
	}
}

// visits counts how many requests reach each node for a sale.
func (r *resolver) visits() {
	r.g.Nodes[r.g.Entry].Visits = 1
	for _, i := range slices.Backward(r.g.CalleesFirst) {
		n := &r.g.Nodes[i]
		for _, l := range n.Links {
			for _, to := range l.To {
				r.g.Nodes[to].Visits += n.Visits / float64(len(l.To))
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
	switch entry := r.g.Entry; {
	case recorders[entry] > 1:
		r.errs.Add("", "records a sale %d times on its way, so that each would count as a duplicate; "+
			"write ledger: false for the nodes that keep no sales", recorders[entry])
	case fewest[entry] == 0:
		r.errs.Add("", "records a sale nowhere on some way through the nodes; write ledger: true for one of them")
	}
}
