package conformance

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// How far apart the two arms may be. The customers are the same in both, and
// the service times are drawn from the same stream, so this is not the noise of
// two samples: it is what a real machine adds. A wake-up some milliseconds late
// changes which of two requests comes first, and with it what full queues and
// random delays make of the rest.
const (
	// salesApart, in sales, is for those that fall into the next phase for being
	// late.
	salesApart = 3
	// drawnApart, in roots of the sales: a terminal draws its delays from the
	// same stream as its customers, so one retry more gives it other customers
	// from there on. Two samples that have nothing in common differ by more than
	// three times the standard deviation of their difference, √2 of the root of
	// the sales, once in 400 times.
	drawnApart = 3 * math.Sqrt2
	// shareApart of the sales of a phase, the shortest of which has about a
	// hundred: five sales, or what a backend serves in 60 ms.
	shareApart = 0.06
	// fewApart, in sales, is for a phase with few of them: one on each of four
	// workers.
	fewApart = 4
	// faultApart, of the sales of a phase, is for faults of containers: they take
	// hold, or are gone, at a moment between the order and what the probe saw, a
	// sixth of a second apart, of a trigger that lasts two.
	faultApart = 0.08
	// blockApart, in sales, is for disks that are full: the log still takes what fits
	// into the block that it has begun, of 1 KiB in a container.
	blockApart = 10
	// attemptsApart, relative, and never less than what shareApart of the
	// sales being tried once more makes.
	attemptsApart = 0.08
	// windowsApart, in windows: the return is seen at the edge of one, and a window
	// that is just in or just out of the band moves it.
	windowsApart = 1.5
	// proxyApart is for what docker's proxy has kept of an outage: requests whose
	// clients have left, up to a second's worth, that a fresh container serves in
	// vain before it comes back.
	proxyApart = 0.05
)

// figure is one number to compare, of one phase of the run.
type figure struct {
	phase, name string
	value       float64
	relative    float64 // how far apart it may be, as a share of the simulator's
	absolute    float64 // or so much; the larger counts
}

// figuresOf gives what is compared with an arm, in the same order for every run
// of a plan.
func figuresOf(h *history.History, p experiment.Plan, arm string) []figure {
	var out []figure
	for _, ph := range phases(h, p) {
		sum := history.Sum(h.Buckets, int(ph.From/h.Bucket), int(ph.To/h.Bucket))
		sales, attempts := float64(max(sum.Demand, 1)), float64(max(sum.Attempts, 1))
		share := max(shareApart, fewApart/sales)
		if arm == docker && struck(p) {
			share = max(share, faultApart)
		}
		if arm == docker && strikes(p, fault.DiskFull, "api") {
			share += blockApart / sales
		}
		apart := float64(salesApart)
		if drawn(p) {
			apart = drawnApart * math.Sqrt(sales)
		}
		add := func(name string, v, relative, absolute float64) {
			out = append(out, figure{ph.name, name, v, relative, absolute})
		}
		add("sales", sales, 0, apart)
		add("good/sale", float64(sum.Good)/sales, 0, share)
		add("late/sale", float64(sum.Late)/sales, 0, share)
		add("failed/sale", float64(sum.Failed)/sales, 0, share)
		add("parked/sale", float64(sum.Parked)/sales, 0, share)
		add("attempts/sale", attempts/sales, attemptsApart, share)
		if hasty(p) {
			sum.Outcomes[retry.Failed] += sum.Outcomes[retry.Timeout]
			sum.Outcomes[retry.Timeout] = 0
		}
		for _, o := range outcomes(sum.Outcomes, arm == docker && struck(p)) {
			add(o.name+"/attempt", float64(o.n)/attempts, 0, share)
		}
		out = append(out, graphFigures(h, p, ph, sales, share)...)
	}
	all := history.Sum(h.Buckets, 0, len(h.Buckets))
	out = append(out, graphFigures(h, p, phase{whole, history.Span{To: h.Horizon}}, float64(max(all.Demand, 1)), shareApart)...)
	worked := max(all.Worked.Seconds(), 1)
	share, back := shareApart, windowsApart*p.Judge.Window.Seconds()
	if arm == docker && struck(p) {
		share += proxyApart
	}
	out = append(out,
		figure{"run", "wasted/worked", h.Wasted.Seconds() / worked, 0, share + undecided(p)/worked},
		figure{"run", "duplicated/sale", float64(h.Ledger.Duplicated) / float64(max(all.Demand, 1)), 0, share},
		figure{"run", "unknown/sale", float64(h.Ledger.Unknown) / float64(max(all.Demand, 1)), 0, share},
		figure{"run", "lost", float64(h.Ledger.Lost), 0, unsynced(p)},
	)
	if v := verdict.Judge(h, p.Judge); v.Kind == verdict.Recovered {
		out = append(out, figure{"run", "recovery, s", v.TimeToRecover.Seconds(), 0, back})
	}
	return out
}

// undecided is the service time, in seconds, of which chance says whether it was
// in vain. A process that goes on after a freeze finds at once that the services
// it waited for have ended and that their clients have left; which it sees first
// is up to its scheduler. The model sees them in the order in which they happened.
// With few processors left all workers share them, so that few services are much
// time.
func undecided(p experiment.Plan) float64 {
	var sum float64
	for _, e := range p.Struck() {
		switch n := p.Backend.Nodes[max(p.Graph().Index(e.Node), 0)]; e.Kind {
		case fault.Freeze:
			sum += busy(n, p.Demand()) * e.For.Seconds()
		case fault.CPU:
			sum += fewApart * float64(n.Workers) * n.Service.Mean.Seconds() / e.CPUs
		}
	}
	return sum
}

// unsynced is how many sales a crash may lose: none, or those that a disk of the plan
// has taken between two fsyncs. When these are is each arm's own, and chance says how
// many sales come.
func unsynced(p experiment.Plan) float64 {
	var most float64
	for _, e := range p.Timeline {
		if e.Unsynced == fault.Lost {
			n := p.Demand() * p.Backend.Nodes[max(p.Graph().Index(e.Node), 0)].Disk.SyncEvery.Seconds()
			most += n + 3*math.Sqrt(n)
		}
	}
	return most
}

// busy is how many workers of a node are busy at the most, where their number has no
// bound with what the fleet brings.
func busy(n backend.Config, perSec float64) float64 {
	if n.Workers == field.Unbounded {
		return perSec * n.Service.Mean.Seconds()
	}
	return float64(n.Workers)
}

type outcome struct {
	name string
	n    int64
}

// outcomes are the ends of attempts, by cause. Before a container stands docker's
// own proxy: it accepts a connection before it knows that nobody is behind it,
// and keeps it while the container starts, so that what is refused elsewhere is
// reset there or times out. Behind such a proxy these count as one.
func outcomes(ended [retry.Causes]int64, proxied bool) []outcome {
	var out []outcome
	if proxied {
		out = append(out, outcome{"unanswered", ended[retry.Refused] + ended[retry.Reset] + ended[retry.Timeout]})
		ended[retry.Refused], ended[retry.Reset], ended[retry.Timeout] = 0, 0, 0
	}
	for c, n := range ended {
		out = append(out, outcome{retry.Cause(c).String(), n})
	}
	return out
}

// docker is the name of the engine that runs containers.
const docker = "docker"

// struck says whether the node is taken away for a while.
func struck(p experiment.Plan) bool {
	return slices.ContainsFunc(p.Timeline, func(e fault.Event) bool { return e.Kind == fault.Crash || e.Kind == fault.Freeze })
}

// drawn says whether the terminals draw delays.
func drawn(p experiment.Plan) bool {
	return slices.ContainsFunc(p.Fleet, func(c terminal.Config) bool { return c.Retry.Jitter != retry.NoJitter || c.Offline != nil })
}

// whole is the name of the phase that is all of the run.
const whole = "run"

type phase struct {
	name string
	history.Span
}

// phases are those of the plan as it was declared, whatever the run made of it:
// both arms are cut at the same moments.
func phases(h *history.History, p experiment.Plan) []phase {
	from, to := p.Trigger()
	if to == 0 {
		return []phase{{whole, history.Span{From: p.Judge.Warmup, To: h.Horizon}}}
	}
	return []phase{
		{"baseline", history.Span{From: p.Judge.Warmup, To: from}},
		{"trigger", history.Span{From: from, To: to}},
		{"recovery", history.Span{From: to, To: h.Horizon}},
	}
}

// apart says whether two values of a figure are too far from each other.
func (f figure) apart(other figure) bool {
	return math.Abs(f.value-other.value) > max(f.absolute, f.relative*math.Abs(f.value))
}

// differences names the figures in which the arms do not agree.
func differences(model, actual []figure) []string {
	var wrong []string
	if len(model) != len(actual) {
		return []string{"whether it came back"}
	}
	for i, m := range model {
		if m.apart(actual[i]) {
			wrong = append(wrong, m.phase+" "+m.name)
		}
	}
	return wrong
}

// table shows all figures that are not nought, those that differ marked.
func table(arm string, model, actual []figure) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  %-9s %-18s %9s %9s\n", "", "", "sim", arm)
	for i, m := range model {
		if i >= len(actual) || m.value == 0 && actual[i].value == 0 {
			continue
		}
		mark := " "
		if m.apart(actual[i]) {
			mark = "!"
		}
		fmt.Fprintf(&b, "%s %-9s %-18s %9.3f %9.3f\n", mark, m.phase, m.name, m.value, actual[i].value)
	}
	return b.String()
}

// faults says when the faults were really on, and how that was seen.
func faults(actual *history.History) string {
	var b strings.Builder
	for _, f := range actual.Faults {
		fmt.Fprintf(&b, "  %s from %v to %v: %s\n", f.Kind, f.Span.From, f.Span.To, f.Evidence)
	}
	return b.String()
}

// series sets the two records beside each other, bucket by bucket.
func series(arm string, model, actual *history.History) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  sim | %s: demand attempts good failed timeout rejected queue served\n", arm)
	for i := range model.Buckets {
		if i >= len(actual.Buckets) {
			break
		}
		fmt.Fprintf(&b, "  %5.1fs %s | %s\n", (time.Duration(i) * model.Bucket).Seconds(), row(&model.Buckets[i]), row(&actual.Buckets[i]))
	}
	return b.String()
}

func row(b *history.Bucket) string {
	return fmt.Sprintf("%4d %4d %4d %4d %4d %4d %4d %4d", b.Demand, b.Attempts, b.Good, b.Failed,
		b.Outcomes[retry.Timeout], b.Outcomes[retry.Rejected], b.Queue, b.Served)
}
