package runner

import (
	"fmt"
	"math"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/topology"
)

// byClients says how what the terminals do by themselves was carried out: of each
// spike whether their demand shows that it took hold, and that it is gone.
func byClients(g *topology.Graph, p *experiment.Plan, h *history.History) []history.Fault {
	var out []history.Fault
	for _, e := range p.Timeline {
		if byNodes(g, e) || e.Kind.ChangesName() {
			continue
		}
		f := p.Planned(e)
		if e.Kind.Repairs() {
			f.Applied, f.Removed, f.Evidence = true, true, "what it ends ended then, as probed there"
			out = append(out, f)
			continue
		}
		if e.Kind == fault.RetriesOff || e.Kind == fault.Rollout {
			f.Applied, f.Removed, f.Evidence = true, true, theyObey
			out = append(out, f)
			continue
		}
		in := history.Span{From: e.At, To: e.End()}
		after := history.Span{From: e.End(), To: min(e.End()+max(e.For, 5*time.Second), h.Horizon)}
		var during, later string
		f.Applied, during = shows(p, h, in)
		f.Removed, later = shows(p, h, after)
		f.Evidence = "demand in the spike " + during + "; after it " + later
		out = append(out, f)
	}
	return out
}

// theyObey is the evidence of an order to the terminals.
const theyObey = "the terminals themselves obey"

// shows compares the sales brought in a span with those the plan asks for: as
// one if they differ by at most 6 standard deviations of a Poisson count, or
// by 5 %.
func shows(p *experiment.Plan, h *history.History, span history.Span) (ok bool, words string) {
	lo, hi := int((span.From+h.Bucket-1)/h.Bucket), int(span.To/h.Bucket)
	var want float64
	for i := lo; i < hi; i++ {
		want += expected(p, time.Duration(i)*h.Bucket, h.Bucket)
	}
	sum := history.Sum(h.Buckets, lo, hi)
	got := float64(sum.Demand)
	secs := max(float64(hi-lo)*h.Bucket.Seconds(), h.Bucket.Seconds())
	ok = math.Abs(got-want) <= max(6*math.Sqrt(want), 0.05*want)
	return ok, fmt.Sprintf("%.1f/s of %.1f/s", got/secs, want/secs)
}

// expected is the mean number of sales that the plan brings in one bucket. The
// demand may change within it, so it is summed over small steps.
func expected(p *experiment.Plan, at, length time.Duration) float64 {
	var n float64
	for _, c := range p.Fleet {
		const steps = 50
		var mean float64
		zones := terminal.DemandsOf(c, p.Timeline)
		for _, d := range zones {
			for i := range time.Duration(steps) {
				mean += d.At(at+(2*i+1)*length/(2*steps)) / steps / float64(len(zones))
			}
		}
		n += float64(c.Terminals) * length.Seconds() / c.Sale.Every.Seconds() * mean
	}
	return n
}
