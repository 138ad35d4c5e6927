package k6x

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// chain is a run of ten buckets, with a trigger in the fourth and fifth, of two nodes.
func chain() *history.History {
	h := &history.History{
		Bucket: time.Second, Horizon: 10 * time.Second, Buckets: make([]history.Bucket, 10),
		Trigger: history.Span{From: 3 * time.Second, To: 5 * time.Second},
		Nodes:   []history.Node{{Name: "api"}, {Name: "db"}},
		Links:   []history.Link{{From: history.Fleet, To: "api"}, {From: "api", To: "db"}},
	}
	for i := range 12 { // watched for longer
		for k := range h.Nodes {
			n, l := &h.Nodes[k], &h.Links[k]
			n.Buckets = append(n.Buckets, history.NodeBucket{Queue: int64(100*k + i), Wasted: 20 * time.Millisecond, Blind: k == 1 && i >= 5})
			b := history.LinkBucket{Attempts: int64(10 * (k + 1))}
			b.Outcomes[retry.OK], b.Outcomes[retry.Timeout] = 4, 5
			l.Buckets = append(l.Buckets, b)
		}
	}
	return h
}

func TestNodesAndLinksAreSamplesByPhase(t *testing.T) {
	e, one, air := onAir(t)
	e.graph(one, chain())
	close(air)
	got := map[string]float64{}
	for c := range air {
		for _, s := range c.GetSamples() {
			tags := s.Tags.Map()
			if tags["variant"] != "as declared" || tags["run"] != "7" {
				t.Errorf("%s is tagged %v", s.Metric.Name, tags)
			}
			got[s.Metric.Name+" "+tags["node"]+tags["link"]+" "+tags["phase"]] = s.Value
		}
	}
	want := map[string]float64{}
	for phase, n := range map[string]float64{"baseline": 3, "trigger": 2, "recovery": 5} {
		for link, attempts := range map[string]float64{"fleet→api": 10, "api→db": 20} {
			want["retrystorm_link_attempts "+link+" "+phase] = n * attempts
			want["retrystorm_link_goodput "+link+" "+phase] = n * 4
		}
		for _, node := range []string{"api", "db"} {
			want["retrystorm_node_wasted "+node+" "+phase] = n * 20
		}
	}
	for at, queue := range map[string]float64{"api baseline": 2, "api trigger": 4, "api recovery": 9, "db baseline": 102, "db trigger": 104} {
		want["retrystorm_node_queue "+at] = queue
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestHistoryWithoutNodesAndLinksGivesNoSamplesOfThem(t *testing.T) {
	e, one, air := onAir(t)
	e.graph(one, &history.History{Bucket: time.Second, Buckets: make([]history.Bucket, 3)})
	close(air)
	for c := range air {
		if n := len(c.GetSamples()); n > 0 {
			t.Errorf("%d samples", n)
		}
	}
}
