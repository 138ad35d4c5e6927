package fakes

import (
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/node"
)

// stats gives what the node has counted, by itself and over each link, and the
// orders that are in force, all of one moment.
func (s *server) stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Stats{
		Stats: s.node.Stats(), Links: s.linkStats(), Shed: s.node.Shedding(), RetriesOff: s.node.RetriesOff(),
	}
}

// linkStats names the counts of the links after the nodes that they lead to.
func (s *server) linkStats() []LinkStats {
	counts := s.node.Links()
	all := make([]LinkStats, 0, len(counts))
	for _, link := range s.cfg.Calls {
		for _, to := range link.To {
			all = append(all, LinkStats{To: to, Stats: counts[len(all)]})
		}
	}
	return all
}

// shed has the node turn away a share of what arrives from now on.
func (s *server) shed(share float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.step(now, now, &node.Event{Kind: node.Fault, Strike: fault.Shed, On: share > 0, Amount: share})
}

// cool empties the node's cache.
func (s *server) cool() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.step(now, now, &node.Event{Kind: node.Fault, Strike: fault.Cold, On: true})
}

// retriesOff switches the retries of the node's own calls off, or on again.
func (s *server) retriesOff(off bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.step(now, now, &node.Event{Kind: node.Fault, Strike: fault.RetriesOff, On: off})
}
