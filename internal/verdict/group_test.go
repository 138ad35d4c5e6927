package verdict

import (
	"strings"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
)

// halves is a run of 120 s whose fleet is two groups of 50 tenants each with 100 sales
// a second; from 30 s on, for 20 s, those of the second group are all given up, and for
// as long as failing says after that.
func halves(failing time.Duration) *history.History {
	const perSec = 100
	h := &history.History{
		Bucket: time.Second, Horizon: 120 * time.Second, Demand: 2 * perSec, Capacity: 1000, Tenants: 100,
		Trigger: history.Span{From: 30 * time.Second, To: 50 * time.Second},
		Ledger:  history.Audit{Done: true},
		Groups:  []history.Group{{Name: "a", Tenants: 50, Demand: perSec}, {Name: "b", Tenants: 50, Demand: perSec}},
	}
	for i := range 120 {
		at := time.Duration(i) * time.Second
		good := history.Bucket{Demand: perSec, Attempts: perSec, Good: perSec, Served: perSec}
		good.Outcomes[0] = perSec
		for range perSec {
			good.Latency.Add(100 * time.Millisecond)
		}
		other := good.Clone()
		if at >= 30*time.Second && at < 50*time.Second+failing {
			other = history.Bucket{Demand: perSec, Attempts: perSec, Failed: perSec}
			other.Outcomes[1] = perSec
		}
		sum := good.Clone()
		sum.Add(&other)
		if other.Failed > 0 {
			sum.Hurt = 50
		}
		h.Groups[0].Buckets = append(h.Groups[0].Buckets, good)
		h.Groups[1].Buckets = append(h.Groups[1].Buckets, other)
		h.Buckets = append(h.Buckets, sum)
	}
	return h
}

func TestGroupsOfTenantsAreJudgedForThemselves(t *testing.T) {
	tests := []struct {
		name        string
		failing     time.Duration
		whole, a, b Kind
	}{
		{"back with the trigger", 0, Recovered, Healthy, Recovered},
		{"back later", 20 * time.Second, Recovered, Healthy, Recovered},
		{"never back", time.Hour, Collapsed, Healthy, Collapsed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := Judge(halves(tt.failing), Config{})
			if len(v.Groups) != 2 {
				t.Fatalf("%d groups were judged, want 2", len(v.Groups))
			}
			if a, b := v.Groups[0], v.Groups[1]; v.Kind != tt.whole || a.Kind != tt.a || b.Kind != tt.b {
				t.Errorf("the whole is %v (%s), a %v (%s), b %v (%s); want %v, %v and %v",
					v.Kind, v.Reason, a.Kind, a.Reason, b.Kind, b.Reason, tt.whole, tt.a, tt.b)
			}
			h := v.Evidence.Hurt
			if h == nil || h.Most != 50 || h.Share() != 0.5 || h.At != 31*time.Second {
				t.Errorf("hurt: %+v, want 50 of 100 tenants at 31 s", h)
			}
		})
	}
}

func TestReasonNamesTheGroupsForWhichARunThatPassesDidNot(t *testing.T) {
	said := worse(Verdict{Kind: Recovered, Groups: []Group{{Name: "a", Kind: Healthy}, {Name: "db-2", Kind: Collapsed}, {Name: "c", Kind: Invalid}}})
	if !strings.Contains(said, "db-2 collapsed") || strings.Contains(said, " a ") || strings.Contains(said, "invalid") {
		t.Errorf("it says %q", said)
	}
	if said := worse(Verdict{Kind: Collapsed, Groups: []Group{{Name: "a", Kind: Collapsed}}}); said != "" {
		t.Errorf("of a run that does not pass it says %q", said)
	}
}
