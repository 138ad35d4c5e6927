package sim

import (
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// deaf is one terminal that sells once a second to a node that drops what it
// cannot serve at once, and whose only worker is busy for ever from the first
// sale on. The terminal waits for 3 s.
func deaf() experiment.Plan {
	p := small(fault.Event{Kind: fault.Crash, At: 200 * time.Second, For: time.Second})
	p.Horizon = 300 * time.Second
	p.Fleet[0].Timeout, p.Fleet[0].Sale.Deadline = 3*time.Second, 10*time.Second
	n := &p.Backend.Nodes[0]
	n.Workers, n.Service.Mean = 1, time.Hour
	n.Queue = backend.Queue{Limit: field.None, Overflow: backend.Dropping}
	return p
}

func TestClientOfADroppedRequestSeesItsOwnTimeoutOnly(t *testing.T) {
	p := deaf()
	h, all := sum(t, p)
	if n := all.Outcomes[retry.Rejected] + all.Outcomes[retry.OK]; n != 0 {
		t.Errorf("%d were answered", n)
	}
	before := history.Sum(h.Buckets, 0, int(190*time.Second/h.Bucket))
	if before.Outcomes[retry.Timeout] != before.Attempts-3 || before.Outcomes[retry.Reset] != 0 {
		t.Errorf("%d attempts, %d timed out and %d reset; want all but the last three timed out",
			before.Attempts, before.Outcomes[retry.Timeout], before.Outcomes[retry.Reset])
	}
	for i := range h.Buckets {
		if b := &h.Buckets[i]; b.Queue != 0 || b.InFlight > 1 {
			t.Fatalf("%d wait and %d are in the node, which drops all but one", b.Queue, b.InFlight)
		}
	}
}

func TestCrashBreaksTheConnectionsOfDroppedRequests(t *testing.T) {
	_, all := sum(t, deaf())
	// Those of the last 3 s; the one being served is long abandoned.
	if n := all.Outcomes[retry.Reset]; n != 3 {
		t.Errorf("%d reset, want 3", n)
	}
}

// An attempt keeps its connection of the pool until its terminal hangs up, so
// that the next one waits for it.
func TestConnectionOfADroppedRequestIsBusyUntilTheTimeout(t *testing.T) {
	p := deaf()
	p.Fleet[0].Terminals, p.Fleet[0].Connections.Pool = 4, 2
	cfg := Config{Plan: valid(t, p), Seed: 3, Bucket: time.Second, Limits: Limits{Events: defaultEvents}}
	r := newRun(&cfg)
	r.start()
	for r.now < 190*time.Second {
		r.advance(r.events + 1)
		if !withinPools(r) {
			t.Fatalf("at %v the pool counts %d busy connections", r.now, r.pools[0][0].Held())
		}
		if busy := r.pools[0][0].Held(); r.now > 10*time.Second && busy < 2 && r.pools[0][0].Waiting() > 0 {
			t.Fatalf("at %v %d connections are busy while an attempt waits for one", r.now, busy)
		}
	}
	held := 0
	for n := range r.requests.all.length {
		if r.requests.at(n).place == dropped {
			held++
		}
	}
	if held != 2 {
		t.Errorf("%d dropped requests hold a connection, want both", held)
	}
}

// Nobody hangs up on an attempt that runs on, so the node does, a minute later.
func TestDroppedRequestThatRunsOnIsDisconnectedInTheEnd(t *testing.T) {
	p := deaf()
	p.Fleet[0].Cancel = terminal.RunOn
	p.Timeline = nil
	cfg := Config{Plan: valid(t, p), Seed: 3, Bucket: time.Second, Limits: Limits{Events: defaultEvents}}
	r := newRun(&cfg)
	r.start()
	most := 0
	for r.now < 290*time.Second && r.advance(r.events+1) {
		held := 0
		for n := range r.requests.all.length {
			if r.requests.at(n).place == dropped {
				held++
			}
		}
		most = max(most, held)
	}
	if want := int(backend.Hold / time.Second); most < want-1 || most > want+1 {
		t.Errorf("up to %d dropped requests are held, want one a second for %v", most, backend.Hold)
	}
	h := r.history()
	all := history.Sum(h.Buckets, 0, len(h.Buckets))
	if n := all.Outcomes[retry.Reset]; n < 225 || n > 232 {
		t.Errorf("%d reset, want each that was sent by the 230th second", n)
	}
	if all.Failed < 285 {
		t.Errorf("%d sales failed of %d, want each for its timeout and none for its reset", all.Failed, all.Demand)
	}
}

func TestFrozenNodeDisconnectsAtItsThaw(t *testing.T) {
	p := deaf()
	p.Fleet[0].Cancel = terminal.RunOn
	p.Timeline = []fault.Event{{Kind: fault.Freeze, At: 50 * time.Second, For: 30 * time.Second}}
	h, _ := sum(t, p)
	per := int(time.Second / h.Bucket)
	if n := history.Sum(h.Buckets, 0, 80*per).Outcomes[retry.Reset]; n != 0 {
		t.Errorf("%d reset by a frozen node", n)
	}
	if n := history.Sum(h.Buckets, 80*per, 81*per).Outcomes[retry.Reset]; n < 18 || n > 21 {
		t.Errorf("%d reset at the thaw, want those of the first 20 s", n)
	}
}
