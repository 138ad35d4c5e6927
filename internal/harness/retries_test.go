package harness

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/fault"
)

var (
	anOff       = fault.Event{Kind: fault.RetriesOff}
	crashOfBoth = []fault.Event{{Kind: fault.Crash, Node: "gateway"}, {Kind: fault.Crash, Node: "db"}}
)

// off gives the nodes that say themselves that they try no call again.
func off(t *testing.T, s *system) []string {
	t.Helper()
	var names []string
	for _, n := range s.nodes {
		st, err := n.stats(t.Context(), patience)
		if err != nil {
			t.Error(err)
		}
		if st.RetriesOff {
			names = append(names, n.cfg.Name)
		}
	}
	return names
}

func TestOnlyNodesThatCallAreToldToTryNoMore(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e Engine) {
		s := startAll(t, e, chain()...)
		says := func(when string, want ...string) {
			t.Helper()
			if d := cmp.Diff(want, off(t, s)); d != "" {
				t.Errorf("%s those that try no call again are (-want +got):\n%s", when, d)
			}
		}
		expect(t, s.Inject, anOff, `node "gateway": `)
		says("after an order", "gateway")
		expect(t, s.Inject, anOff, "tries no call again, as it says itself")
		expect(t, s.Lift, anOff, "tries no call again") // the other order is in force
		says("after the first of two is over", "gateway")
		for _, crash := range crashOfBoth {
			expect(t, s.Inject, crash, "does not answer")
		}
		for _, crash := range crashOfBoth {
			expect(t, s.Lift, crash, map[string]string{"gateway": "; again ", "db": "answers"}[crash.Node])
		}
		says("after a crash", "gateway")
		expect(t, s.Lift, anOff, "tries calls again")
		says("after both")
	})
}

func TestOrderToTryNoMoreThatIsGivenInACrashIsCarriedOutAfterIt(t *testing.T) {
	t.Parallel()
	s := startAll(t, Local(), chain()...)
	crash := crashOfBoth[0]
	expect(t, s.Inject, crash, "does not answer")
	expect(t, s.Inject, anOff, "tries no call again from its next start on")
	expect(t, s.Lift, crash, "; again ")
	if d := cmp.Diff([]string{"gateway"}, off(t, s)); d != "" {
		t.Error(d)
	}
	expect(t, s.Inject, crash, "does not answer")
	expect(t, s.Lift, anOff, "tries calls again from its next start on")
	expect(t, s.Lift, crash, "answers")
	if names := off(t, s); names != nil {
		t.Errorf("after all there are %v", names)
	}
}
