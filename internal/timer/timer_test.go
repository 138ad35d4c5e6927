package timer_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/timer"
)

func TestTimersComeOutInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h timer.Heap[int]
		var plain []time.Duration
		for i, at := range rapid.SliceOfN(rapid.Int64Range(-1, 50), 0, 300).Draw(t, "pushes and pops") {
			if at >= 0 {
				h.Push(timer.Timer[int]{At: time.Duration(at), What: i})
				plain = append(plain, time.Duration(at))
				continue
			}
			if len(h) == 0 {
				continue
			}
			slices.Sort(plain)
			if got := h.Pop().At; got != plain[0] {
				t.Fatalf("popped %v, want %v", got, plain[0])
			}
			plain = plain[1:]
		}
		slices.Sort(plain)
		for _, want := range plain {
			if got := h.Pop().At; got != want {
				t.Fatalf("popped %v, want %v", got, want)
			}
		}
		if len(h) != 0 {
			t.Fatalf("%d timers too many", len(h))
		}
	})
}
