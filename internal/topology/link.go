package topology

import (
	"slices"

	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/field"
)

// links looks up the names that the links have.
func (r *resolver) links() {
	for i := range r.g.Nodes {
		n := &r.g.Nodes[i]
		n.Config.Calls = slices.Clone(n.Config.Calls)
		for k := range n.Config.Calls {
			l := Link{Config: n.Config.Calls[k], Destination: Destination{Name: Unnamed}}
			r.targets(field.At(field.Join(field.At("", i), "calls"), k)+".to", &l)
			n.Config.Calls[k] = l.Config
			n.Links = append(n.Links, l)
		}
	}
}

// targets looks up whom a link leads to.
func (r *resolver) targets(path string, l *Link) {
	if len(l.Config.To) == 1 {
		if k, named := r.names[l.Config.To[0]]; named {
			l.Destination = Destination{Name: k, To: r.g.Names[k].Nodes}
			l.Config.To = nil
			for _, to := range l.To {
				l.Config.To = append(l.Config.To, r.g.Name(to))
			}
			return
		}
	}
	r.several(path, l)
}

// several looks up the entries of a list, of which each is a node or, where the tenant
// decides, a name.
func (r *resolver) several(path string, l *Link) {
	declared, named := l.Config.To, false
	l.Config.To = nil
	for t, entry := range declared {
		here := path
		if len(declared) > 1 {
			here = field.At(path, t)
		}
		s := Shard{Name: Unnamed, First: len(l.To)}
		nodes := []int{r.lookup(here, entry)}
		if k, ok := r.names[entry]; ok {
			named = true
			s.Name, nodes = k, r.g.Names[k].Nodes
			if l.Config.Target != caller.Tenant {
				r.errs.Add(here, "is a name, which says by itself which node is called; write it alone, or let the tenant decide: target: 'tenant'")
				continue
			}
		}
		for _, to := range nodes {
			if slices.Contains(l.To, to) && to >= 0 {
				r.errs.Add(here, "leads to '%s', as another entry of the list does; let each shard have nodes of its own", r.g.Name(to))
			}
			if to >= 0 {
				l.To = append(l.To, to)
				l.Config.To = append(l.Config.To, r.g.Name(to))
			}
		}
		l.Shards = append(l.Shards, s)
	}
	if !named {
		l.Shards = nil
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
