package reports

import (
	"time"

	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// NewRun makes the report of one run out of its record and its verdict.
func NewRun(seed uint64, h *history.History, v verdict.Verdict) Run {
	return Run{
		Seed:       seed,
		Verdict:    verdictOf(v),
		Problem:    h.Problem,
		Totals:     totalsOf(h),
		Generator:  generatorOf(h.Generator),
		Phases:     phasesOf(h),
		Series:     seriesOf(h),
		Faults:     faultsOf(h.Faults),
		Nodes:      nodesOf(h),
		Links:      linksOf(h),
		Groups:     groupsOf(h, v.Groups),
		Blast:      blastRadiusOf(v.Evidence.Hurt),
		Unobserved: h.Unobserved,
	}
}

func verdictOf(v verdict.Verdict) Verdict {
	out := Verdict{Kind: v.Kind, Reason: v.Reason, Final: v.Final, Open: openOf(v.Open), Evidence: evidenceOf(v.Evidence)}
	if v.Kind == verdict.Recovered {
		out.TimeToRecoverS = known(v.TimeToRecover.Seconds())
	}
	return out
}

func totalsOf(h *history.History) Totals {
	sum := history.Sum(h.Buckets, 0, len(h.Buckets))
	t := Totals{
		Sales:         sum.Demand,
		Attempts:      sum.Attempts,
		Amplification: per(sum.Attempts, sum.Demand),
		Completed:     sum.Good + sum.Late,
		Good:          sum.Good,
		Late:          sum.Late,
		Failed:        sum.Failed,
		TurnedAway:    sum.TurnedAway,
		Outcomes:      byCause(sum.Outcomes),
	}
	if l := h.Logos; l.RedUntil > 0 {
		t.RedUntilS, t.LongestRedS = known(l.RedUntil.Seconds()), known(l.LongestRed.Seconds())
	}
	if !h.Unobserved {
		t.WastedWorkS = new(h.Wasted.Seconds())
	}
	if sum.Worked > 0 {
		t.WorkS = known(sum.Worked.Seconds())
	}
	if n := len(h.Buckets); n > 0 {
		t.Pending, t.Unsynced = h.Buckets[n-1].Pending, h.Buckets[n-1].Unsynced
	}
	if h.Ledger.Done {
		// Copies: a pointer into the history would keep all of it in memory.
		audit := h.Ledger
		t.Lost, t.Duplicated, t.Misdated = &audit.Lost, &audit.Duplicated, &audit.Misdated
		t.Conflicts, t.Behind = audit.Conflicts, audit.Behind
	}
	return t
}

func byCause(outcomes [retry.Causes]int64) map[string]int64 {
	out := make(map[string]int64, len(outcomes))
	for c, n := range outcomes {
		if n == 0 && retry.Cause(c) == retry.ReadOnly {
			continue // which needs a disk that is struck
		}
		out[retry.Cause(c).String()] = n
	}
	return out
}

// generatorOf leaves out what a simulation costs in real time: it differs from
// machine to machine, and the same seed must give the same bytes.
func generatorOf(g history.Generator) Generator {
	out := Generator{LagP99S: g.LagP99.Seconds(), Undelivered: g.Undelivered, Cores: g.Cores}
	if g.Cores > 0 {
		out.CPUS, out.WallS = g.CPU.Seconds(), g.Wall.Seconds()
	}
	return out
}

func faultsOf(faults []history.Fault) []Fault {
	out := make([]Fault, len(faults))
	for i, f := range faults {
		out[i] = Fault{
			Kind:     f.Kind,
			Node:     f.Node,
			Name:     f.Name,
			Link:     f.Link,
			FromS:    f.Span.From.Seconds(),
			ToS:      f.Span.To.Seconds(),
			Share:    f.Share,
			Applied:  f.Applied,
			Removed:  f.Removed,
			Endless:  f.Endless,
			Evidence: f.Evidence,
			Made:     f.Made,
		}
	}
	return out
}

// isError says whether an attempt that ended so has no acknowledgement, and not
// because the client itself had no more use for it.
func isError(c retry.Cause) bool { return c != retry.OK && c != retry.Cancelled }

func errorsAmong(outcomes [retry.Causes]int64) int64 {
	var n int64
	for c, ended := range outcomes {
		if isError(retry.Cause(c)) {
			n += ended
		}
	}
	return n
}

// quantile gives nil where there is nothing to take a percentile of.
func quantile(h *history.Histogram, q float64) *float64 {
	if h.Count() == 0 {
		return nil
	}
	return known(h.Quantile(q).Seconds())
}

// known gives a figure, or nil for one that JSON cannot carry.
func known(x float64) *float64 { return decision.Figure(x) }

// per divides two counts; nil if there is nothing to divide by.
func per(n, of int64) *float64 { return decision.Per(n, of) }

// rate gives a count per second of a stretch of time; 0 of an empty one.
func rate(n int64, over time.Duration) float64 {
	if over <= 0 {
		return 0
	}
	return rounded(float64(n) / over.Seconds())
}

func rounded(x float64) float64 { return decision.Rounded(x) }
