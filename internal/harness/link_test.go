package harness

import (
	"net/http"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/topology"
)

// fleetLink and innerLink are those of chain.
var (
	fleetLink = topology.Pair{From: "fleet", To: "gateway"}
	innerLink = topology.Pair{From: "gateway", To: "db"}
)

// startStruck starts nodes some of whose links are struck.
func startStruck(t *testing.T, e Engine, nodes []backend.Config, pairs ...topology.Pair) *system {
	t.Helper()
	g := graph(nodes...)
	g.Faulty = pairs
	return started(t, e, g)
}

// on is a fault of a link.
func on(l topology.Pair, e fault.Event) fault.Event {
	e.From, e.To, e.Way = l.From, l.To, max(e.Way, fault.Both)
	return e
}

// linkFaults are what can be done to a link, and what a probe sees of it.
var linkFaults = map[string]struct {
	ev    fault.Event
	hold  string
	sells bool // a sale passes while it is on
}{
	"drop":       {fault.Event{Kind: fault.Cut, How: fault.Drop}, "has no answer within", false},
	"drop there": {fault.Event{Kind: fault.Cut, How: fault.Drop, Way: fault.There}, "has no answer within", false},
	"refuse":     {fault.Event{Kind: fault.Cut, How: fault.Refuse}, "is refused", false},
	"latency":    {fault.Event{Kind: fault.Latency, Latency: 20 * time.Millisecond, Jitter: time.Millisecond}, "a probe over it took", true},
	"loss":       {fault.Event{Kind: fault.Loss, Share: 0.01}, "the link has loss, as it says itself", true},
	"bandwidth":  {fault.Event{Kind: fault.Bandwidth, Rate: 100_000}, "the link has bandwidth, as it says itself", true},
	"reset":      {fault.Event{Kind: fault.Reset, Share: 1}, "the link has reset, as it says itself", false},
}

func TestEveryFaultOfALinkTakesHoldAndGoesAgain(t *testing.T) {
	for _, l := range []topology.Pair{fleetLink, innerLink} {
		t.Run(l.String(), func(t *testing.T) {
			onEachEngine(t, func(t *testing.T, e Engine) {
				s := startStruck(t, e, chain(), fleetLink, innerLink)
				sale := 1
				for name, tt := range linkFaults {
					ev := on(l, tt.ev)
					t.Log(name)
					passes(t, s, sale, true)
					expect(t, s.Inject, ev, tt.hold)
					passes(t, s, sale+1, tt.sells)
					expect(t, s.Lift, ev, "the link has no fault, as it says itself; a probe over it took")
					passes(t, s, sale+2, true)
					sale += 3
				}
				if odd := s.Disturbed(t.Context()); len(odd) > 0 {
					t.Errorf("the nodes tell of %v", odd)
				}
				if err := s.Stop(t.Context()); err != nil {
					t.Error(err)
				}
				nothing(t, e, s)
			})
		})
	}
}

// passes sends a sale as a terminal does, and fails the test unless it is accepted, or
// is not.
func passes(t *testing.T, s *system, sale int, want bool) {
	t.Helper()
	client := &http.Client{Timeout: hearing, Transport: &http.Transport{DisableKeepAlives: true}}
	if !want {
		client.Timeout = silence
	}
	at := &node{addr: s.Addrs()[0]}
	code, err := sell(t.Context(), client, at, sale)
	if accepted := err == nil && code/100 == 2; accepted != want {
		t.Errorf("sale %d is answered %d, %v", sale, code, err)
	}
}

func TestFaultOfALinkHoldsOnOverACrashOfItsCaller(t *testing.T) {
	t.Parallel()
	s := startStruck(t, Local(), chain(), innerLink)
	cut := on(innerLink, fault.Event{Kind: fault.Cut, How: fault.Refuse})
	crash := crashOfBoth[0]
	expect(t, s.Inject, cut, "is refused")
	expect(t, s.Inject, crash, "does not answer")
	expect(t, s.Lift, crash, "has cut on its link to db")
	passes(t, s, 1, false)
	expect(t, s.Inject, crash, "does not answer")
	expect(t, s.Lift, cut, "has no fault from its next start on")
	expect(t, s.Lift, crash, "answers")
	passes(t, s, 2, true)
}

func TestFleetIsRefusedThroughItsLinkByAnEntryThatIsDown(t *testing.T) {
	t.Parallel()
	s := startStruck(t, Local(), chain(), fleetLink)
	crash := crashOfBoth[0]
	expect(t, s.Inject, crash, "does not answer")
	if seen, err := s.fronts[s.graph.Entries[0]].probe(t.Context(), hearing); err != nil || !seen.Refused {
		t.Errorf("a probe sees %+v, %v", seen, err)
	}
	expect(t, s.Lift, crash, "answers")
	passes(t, s, 1, true)
}

func TestLinkThatTheTimelineDoesNotStrikeHasNoProxy(t *testing.T) {
	t.Parallel()
	s := startStruck(t, Local(), chain(), innerLink)
	if len(s.fronts) > 0 || s.Addrs()[0] != s.nodes[s.graph.Entries[0]].addr {
		t.Error("there is a proxy before the entry")
	}
	if saw, err := s.Inject(t.Context(), on(fleetLink, fault.Event{Kind: fault.Cut})); err == nil {
		t.Errorf("it is struck all the same: %s", saw)
	}
}
