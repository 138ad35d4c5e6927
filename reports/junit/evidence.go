package junit

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/phrase"
	"github.com/retrystorm/retrystorm/reports/summary"
)

// worst gives the run that speaks most against a variant: one that did not come
// out as expected before one that proves nothing, and either before the rest;
// of several the one that took longest to recover, then the one with the most
// attempts per sale, then the first. It is nil without runs.
func worst(v *reports.Variant) *reports.Run {
	var found *reports.Run
	for i := range v.Runs {
		r := &v.Runs[i]
		if found == nil || slices.Compare(badness(v, r), badness(v, found)) > 0 {
			found = r
		}
	}
	return found
}

// badness gives figures that are compared from the first to the last.
func badness(v *reports.Variant, r *reports.Run) []float64 {
	expected, known := v.AsExpected(r)
	if !known {
		expected = r.Verdict.Kind.Passes()
	}
	bad := []float64{0, 0, 0}
	switch {
	case r.Verdict.Kind == verdict.Invalid:
		bad[0] = 1
	case !expected:
		bad[0] = 2
	}
	switch {
	case r.Verdict.TimeToRecoverS != nil:
		bad[1] = *r.Verdict.TimeToRecoverS
	case r.Verdict.Kind != verdict.Healthy:
		bad[1] = math.Inf(1)
	}
	if a := r.Totals.Amplification; a != nil {
		bad[2] = *a
	}
	return bad
}

// told tells what was found of a variant, with the evidence of one run.
func told(v *reports.Variant, found string, run *reports.Run) string {
	lines := []string{summary.Headline(v), "", found}
	if run == nil {
		return strings.Join(lines, "\n")
	}
	lines = append(lines, "", fmt.Sprintf("The run with seed %d: %s.", run.Seed, run.Verdict.Kind))
	if why := phrase.Plain(run.Verdict.Reason); why != "" {
		lines = append(lines, why)
	}
	if problem := phrase.Plain(run.Problem); problem != "" {
		lines = append(lines, "Problem: "+problem)
	}
	for _, f := range figures(run) {
		lines = append(lines, "  "+f.name+": "+f.value)
	}
	lines = append(lines, "", "Run it again: retrystorm replay "+reports.FileName+only(v)+fmt.Sprintf(" --runs 1 --seed %d", run.Seed))
	return strings.Join(lines, "\n")
}

var harmless = regexp.MustCompile(`^\w[\w .-]*$`)

// only gives the flag that picks the variant, where its name is none that a
// shell would make something of.
func only(v *reports.Variant) string {
	if !harmless.MatchString(v.Name) {
		return ""
	}
	return " --variant '" + v.Name + "'"
}

type figure struct{ name, value string }

// figures are the evidence of a run.
func figures(r *reports.Run) []figure {
	e := &r.Verdict.Evidence
	recovery := phrase.DurationOf(r.Verdict.TimeToRecoverS)
	if e.CensoredS > 0 {
		recovery = "not in " + phrase.Duration(e.CensoredS)
	}
	return []figure{
		{"time to recover", recovery},
		{"baseline", window(&e.Baseline)},
		{"at the end", window(&e.Final)},
		{"attempts per sale, whole run", phrase.Multiple(r.Totals.Amplification)},
		{"attempts per sale, after the trigger", phrase.Multiple(e.Amplification)},
		{"service time wasted, after the trigger", phrase.Share(e.WastedShare)},
		{"waiting at the end", phrase.Counted(e.Backlog)},
		{"sustained by", cmp.Or(phrase.Plain(e.Sustained), phrase.Missing)},
		{"balance", summary.Balance(r)},
		{"without retries", summary.WithoutRetries(r)},
		{"still open", summary.StillOpen(r)},
		{"lost", phrase.Counted(r.Totals.Lost)},
		{"duplicated", phrase.Counted(r.Totals.Duplicated)},
		{"failed", phrase.Count(r.Totals.Failed)},
		{"unsynced", phrase.Count(r.Totals.Unsynced)},
	}
}

func window(w *reports.Window) string {
	return fmt.Sprintf("%s of %s, %s attempts per sale, p99 %s",
		rate(w.GoodputPerS), rate(w.DemandPerS), phrase.Multiple(w.AttemptsPerSale), phrase.DurationOf(w.P99S))
}

func rate(x *float64) string {
	if x == nil {
		return phrase.Missing
	}
	return phrase.PerSecond(*x)
}
