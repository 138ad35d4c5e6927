package experiment

import (
	"cmp"
	"slices"
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
)

// maxNames is how many names a backend can have.
const maxNames = 32

// names reports what is wrong with the names, each in itself.
func (p *Plan) names(errs *field.Errors) {
	const path = "backend.names"
	if n := len(p.Backend.Names); n > maxNames {
		errs.Add(path, "has %d names; at most %d are supported", n, maxNames)
	}
	for i, n := range p.Backend.Names {
		errs.Within(field.At(path, i), n.Validate())
		if n.Name != "" && slices.Contains(p.nodeNames(), n.Name) {
			errs.Add(field.At(path, i)+".name", "is the name of a node already; write another, so that each is told from the other")
		}
	}
	distinct(errs, path, "name", p.aliases())
}

// references reports names and nodes that are meant and are not there, and names that
// nobody means.
func (p *Plan) references(errs *field.Errors) {
	nodes, names := p.nodeNames(), p.aliases()
	for i, n := range p.Backend.Names {
		here := field.At("backend.names", i)
		p.named(errs, here+".node", "node", n.Node, nodes)
		if !p.uses(n.Name) {
			errs.Add(here, "is used by nobody; write '%s' in fleet[].to or in the to of a node's calls, or leave it out", n.Name)
		}
	}
	for i := range p.Fleet {
		if to := p.Fleet[i].To; to != "" {
			p.named(errs, field.At("fleet", i)+".to", "node or name", to, append(slices.Clone(nodes), names...))
		}
	}
	p.orders(errs)
	p.regions(errs)
	p.replicas(errs)
	for i, e := range p.Timeline {
		if e.Kind.Repairs() {
			p.mending(errs, field.At("timeline", i), e)
		}
	}
}

// aliases gives the names that stand for nodes.
func (p *Plan) aliases() []string {
	all := make([]string, len(p.Backend.Names))
	for i, n := range p.Backend.Names {
		all[i] = n.Name
	}
	return all
}

// uses says whether anybody sends to a name.
func (p *Plan) uses(name string) bool {
	for i := range p.Fleet {
		if p.Fleet[i].To == name {
			return true
		}
	}
	for i := range p.Backend.Nodes {
		for _, l := range p.Backend.Nodes[i].Calls {
			if slices.Contains(l.To, name) {
				return true
			}
		}
	}
	return false
}

// orders reports orders that change a name which there is not, or not to another node.
func (p *Plan) orders(errs *field.Errors) {
	for i, e := range p.Timeline {
		path := field.At("timeline", i)
		switch {
		case !e.Kind.ChangesName():
		case len(p.Backend.Names) == 0:
			errs.Add(path+".name", "there are no names; declare backend.names, and have the fleet send to one of them")
		default:
			p.named(errs, path+".name", "name", e.Name, p.aliases())
			p.named(errs, path+".to", "node", e.To, p.nodeNames())
		}
	}
	for _, n := range p.Backend.Names {
		p.course(errs, n.Name, n.Node)
	}
}

// course follows the orders that change a name, which stands for a node at first.
func (p *Plan) course(errs *field.Errors, name, node string) {
	var orders []strike
	for i, e := range p.Timeline {
		if e.Kind.ChangesName() && e.Name == name {
			orders = append(orders, strike{e, field.At("timeline", i)})
		}
	}
	slices.SortStableFunc(orders, func(a, b strike) int { return cmp.Compare(a.At, b.At) })
	var last strike
	until := time.Duration(-1)
	for _, o := range orders {
		switch {
		case o.At <= until:
			errs.Add(o.path, "changes '%s' at %s, while %s does until %s; let one end before the next", name, brief(o.At), last.path, brief(until))
		case o.To == node:
			errs.Add(o.path+".to", "is '%s', for which '%s' stands by then; write another node", o.To, name)
		}
		last, until, node = o, max(until, end(o.Event)), o.To
	}
}
