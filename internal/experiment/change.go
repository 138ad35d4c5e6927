package experiment

import (
	"fmt"
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/topology"
)

// Changed is the record of the order of that index in the timeline, which has changed
// a name: when each terminal that sends to the name was first seen to follow it, in
// the order of time. It took hold where any did, and there is nothing to be removed.
func (p *Plan) Changed(i int, moved []time.Duration) history.Fault {
	f := p.Planned(p.Timeline[i])
	all := 0
	for k := range p.Fleet {
		if p.Fleet[k].To == f.Name {
			all += p.Fleet[k].Terminals
		}
	}
	f.Removed = true
	switch n := len(moved); {
	case all == 0:
		f.Applied, f.Evidence = true, "nodes alone send to '"+f.Name+"', each by its own cache"
	case n == 0:
		f.Evidence = fmt.Sprintf("none of %d terminals was seen to send to '%s'", all, f.Node)
		f.Failure = f.Evidence
	default:
		f.Applied = true
		f.Evidence = fmt.Sprintf("%d of %d terminals were seen to send to '%s' by it: the first at %s, half of these by %s, the last at %s",
			n, all, f.Node, clock(moved[0]), clock(moved[(n-1)/2]), clock(moved[n-1]))
	}
	return f
}

// clock words a time of the run for a reader.
func clock(at time.Duration) string { return brief(at.Round(100 * time.Millisecond)) }

// FleetLinks gives what the fleet sent to each of its entries, as the whole has it where
// there is one, or as it was counted.
func FleetLinks(g *topology.Graph, h *history.History, sent *history.FleetRecorder) []history.Link {
	if sent == nil {
		return []history.Link{h.FleetLink(g.Name(g.Entries[0]))}
	}
	var all []history.Link
	for _, entry := range g.Entries {
		all = append(all, history.Link{From: history.Fleet, To: g.Name(entry), Buckets: sent.Link(entry, len(h.Buckets))})
	}
	return all
}
