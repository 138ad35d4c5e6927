package runner

import (
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
)

func TestFaultsOfANodeWaitForEachOtherAndForNobodyElse(t *testing.T) {
	at := func(kind fault.Kind, node string, s int) fault.Event {
		return fault.Event{Kind: kind, Node: node, At: time.Duration(s) * time.Second, For: time.Second}
	}
	events := []fault.Event{
		at(fault.Crash, "a", 30), at(fault.Crash, "a", 10), at(fault.Freeze, "a", 20), at(fault.Crash, "b", 15),
		at(fault.Shed, "a", 12), at(fault.DiskFull, "a", 13),
	}
	turns := inTurn(events)
	over := func(i int) chan struct{} { return turns[i].over }
	if turns[2].before != over(1) || turns[0].before != over(2) {
		t.Error("the freeze does not wait for the first crash, or the second crash not for the freeze")
	}
	for _, i := range []int{1, 3, 4, 5} {
		select {
		case <-turns[i].before:
		default:
			t.Errorf("event %d waits for another", i)
		}
	}
}
