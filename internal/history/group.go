package history

// By what a group of tenants belongs together.
const (
	ByCohort = "cohort" // they run the same client version
	ByNode   = "node"   // what they send ends at the same node
)

// Group is what the terminals of some tenants counted, bucket by bucket.
type Group struct {
	Name      string   `json:"name,omitzero"`
	By        string   `json:"by,omitzero"`        // ByCohort or ByNode
	Terminals int      `json:"terminals,omitzero"` // how many
	Tenants   int      `json:"tenants,omitzero"`   // how many they belong to
	Demand    float64  `json:"demand,omitzero"`    // sales per second that they bring outside any spike, as declared
	Buckets   []Bucket `json:"buckets,omitzero"`   // nothing is in them of what the backend showed
}

// Alone is the record of the run as the group alone saw it: a fleet on a backend that
// gives no statistics.
func (h *History) Alone(g *Group) *History {
	alone := *h
	alone.Buckets, alone.Demand, alone.Unobserved = g.Buckets, g.Demand, true
	alone.Nodes, alone.Links, alone.Groups = nil, nil, nil
	alone.Ledger, alone.Capacity, alone.Wasted = Audit{None: true}, 0, 0
	if n := len(g.Buckets); n > 0 {
		last := &g.Buckets[n-1]
		alone.Owed.Unsynced = last.Unsynced
		alone.Owed.Retries = min(alone.Owed.Retries, last.Pending)
	}
	return &alone
}
