package verdict

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
)

// load is what came to the backend in a stretch and what it can serve: to the whole
// of one node; of several, to the one that got the most for what it can serve, since
// that one is exhausted first. Retries between nodes show there and not at the entry.
type load struct {
	node            string  // empty where the whole is meant
	arrived, served int64   // requests
	capacity        float64 // requests per second; zero if not known
}

// load reads the load of a stretch.
func (t *trial) load(m *tally) load {
	most := load{arrived: m.attempts, served: m.served, capacity: capacity(t.h)}
	if len(t.h.Nodes) < 2 || t.h.Unobserved {
		return most
	}
	for i := range t.h.Nodes {
		n := &t.h.Nodes[i]
		if l := loadOf(n, m.lo, m.hi); l.capacity > 0 && (most.node == "" || l.share() > most.share()) {
			most = l
		}
	}
	return most
}

func loadOf(n *history.Node, lo, hi int) load {
	l := load{node: n.Name, capacity: n.Capacity}
	for i := lo; i < min(hi, len(n.Buckets)); i++ {
		l.arrived += n.Buckets[i].Arrived
		l.served += n.Buckets[i].Served
	}
	return l
}

// manned is how long a stretch lasts without the windows in which nobody sold or sent
// anything: the shops are closed then and their terminals off, so that a storm which
// begins anew whenever they open is not averaged over their nights.
func (t *trial) manned(m *tally) time.Duration {
	length := m.length
	for i := range t.ws {
		w := &t.ws[i]
		if w.lo >= m.lo && w.hi <= m.hi && w.demand == 0 && w.Amplification == 0 {
			length -= time.Duration(w.hi-w.lo) * t.h.Bucket
		}
	}
	return length
}

// openly turns a count of a stretch into a rate while shops were open; zero where they
// never were.
func (t *trial) openly(m *tally, n int64) float64 {
	if open := t.manned(m); open > 0 {
		return float64(n) / open.Seconds()
	}
	return 0
}

// share is what came as a share of what can be served, but for a factor that all
// nodes have in common.
func (l load) share() float64 { return float64(l.arrived) / l.capacity }
