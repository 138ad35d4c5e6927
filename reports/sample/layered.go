package sample

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/reports"
)

// Layered is the Friday on a backend of three nodes, of which each tries again
// what the next one does not answer: the attempts of a layer are those of the
// one before, times its own. Each call gives a new one.
func Layered() *reports.Result {
	r := Friday()
	r.Scenario, r.Declaration = "layered-retries", nil
	for i := range r.Variants {
		for k := range r.Variants[i].Runs {
			Layer(&r.Variants[i].Runs[k])
		}
	}
	return r
}

// Layer gives a run nodes and links.
func Layer(run *reports.Run) {
	names := []string{history.Fleet, "gateway", "app", "db"}
	for depth, name := range names[1:] {
		l := link(run, depth)
		l.From, l.To = names[depth], name
		run.Links, run.Nodes = append(run.Links, l), append(run.Nodes, node(run, name, depth))
	}
}

// grown is how many attempts of a layer one of the fleet makes.
func grown(attempts, demand float64, depth int) float64 {
	x := attempts
	for range depth {
		x *= max(attempts/max(demand, 1), 1)
	}
	return x
}

func link(run *reports.Run, depth int) reports.Link {
	l := reports.Link{Attempts: run.Totals.Attempts << depth, Calls: run.Totals.Sales, Outcomes: map[string]int64{"ok": run.Totals.Good}}
	if run.Totals.Sales > 0 {
		l.Amplification = new(float64(l.Attempts) / float64(run.Totals.Sales))
		l.PerCall = l.Amplification
	}
	for _, p := range run.Phases {
		l.Goodput += p.GoodputPerS * (p.ToS - p.FromS) / run.Phases[len(run.Phases)-1].ToS
		sale := grown(*p.AttemptsPerSale, 1, depth)
		l.Phases = append(l.Phases, reports.LinkPhase{Name: p.Name, AttemptsPerSale: &sale, GoodputPerS: p.GoodputPerS})
	}
	for i := range run.Series.TS {
		attempts := grown(run.Series.Attempts[i], run.Series.Demand[i], depth)
		goodput := run.Series.Goodput[i]
		failed := max(attempts-goodput, 0)
		l.Series.Attempts, l.Series.Goodput, l.Series.Errors = append(l.Series.Attempts, &attempts), append(l.Series.Goodput, &goodput), append(l.Series.Errors, &failed)
	}
	return l
}

func node(run *reports.Run, name string, depth int) reports.Node {
	n := reports.Node{Name: name, Totals: reports.NodeTotals{
		Arrived: run.Totals.Attempts << depth, Served: run.Totals.Good,
		WorkedS: 10 * time.Minute.Seconds(), WastedWorkS: float64(depth+1) * time.Minute.Seconds(),
	}}
	n.Totals.WastedShare = new(n.Totals.WastedWorkS / n.Totals.WorkedS)
	for i := range run.Series.TS {
		arrivals := grown(run.Series.Attempts[i], run.Series.Demand[i], depth)
		served, rejected, wasted := run.Series.Goodput[i], 0.0, *run.Series.Wasted[i]/float64(3-depth)
		s := &n.Series
		s.Arrivals, s.Served = append(s.Arrivals, &arrivals), append(s.Served, &served)
		s.Rejected, s.Wasted = append(s.Rejected, &rejected), append(s.Wasted, &wasted)
		s.Queue, s.InFlight = append(s.Queue, shifted(run.Series.Queue[i], depth)), append(s.InFlight, shifted(run.Series.InFlight[i], depth))
	}
	return n
}

func shifted(n *int64, depth int) *int64 {
	if n == nil {
		return nil
	}
	return new(*n >> depth)
}
