package sim

import (
	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/replica"
)

// replicated is a node's ledger and the copy of it that another node keeps.
type replicated struct {
	*replica.Pair
	original, copied int // the nodes, by their index
}

// pair sets up the copies of ledgers; those that take no writes refuse them.
func (r *run) pair() {
	r.pairs = nil
	for i := range r.nodes {
		c := r.nodes[i].cfg.Replica
		if c == nil {
			continue
		}
		r.pairs = append(r.pairs, replicated{replica.NewPair(c.Lag), r.graph.Index(c.Of), i})
		r.nodes[i].node.ReadOnly(c.Writes == backend.Refuse)
	}
}

// sideOf says which side of the pair a node is, if any.
func (p *replicated) sideOf(node int) (replica.Side, bool) {
	if node == p.copied {
		return replica.Copy, true
	}
	return replica.Original, node == p.original
}

// knows says whether a node has a sale by copying, which another has recorded.
func (r *run) knows(node int, e *entry) bool {
	for k := range r.pairs {
		p := &r.pairs[k]
		side, in := p.sideOf(node)
		other := p.original
		if side == replica.Original {
			other = p.copied
		}
		if in && e.ledgers&r.nodes[other].ledger != 0 && p.Has(r.now, side, replica.Sale{Terminal: e.term, Number: e.sale}) {
			return true
		}
	}
	return false
}

// write notes that a node has taken a sale for the first time.
func (r *run) write(node int, e *entry) {
	sale := replica.Sale{Terminal: e.term, Number: e.sale}
	var record *replica.Record
	if n := r.cfg.Plan.Backend.Records; n > 0 {
		record = &replica.Record{Tenant: r.tenancy.Of(e.term), Number: replica.RecordOf(sale, n)}
	}
	for k := range r.pairs {
		if side, in := r.pairs[k].sideOf(node); in {
			r.pairs[k].Write(r.now, side, sale, record)
		}
	}
}

// struck tells the pairs of an order, and of a fault that takes a node away or gives it
// back.
func (r *run) struck(s *strike) {
	for k := range r.pairs {
		p := &r.pairs[k]
		switch {
		case s.on && s.Promote && s.To == r.graph.Name(p.copied):
			p.Promote(r.now)
			r.nodes[p.copied].node.ReadOnly(false)
		case s.on && s.Merge && s.To == r.graph.Name(p.original):
			p.Merge()
			r.nodes[p.copied].node.ReadOnly(r.nodes[p.copied].cfg.Replica.Writes == backend.Refuse)
		case (s.Kind.TakesDown() || s.Kind == fault.Freeze) && s.Node == r.graph.Name(p.original):
			p.Reach(r.now, !s.on)
		}
	}
}
