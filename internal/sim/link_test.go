package sim

import (
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// onLink is the plan of small with a fault of the fleet's link from 10 s to 15 s.
func onLink(e fault.Event) experiment.Plan {
	e.At, e.For = 10*time.Second, 5*time.Second
	p := small(e)
	p.Timeline[0].Node = ""
	return p
}

func TestBlackHoleDelaysAsTCPDoesAndLosesNothing(t *testing.T) {
	_, all := sum(t, onLink(fault.Event{Kind: fault.Cut}))
	if all.Good < 29 || all.Outcomes[retry.OK] != all.Good {
		t.Errorf("%d of %d completed", all.Good, all.Demand)
	}
	// The first request is on an open connection and is sent again after 6.2 s; the
	// others wait for a connection, at most 7 s.
	if longest := all.Latency.Max(); longest < 6300*time.Millisecond || longest > 7300*time.Millisecond {
		t.Errorf("the longest took %v", longest)
	}
}

func TestServerWorksOnForClientsThatACutOfAnswersHasSilenced(t *testing.T) {
	p := onLink(fault.Event{Kind: fault.Cut, Way: fault.Back})
	p.Fleet[0].Timeout = 500 * time.Millisecond
	h, all := sum(t, p)
	// The first goes out on an open connection. To open one takes both ways.
	if n := all.Outcomes[retry.Timeout]; n != 5 || h.Ledger.Unknown != 1 {
		t.Errorf("%d timed out, and %d are recorded that nobody knows of", n, h.Ledger.Unknown)
	}
}

func TestLinkThatRefusesResetsWhatIsUnderWay(t *testing.T) {
	p := onLink(fault.Event{Kind: fault.Cut, How: fault.Refuse})
	p.Backend.Nodes[0].Service.Mean = 2500 * time.Millisecond // so that two or three are in the node
	h, all := sum(t, p)
	if n := all.Outcomes[retry.Reset]; n < 2 || n > 3 || h.Ledger.Unknown != n {
		t.Errorf("%d reset, and %d are recorded that nobody knows of", n, h.Ledger.Unknown)
	}
	if n := all.Outcomes[retry.Refused]; n != 5 {
		t.Errorf("%d refused, one a second for 5 s expected", n)
	}
}

func TestLatencyAndBandwidthAddUp(t *testing.T) {
	p := onLink(fault.Event{Kind: fault.Latency, Latency: 200 * time.Millisecond})
	slow := fault.Event{Kind: fault.Bandwidth, At: 10 * time.Second, For: 5 * time.Second, Way: fault.Back, Rate: 430}
	p.Timeline = append(p.Timeline, slow)
	h, _ := sum(t, p)
	during := history.Sum(h.Buckets, 120, 150)
	// 100 ms of service, twice 200 ms, and 43 bytes at 430 a second.
	want := 600 * time.Millisecond
	if got := during.Latency.Max(); during.Good != 3 || got < want || got > want*33/32 {
		t.Errorf("%d completed in %v, want %v", during.Good, got, want)
	}
	if after := history.Sum(h.Buckets, 160, 290); after.Latency.Max() > 110*time.Millisecond {
		t.Errorf("after it a sale took %v", after.Latency.Max())
	}
}

func TestResetOfAnswersLeavesSalesThatNobodyKnowsOf(t *testing.T) {
	for way, unknown := range map[fault.Way]int64{fault.There: 0, fault.Back: 5} {
		h, all := sum(t, onLink(fault.Event{Kind: fault.Reset, Way: way, Share: 1}))
		if n := all.Outcomes[retry.Reset]; n != 5 || h.Ledger.Unknown != unknown {
			t.Errorf("%v: %d reset, and %d are recorded that nobody knows of, want %d", way, n, h.Ledger.Unknown, unknown)
		}
	}
}

func TestPoolOfConnectionsIsFilledAgainAfterACut(t *testing.T) {
	p := onLink(fault.Event{Kind: fault.Cut})
	p.Fleet[0].Connections = terminal.Connections{Pool: 2}
	p.Fleet[0].Timeout = 900 * time.Millisecond
	h, _ := sum(t, p)
	if after := history.Sum(h.Buckets, 160, 290); after.Good != 13 {
		t.Errorf("%d completed after the cut, want 13", after.Good)
	}
}
