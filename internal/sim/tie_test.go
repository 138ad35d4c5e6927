package sim

import (
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// Two copies begin together and, the service time being constant, end together:
// the node has answered both before the first answer can make the terminal hang
// up on the second.
func TestCopiesThatEndTogetherAreBothAnswered(t *testing.T) {
	for _, abandoned := range []backend.Abandoned{backend.Continue, backend.Stop} {
		t.Run(abandoned.String(), func(t *testing.T) {
			p := small(fault.Event{Kind: fault.Spike, At: 10 * time.Second, For: time.Second, Times: 2})
			p.Timeline[0].Node = ""
			p.Fleet[0].Retry.Parallel = 2
			p.Backend.Nodes[0].Abandoned, p.Backend.Nodes[0].Idempotency = abandoned, backend.NoKey
			h, all := sum(t, p)
			if h.Wasted != 0 || all.Served != 2*all.Good || h.Ledger.Duplicated != all.Good {
				t.Errorf("%v wasted; %d served and %d duplicated of %d completed", h.Wasted, all.Served, h.Ledger.Duplicated, all.Good)
			}
			if all.Outcomes[retry.Cancelled] != all.Good {
				t.Errorf("%d copies were let go of %d sales", all.Outcomes[retry.Cancelled], all.Good)
			}
		})
	}
}
