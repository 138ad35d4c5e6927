package experiment

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/network"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/topology"
)

// Outline is the history of a plan in which nothing has happened yet: what is
// declared, as every engine writes it down.
func (p *Plan) Outline(bucket time.Duration) *history.History {
	h := &history.History{
		Bucket: bucket, Horizon: p.Horizon,
		Capacity: p.Graph().Capacity(), Demand: p.Demand(), Clients: p.clients(),
		Tenants: terminal.Tenants(p.Fleet),
	}
	h.Trigger.From, h.Trigger.To = p.Trigger()
	h.Endless = p.endless()
	for i := range p.Fleet {
		h.Varies = h.Varies || p.Fleet[i].Hours != nil || len(p.Fleet[i].Demand) > 0
	}
	return h
}

// Graph gives the backend's nodes in their places. The plan must be valid.
func (p *Plan) Graph() *topology.Graph {
	g, err := p.Build()
	if err != nil {
		panic("experiment: the graph of a plan that is not valid: " + err.Error())
	}
	return g
}

// Build is Graph of a plan whose parts are valid each in itself. The error says by
// paths within the nodes why they form no graph.
func (p *Plan) Build() (*topology.Graph, error) {
	d := topology.Declaration{Nodes: p.Backend.Nodes}
	names := p.Names(0)
	for i, n := range p.Backend.Names {
		d.Names = append(d.Names, topology.Alias{Name: n.Name, Nodes: names.Nodes(i)})
	}
	for i := range p.Fleet {
		c := &p.Fleet[i]
		d.Fleet = append(d.Fleet, topology.Sender{To: c.To, Sales: float64(c.Terminals) / c.Sale.Every.Seconds()})
	}
	g, err := topology.Build(d)
	if err == nil {
		g.Faulty = p.faulty(g)
		g.Naming = network.NamingOf(p.Backend.Names, p.Timeline)
	}
	return g, err
}

// Names gives what the names stand for in the run with that seed.
func (p *Plan) Names(seed uint64) *network.Names {
	return network.NewNames(seed, p.Backend.Names, p.Timeline)
}

// Planned is the record of an event of the timeline to which nothing has happened yet,
// as every engine writes it down.
func (p *Plan) Planned(e fault.Event) history.Fault {
	f := history.Fault{
		Kind: e.Kind.String(), Node: e.Node, Name: e.Name, Span: history.Span{From: e.At, To: e.End()}, Share: float64(e.Share),
		Endless: p.Stays(e),
	}
	if e.Kind.StrikesLink() {
		f.Link = topology.Pair{From: e.From, To: e.To}.String()
	}
	if e.Kind.Repairs() {
		f.Span.To = e.Done()
	}
	if e.Kind.ChangesName() {
		f.Node = e.To
	}
	return f
}

// Stays says whether an event of the plan's timeline is on when the run ends, and so
// is not to be taken away.
func (p *Plan) Stays(e fault.Event) bool { return e.Endless && e.End() >= p.Horizon }

// Unfolded is the plan of the run with that seed: what comes and goes on its timeline
// stands there as often as it comes.
func (p Plan) Unfolded(seed uint64) Plan {
	p.Timeline = fault.Unfold(p.Timeline, seed)
	return p
}

// clients sums up how long the declared clients wait.
func (p *Plan) clients() history.Clients {
	var c history.Clients
	_, gone := p.Trigger()
	for i := range p.Fleet {
		f := p.Fleet[i].WithDefaults()
		if c.Timeout == 0 || f.Timeout < c.Timeout {
			c.Timeout = f.Timeout
		}
		c.Delay = max(c.Delay, f.Delay(gone))
	}
	return c
}
