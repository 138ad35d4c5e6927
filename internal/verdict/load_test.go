package verdict

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/history"
)

// Retries between nodes show at the node that they flood, and not at the entry.
func TestLoadIsThatOfTheNodeWhichIsExhaustedFirst(t *testing.T) {
	buckets := func(arrived, served int64) []history.NodeBucket {
		return []history.NodeBucket{{Arrived: 1, Served: 1}, {Arrived: arrived, Served: served}, {Arrived: arrived, Served: served}}
	}
	h := &history.History{
		Bucket: time.Second, Capacity: 120,
		Buckets: []history.Bucket{{Attempts: 1}, {Attempts: 100, Served: 90}, {Attempts: 100, Served: 90}},
		Nodes: []history.Node{
			{Name: "gateway", Buckets: buckets(100, 90)}, // nothing bounds it
			{Name: "app", Capacity: 1000, Buckets: buckets(400, 400)},
			{Name: "database", Capacity: 120, Buckets: buckets(1600, 120)},
		},
	}
	for _, c := range []struct {
		name    string
		change  func(h *history.History)
		want    load
		flooded bool
	}{
		{"several nodes", func(*history.History) {}, load{"database", 3200, 240, 120}, true},
		{"one node", func(h *history.History) { h.Nodes = h.Nodes[:1] }, load{"", 200, 180, 120}, false},
		{"no capacity known of any", func(h *history.History) { h.Nodes = []history.Node{{Name: "a"}, {Name: "b"}} }, load{"", 200, 180, 120}, false},
		{"no figures of the backend", func(h *history.History) { h.Unobserved = true }, load{"", 200, 180, 120}, false},
		{"a node that was seen for a part of the time", func(h *history.History) { h.Nodes[2].Buckets = h.Nodes[2].Buckets[:2] }, load{"database", 1600, 120, 120}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := *h
			changed.Nodes = append([]history.Node(nil), h.Nodes...)
			c.change(&changed)
			tr := &trial{h: &changed}
			m := measure(&changed, 1, 3)
			if diff := cmp.Diff(c.want, tr.load(m), cmp.AllowUnexported(load{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got := tr.flooded(m); got != c.flooded {
				t.Errorf("flooded: %v, want %v", got, c.flooded)
			}
		})
	}
}
