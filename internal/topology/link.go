package topology

import (
	"slices"

	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/network"
)

// links looks up the names that the links have.
func (r *resolver) links() {
	for i := range r.g.Nodes {
		n := &r.g.Nodes[i]
		n.Config.Calls = slices.Clone(n.Config.Calls)
		for k := range n.Config.Calls {
			l := Link{Config: n.Config.Calls[k]}
			r.targets(field.At(field.Join(field.At("", i), "calls"), k)+".to", &l)
			n.Config.Calls[k] = l.Config
			n.Links = append(n.Links, l)
		}
	}
}

// targets looks up whom a link leads to: the entries of its list, of which each is a
// node or a name. A name is the only entry, or one among which the tenant decides.
func (r *resolver) targets(path string, l *Link) {
	declared, named := l.Config.To, false
	l.Config.To = nil
	for t, entry := range declared {
		here := path
		if len(declared) > 1 {
			here = field.At(path, t)
		}
		e, nodes := network.Entry{First: len(l.To)}, []int{r.lookup(here, entry)}
		if k, ok := r.names[entry]; ok {
			named = true
			e.Name, nodes = entry, r.g.Names[k].Nodes
			if len(declared) > 1 && l.Config.Target != caller.Tenant {
				r.errs.Add(here, "is a name, which says by itself which node is called; write it alone, or let the tenant decide: target: 'tenant'")
				continue
			}
		}
		r.leads(here, l, nodes)
		l.Entries = append(l.Entries, e)
	}
	if !named {
		l.Entries = nil
	}
}

// leads adds the nodes of an entry to those that a link leads to.
func (r *resolver) leads(path string, l *Link, nodes []int) {
	for _, to := range nodes {
		if to < 0 {
			continue
		}
		if slices.Contains(l.To, to) {
			r.errs.Add(path, "leads to '%s', as another entry of the list does; let each shard have nodes of its own", r.g.Name(to))
		}
		l.To = append(l.To, to)
		l.Config.To = append(l.Config.To, r.g.Name(to))
	}
}

// lookup gives the index of a node, or -1; what is neither a node nor a name is
// reported.
func (r *resolver) lookup(path, entry string) int {
	if to, ok := r.index[entry]; ok {
		return to
	}
	if _, named := r.names[entry]; !named {
		r.unknown(path, entry)
	}
	return -1
}
