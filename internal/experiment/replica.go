package experiment

import (
	"slices"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/field"
)

// maxRecords is how many records a tenant can have.
const maxRecords = 1_000_000

// replicas reports copies of ledgers that there are not, and orders to promote or to
// merge what is no copy.
func (p *Plan) replicas(errs *field.Errors) {
	nodes := p.nodeNames()
	for i := range p.Backend.Nodes {
		n := &p.Backend.Nodes[i]
		path := field.At("backend.nodes", i) + ".replica"
		if n.Replica == nil || !p.named(errs, path+".of", "node", n.Replica.Of, nodes) {
			continue
		}
		of := &p.Backend.Nodes[slices.Index(nodes, n.Replica.Of)]
		switch {
		case of == n:
			errs.Add(path+".of", "is the node itself; write the node whose ledger is copied")
		case of.Replica != nil:
			errs.Add(path+".of", "is '%s', which is a copy itself; write '%s', of which it is one", of.Name, of.Replica.Of)
		case !of.Records() || !n.Records():
			errs.Add(path, "copies a ledger, but one of '%s' and '%s' keeps none; write ledger: true for both", of.Name, n.Name)
		default:
			p.keeping(errs, of, n)
		}
	}
	if r := p.Backend.Records; r < 0 || r > maxRecords {
		errs.Add("backend.records", "must be how many records each tenant has, from 1 to %d; leave it out if sales share none", maxRecords)
	}
	for i, e := range p.Timeline {
		path := field.At("timeline", i)
		if e.Promote && !slices.ContainsFunc(p.Backend.Nodes, isCopy(e.To, "")) {
			errs.Add(path+".promote", "makes '%s' take writes, which is no replica; declare its replica, or leave promote out", e.To)
		}
		if e.Merge && !slices.ContainsFunc(p.Backend.Nodes, isCopy("", e.To)) {
			errs.Add(path+".merge", "merges the ledger of '%s' with its copy, and no node is a replica of it; declare one, or leave merge out", e.To)
		}
	}
}

// keeping reports a pair of ledgers of which one can lose what it has recorded: what its
// copy lacks could not be counted any more. A disk without syncEvery loses no commit, not
// even in a crash with unsynced: 'lost'.
func (p *Plan) keeping(errs *field.Errors, pair ...*backend.Config) {
	for _, n := range pair {
		if n.Disk == nil || n.Disk.SyncEvery == 0 {
			continue
		}
		path := field.At("backend.nodes", slices.Index(p.nodeNames(), n.Name)) + ".disk.syncEvery"
		errs.Add(path, "lets '%s' lose sales that it has recorded, while its ledger has a copy or is one, "+
			"and what the copy lacks could not be counted; leave it out, or leave replica out", n.Name)
	}
}

// isCopy says of a node whether it is a replica and has that name, if one is given, or
// copies the node of that name.
func isCopy(name, of string) func(backend.Config) bool {
	return func(n backend.Config) bool {
		return n.Replica != nil && (n.Name == name || of != "" && n.Replica.Of == of)
	}
}
