package conformance

import (
	"slices"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
)

// graphFigures gives what went over each link and what each node served in a phase
// with so many sales, each apart by such a share of them at the most. Of one node
// the figures of the whole say it all.
//
// A node that is struck is seen less well than it is modelled. One that is frozen
// answers the last question from before only when it goes on, so that its counts
// are those of another phase; only the whole run is compared. One that is killed
// takes with it what it has counted since the last look.
func graphFigures(h *history.History, p experiment.Plan, ph phase, sales, share float64) (out []figure) {
	if len(h.Nodes) < 2 {
		return nil
	}
	lo, hi := int(ph.From/h.Bucket), int(ph.To/h.Bucket)
	seen := func(node string) bool { return ph.name == whole || !strikes(p, fault.Freeze, node) }
	apart := func(node string) float64 {
		if strikes(p, fault.Crash, node) {
			return share + h.Bucket.Seconds()/(ph.To-ph.From).Seconds()
		}
		return share
	}
	for _, l := range h.Links {
		if l.From == history.Fleet || !seen(l.From) {
			continue
		}
		sum := history.SumLink(l.Buckets, lo, hi)
		name := l.From + "→" + l.To + " "
		out = append(out,
			figure{ph.name, name + "attempts/sale", float64(sum.Attempts) / sales, attemptsApart, apart(l.From)},
			figure{ph.name, name + "ok/sale", float64(sum.Outcomes[retry.OK]) / sales, 0, apart(l.From)},
		)
	}
	for _, n := range h.Nodes {
		if seen(n.Name) {
			served := float64(sumNode(n, lo, hi).Served)
			out = append(out, figure{ph.name, n.Name + " served/sale", served / sales, attemptsApart, apart(n.Name)})
		}
	}
	return out
}

// sumNode adds up what a node did from one bucket up to another.
func sumNode(n history.Node, lo, hi int) (sum history.NodeBucket) {
	for i := max(lo, 0); i < min(hi, len(n.Buckets)); i++ {
		sum.Add(&n.Buckets[i])
	}
	return sum
}

func strikes(p experiment.Plan, k fault.Kind, node string) bool {
	for _, e := range p.Struck() {
		if e.Kind == k && e.Node == node {
			return true
		}
	}
	return false
}

// hasty says whether the entry gives up a request when its client does: a node that
// is told how long is waited calls others for no longer. Its answer that the call
// has failed leaves less than a millisecond before the client's time is over, and
// may come before it or after it; in the model it is there at once.
func hasty(p experiment.Plan) bool {
	return slices.ContainsFunc(p.Backend.Nodes, func(n backend.Config) bool { return n.DeadlinePropagation && len(n.Calls) > 0 })
}
