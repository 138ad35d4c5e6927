package live

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/network"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/topology"
)

// Entry is a node to which terminals send.
type Entry struct {
	Name      string // as a trace names it
	Addr      string // host:port
	Propagate bool   // it is told with each attempt how long its terminal waits
}

// Routes say where the terminals of each cohort send.
type Routes struct {
	Entries []Entry                // by the node's index in the graph; those of no entry are never used
	Fleet   []topology.Destination // by cohort
	Names   *network.Names
}

// answer is where a terminal sends: the entry, by its index, and the order in the
// timeline that made it so; -1 if none did.
type answer struct{ node, order int }

// answer gives where a terminal sends at a time.
func (s *Shard) answer(u *unit, now time.Duration) answer {
	if s.cfg.Routes == nil {
		return answer{0, -1}
	}
	d := &s.cfg.Routes.Fleet[u.cohort]
	if d.Name == topology.Unnamed {
		return answer{d.To[0], -1}
	}
	tenant := s.tenancy.Of(u.id)
	a := s.cfg.Routes.Names.Resolve(d.Name, network.Asker{Tenant: tenant, Resolver: uint64(tenant)}, now)
	return answer{d.To[a.Node], a.Order}
}

// destination gives the entry to which a terminal sends an attempt, and counts that.
func (s *Shard) destination(u *unit, e *terminal.Effect) int {
	if s.sent == nil {
		return 0
	}
	now := s.now()
	a := s.answer(u, now)
	s.sent.Sent(now, u.id, e.Attempt, e.Sale, a.node, a.order)
	return a.node
}

// pool gives the connections to an entry that a terminal shares with its cohort; nil
// where it has its own.
func (s *Shard) pool(u *unit, entry int) *pool { return s.pools[u.cohort*len(s.entries)+entry] }

// Sent gives what all shards of a run sent to each of so many entries; nil where they
// have counted none.
func Sent(bucket time.Duration, entries int, outcomes []Outcome) *history.FleetRecorder {
	var sum *history.FleetRecorder
	for _, o := range outcomes {
		if o.Sent == nil {
			continue
		}
		if sum == nil {
			sum = history.NewFleetRecorder(bucket, entries)
		}
		sum.Merge(o.Sent)
	}
	return sum
}
