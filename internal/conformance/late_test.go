package conformance

import (
	"fmt"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/history"
)

// backendLag is how much longer than in the model a service may take in the
// mean. The backend makes good for 10 ms by which a timer of its own is late;
// where they are later than that it has lost capacity to whatever else keeps the
// machine busy, and the scenario is another one.
const backendLag = 4 * time.Millisecond

// diskLag is what a declared disk may add to that: the wait for a commit and for the
// one before it are two timers more, with an fsync of the machine's own in each.
const diskLag = 4 * time.Millisecond

// late says why a run says nothing about the model: the generator or the backend
// could not keep its own times. Empty if both could.
func late(h *history.History, p experiment.Plan) string {
	if h.Problem != "" {
		return h.Problem
	}
	if why := behind(h, p); why != "" {
		return why
	}
	if n := h.Generator.Undelivered; n > 0 {
		return fmt.Sprintf("the generator could not send %d attempts", n)
	}
	if lag := stretched(h, p); lag > backendLag {
		return fmt.Sprintf("the backend's services took %v longer than they should have in the mean, where %v is allowed", lag, backendLag)
	}
	return ""
}

// behind says that the generator was later than the plan allows; empty if not.
func behind(h *history.History, p experiment.Plan) string {
	if lag := h.Generator.LagP99; lag > p.Judge.Lag {
		return fmt.Sprintf("1 %% of the generator's steps were late by more than %v, where %v is allowed", lag, p.Judge.Lag)
	}
	return ""
}

// stretched is by how much the mean service of a node was longer than in the model,
// before the trigger or after it, at the most. Burned work takes as long as the
// processors make it, and work that load slows down does so by itself once the
// trigger is on.
func stretched(h *history.History, p experiment.Plan) (most time.Duration) {
	m := record(p)
	from, to := p.Trigger()
	if to == 0 {
		from = p.Horizon
	}
	for i, node := range p.Backend.Nodes {
		if node.Service.Work == backend.Burned || i >= len(h.Nodes) {
			continue
		}
		by := mean(h, i, p.Judge.Warmup, from) - mean(m, i, p.Judge.Warmup, from)
		if after := to + 2*time.Second; to > 0 && node.Slowdown == nil {
			by = max(by, mean(h, i, after, p.Horizon)-mean(m, i, after, p.Horizon))
		}
		if node.Disk != nil {
			by -= diskLag
		}
		most = max(most, by)
	}
	return most
}

// mean is the mean service of a node between two moments.
func mean(h *history.History, node int, from, to time.Duration) time.Duration {
	sum := sumNode(h.Nodes[node], int(from/h.Bucket), int(to/h.Bucket))
	return sum.Worked / time.Duration(max(sum.Served, 1))
}
