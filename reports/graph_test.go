package reports

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// chain is the incident on three nodes, each of which tries four times while
// the last one answers nothing. The last one cannot be asked in bucket 4.
func chain(comesBack bool) *history.History {
	h := incident(comesBack)
	names := []string{history.Fleet, "gateway", "app", "db"}
	for i, name := range names[1:] {
		n, l := history.Node{Name: name}, history.Link{From: names[i], To: name}
		for k := range h.Buckets {
			storm := h.Buckets[k].Attempts > h.Buckets[k].Demand
			n.Buckets = append(n.Buckets, nodeBucket(storm, i))
			n.Buckets[k].Blind = name == "app" && k == 4
			l.Buckets = append(l.Buckets, linkBucket(storm, i))
		}
		h.Nodes, h.Links = append(h.Nodes, n), append(h.Links, l)
	}
	return h
}

// nodeBucket is a second of the node so many calls away from the fleet's.
func nodeBucket(storm bool, depth int) history.NodeBucket {
	if !storm {
		return history.NodeBucket{Arrived: 300, Served: 299, InFlight: 30, Worked: 30 * time.Second}
	}
	arrived := 1200 * int64(1<<(2*depth))
	return history.NodeBucket{
		Arrived: arrived, Served: 100, Rejected: arrived / 10, Queue: arrived / 2, InFlight: arrived/2 + 64,
		Worked: 64 * time.Second, Wasted: time.Duration(20*(depth+1)) * time.Second,
	}
}

func linkBucket(storm bool, depth int) history.LinkBucket {
	b := history.LinkBucket{Calls: 300, Attempts: 300}
	b.Outcomes[retry.OK] = 299
	if storm {
		b.Attempts = 1200 * int64(1<<(2*depth))
		b.Calls = b.Attempts / 4
		b.Outcomes = [retry.Causes]int64{retry.OK: 12, retry.Timeout: b.Attempts / 2, retry.Cancelled: 30}
	}
	return b
}

// layered is a result of a backend of three nodes.
func layered() *Result {
	r := New("layered-retries", "sim", 1, time.Time{})
	r.Add(newVariant("as it happened", experiment.Expect{Kinds: []verdict.Kind{verdict.Collapsed}}, experiment.Gate{}, []Run{
		NewRun(1, chain(false), judged(verdict.Collapsed, stayedDown)),
	}))
	r.Add(newVariant("budget", experiment.Expect{}, experiment.Gate{}, []Run{
		NewRun(1, chain(true), judged(verdict.Recovered, cameBack)),
	}))
	return r
}

// anyGraph gives a history nodes and links that were recorded for any length.
func anyGraph(t *rapid.T, h *history.History) {
	nodes := []string{history.Fleet, "a", "b"}
	for i, name := range nodes[1:rapid.IntRange(1, 3).Draw(t, "nodes")] {
		n, l := history.Node{Name: name}, history.Link{From: nodes[i], To: name}
		for range rapid.IntRange(0, len(h.Buckets)+2).Draw(t, "recorded") {
			b := nodeBucket(rapid.Bool().Draw(t, "storm"), i)
			b.Blind = rapid.IntRange(0, 5).Draw(t, "blind") == 0
			b.Worked += time.Duration(rapid.Int64Range(0, 1e12).Draw(t, "worked"))
			n.Buckets = append(n.Buckets, b)
			l.Buckets = append(l.Buckets, linkBucket(rapid.Bool().Draw(t, "storm"), i))
		}
		h.Nodes, h.Links = append(h.Nodes, n), append(h.Links, l)
	}
}

func TestNodeIsCountedOverTheRun(t *testing.T) {
	nodes := NewRun(1, chain(false), verdict.Verdict{}).Nodes
	var names []string
	for _, n := range nodes {
		names = append(names, n.Name)
	}
	if diff := cmp.Diff([]string{"gateway", "app", "db"}, names); diff != "" {
		t.Fatal(diff)
	}
	want := NodeTotals{
		Arrived: 3*300 + 9*4800, Served: 3*299 + 9*100, Rejected: 9 * 480,
		WorkedS: 3*30 + 9*64, WastedWorkS: 9 * 40, WastedShare: ptr(0.540541),
	}
	if diff := cmp.Diff(want, nodes[1].Totals); diff != "" {
		t.Error(diff)
	}
	s := nodes[1].Series
	if diff := cmp.Diff([]*float64{ptr(300.0), ptr(4800.0), nil, ptr(4800.0)}, s.Arrivals[2:6]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]*int64{ptr(int64(0)), ptr(int64(2400)), nil, ptr(int64(2400))}, s.Queue[2:6]); diff != "" {
		t.Error(diff)
	}
	if *s.Wasted[5] != 40 || *s.Served[5] != 100 || *s.Rejected[5] != 480 || *s.InFlight[5] != 2464 {
		t.Errorf("bucket 5: wasted %v, served %v, rejected %v, in flight %v", *s.Wasted[5], *s.Served[5], *s.Rejected[5], *s.InFlight[5])
	}
}

func TestLinkTellsInWhichPhaseAttemptsMultiply(t *testing.T) {
	links := NewRun(1, chain(true), verdict.Verdict{}).Links
	got := links[2]
	got.Series = LinkSeries{}
	want := Link{
		From: "app", To: "db", Calls: 10*300 + 2*4800, Attempts: 10*300 + 2*19200,
		Amplification: ptr(11.5), PerCall: ptr(3.285714), Goodput: rounded((10*299 + 2*12) / 12.0),
		Outcomes: map[string]int64{"ok": 10*299 + 2*12, "timeout": 2 * 9600, "cancelled": 2 * 30, "rejected": 0, "refused": 0, "reset": 0, "failed": 0},
		Phases:   []LinkPhase{{"baseline", ptr(1.0), 299}, {"trigger", ptr(64.0), 12}, {"recovery", ptr(1.0), 299}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// Of what app sent nothing is known while it could not be asked.
	for i, want := range map[int][]*float64{
		1: {ptr(300.0), ptr(4800.0), ptr(4800.0), ptr(300.0)},
		2: {ptr(300.0), ptr(19200.0), nil, ptr(300.0)},
	} {
		if diff := cmp.Diff(want, links[i].Series.Attempts[2:6]); diff != "" {
			t.Errorf("link %d: %s", i, diff)
		}
	}
	if s := links[2].Series; *s.Errors[3] != 9600 || *s.Goodput[3] != 12 {
		t.Errorf("errors %v, goodput %v", *s.Errors[3], *s.Goodput[3])
	}
}

func TestNodesAndLinksAreThoseOfTheRunsBuckets(t *testing.T) {
	long, short := chain(false), chain(false)
	for i := range long.Nodes {
		long.Nodes[i].Buckets = append(long.Nodes[i].Buckets, nodeBucket(true, i), nodeBucket(true, i))
		long.Links[i].Buckets = append(long.Links[i].Buckets, linkBucket(true, i))
	}
	want := NewRun(1, chain(false), verdict.Verdict{})
	if diff := cmp.Diff(want, NewRun(1, long, verdict.Verdict{})); diff != "" {
		t.Errorf("beyond the run:\n%s", diff)
	}
	short.Nodes[0].Buckets, short.Links[0].Buckets = short.Nodes[0].Buckets[:7], nil
	got := NewRun(1, short, verdict.Verdict{})
	if s := got.Nodes[0].Series; len(s.Queue) != 12 || s.Queue[6] == nil || s.Queue[7] != nil {
		t.Errorf("queue %v of a record of 7 buckets", s.Queue)
	}
	if l := got.Links[0]; l.Attempts != 0 || l.PerCall != nil || len(l.Series.Errors) != 12 || l.Series.Errors[0] != nil {
		t.Errorf("%+v of a link without record", l)
	}
}

func TestLinkWithoutSalesHasNoAmplification(t *testing.T) {
	h := chain(false)
	for i := range h.Buckets {
		h.Buckets[i].Demand = 0
	}
	if l := NewRun(1, h, verdict.Verdict{}).Links[0]; l.Amplification != nil || l.Phases[0].AttemptsPerSale != nil || l.PerCall == nil {
		t.Errorf("%v, %v of no sales; %v per call", l.Amplification, l.Phases[0].AttemptsPerSale, l.PerCall)
	}
}

func TestReadNoticesWhatWasEditedOfNodesAndLinks(t *testing.T) {
	for _, tc := range []struct {
		name string
		edit func(r *Run)
		want string
	}{
		{"two nodes of one name", func(r *Run) { r.Nodes[1].Name, r.Links = r.Nodes[0].Name, nil },
			"nodes[1].name: is that of nodes[0] already"},
		{"wasted", func(r *Run) { r.Nodes[0].Totals.WastedShare = nil },
			"nodes[0].totals.wasted_share: is null, but 180 s of 666 s make it 0.27027"},
		{"a node's series", func(r *Run) { r.Nodes[2].Series.Wasted = r.Nodes[2].Series.Wasted[1:] },
			"nodes[2].series: has lists of another length than series.t_s"},
		{"a link from nowhere", func(r *Run) { r.Links[1].From = "nowhere" },
			`links[1].from: is "nowhere", which is none of the nodes`},
		{"a link to the fleet", func(r *Run) { r.Links[1].To = history.Fleet },
			`links[1].to: is "fleet", which is none of the nodes`},
		{"fewer attempts than calls", func(r *Run) { r.Links[0].Calls = 20000 },
			`links[0].attempts: is 11700; must be at least calls, which is 20000
links[0].per_call: is 3.25, but 11700 attempts for 20000 calls make it 0.585`},
		{"more ends than attempts", func(r *Run) { r.Links[0].Outcomes["ok"], r.Links[0].Outcomes["later"] = 1<<62, 1<<62 },
			"links[0].outcomes: add up to 9223372036854775807, more than attempts, which is 11700"},
		{"attempts per sale", func(r *Run) { r.Links[2].Amplification = ptr(1.0) },
			"links[2].amplification: is 1, but 173700 attempts for 3600 sales make it 48.25"},
		{"a link's phases", func(r *Run) { r.Links[0].Phases[2].Name = "aftermath" },
			"links[0].phases: are not those of the run"},
		{"a phase taken out", func(r *Run) { r.Links[0].Phases = r.Links[0].Phases[1:] },
			"links[0].phases: are not those of the run"},
		{"a link's series", func(r *Run) { r.Links[1].Series.Errors = r.Links[1].Series.Errors[1:] },
			"links[1].series: has lists of another length than series.t_s"},
		{"links of nodes that are not told apart", func(r *Run) { r.Nodes = nil }, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := layered()
			tc.edit(&r.Variants[0].Runs[0])
			_, err := Read(bytes.NewReader(written(t, r)))
			got := ""
			if err != nil {
				if !errors.Is(err, ErrEdited) {
					t.Fatal(err)
				}
				got = strings.TrimPrefix(err.Error(), ErrEdited.Error()+"\n")
			}
			want := tc.want
			if want != "" {
				want = "variants[0].runs[0]." + strings.ReplaceAll(want, "\n", "\nvariants[0].runs[0].")
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
