package verdict

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
)

// Group is how the run came out for a group of tenants alone.
type Group struct {
	Name, By      string // as in history.Group
	Kind          Kind
	TimeToRecover time.Duration // as in Verdict
	Final         bool
	Reason        string
}

// Hurt is how far a run's harm went.
type Hurt struct {
	Tenants int64         // of the whole fleet
	Most    int64         // of them hurt at once, from the trigger's start on
	At      time.Duration // when they were that many first
}

// Share is the blast radius: the share of the tenants that were hurt at once.
func (h *Hurt) Share() float64 { return float64(h.Most) / float64(max(h.Tenants, 1)) }

// groups judges each group of tenants by what its own clients saw. These do not see
// whether what waits in the backend becomes less; where the whole has collapsed, it
// does not for them either.
func groups(h *history.History, cfg Config, whole Kind) []Group {
	var out []Group
	for i := range h.Groups {
		g := &h.Groups[i]
		v := Judge(h.Alone(g), cfg)
		if whole == Collapsed && v.Kind == Degraded && v.Open != nil && !v.Evidence.Final.Healthy {
			v.Kind, v.Final = Collapsed, true
			v.Reason += " The backend as a whole has collapsed."
		}
		out = append(out, Group{g.Name, g.By, v.Kind, v.TimeToRecover, v.Final, v.Reason})
	}
	return out
}

// hurt finds when the most tenants were hurt, in the buckets up to the horizon; nil
// where it is not known how many there are.
func (t *trial) hurt() *Hurt {
	if t.h.Tenants <= 0 {
		return nil
	}
	most := &Hurt{Tenants: int64(t.h.Tenants)}
	start := t.from
	if !t.triggered() {
		start = 0
	}
	for i := start; i < t.end; i++ {
		if n := t.h.Buckets[i].Hurt; n > most.Most {
			most.Most, most.At = n, t.at(i+1)
		}
	}
	return most
}
