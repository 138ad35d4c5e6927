package harness

import (
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
)

var (
	aCrash   = fault.Event{Kind: fault.Crash}
	aShed    = fault.Event{Kind: fault.Shed, Share: 0.25, For: time.Second}
	fromNext = " from its next start on"
)

// says fails the test unless the node says itself that it sheds the share.
func says(t *testing.T, n *node, share float64) {
	t.Helper()
	if st, err := n.stats(t.Context(), patience); err != nil || st.Shed != share {
		t.Errorf("the node says that it sheds %v, %v; want %v", st.Shed, err, share)
	}
}

func TestOrderToShedHoldsOnOverACrash(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e Engine) {
		n := start(t, e, api())
		expect(t, n.Inject, aShed, "sheds 25% of what arrives")
		expect(t, n.Inject, aCrash, "does not answer")
		expect(t, n.Lift, aCrash, "; again ")
		says(t, n, 0.25)
		expect(t, n.Lift, aShed, "sheds nothing")
		says(t, n, 0)
	})
}

func TestOrderToShedThatIsCalledOffInACrashIsGone(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e Engine) {
		n := start(t, e, api())
		expect(t, n.Inject, aShed, "sheds 25%")
		expect(t, n.Inject, aCrash, "does not answer")
		expect(t, n.Lift, aShed, "sheds nothing"+fromNext)
		expect(t, n.Lift, aCrash, "answers")
		says(t, n, 0)
	})
}

func TestOrderToShedThatIsGivenInACrashIsCarriedOutAfterIt(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e Engine) {
		n := start(t, e, api())
		expect(t, n.Inject, aCrash, "does not answer")
		expect(t, n.Inject, aShed, "sheds 25% of what arrives"+fromNext)
		expect(t, n.Lift, aCrash, "; again ")
		says(t, n, 0.25)
	})
}
