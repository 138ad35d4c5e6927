package summary

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
	"github.com/retrystorm/retrystorm/reports/sample"
)

// judged is a run of three minutes with a spike from 00:30 to 00:50.
func judged(kind verdict.Kind) reports.Run {
	run := reports.Run{Seed: 3}
	run.Faults = []reports.Fault{{Kind: "spike", FromS: 30, ToS: 50, Applied: true, Removed: true}}
	run.Verdict = reports.Verdict{Kind: kind, Reason: "the baseline was unhealthy."}
	e := &run.Verdict.Evidence
	e.Trigger = reports.Span{FromS: 30, ToS: 50}
	e.Final = reports.Window{FromS: 175, ToS: 180, DemandPerS: ptr(300.0), GoodputPerS: ptr(0.0), AttemptsPerSale: ptr(4.1)}
	e.CapacityPerS = ptr(200.0)
	if kind == verdict.Recovered {
		run.Verdict.TimeToRecoverS = ptr(47.0)
	}
	return run
}

func undisturbed(run *reports.Run) {
	run.Faults, run.Verdict.Evidence.Trigger = nil, reports.Span{}
}

func completing(share float64) func(*reports.Run) {
	return func(run *reports.Run) { run.Verdict.Evidence.Final.GoodputPerS = ptr(300 * share) }
}

func TestHeadlineIsWordedForAnOwner(t *testing.T) {
	for _, tc := range []struct {
		name   string
		kind   verdict.Kind
		change func(*reports.Run)
		want   string
	}{
		{"healthy", verdict.Healthy, nil, "The spike from 00:30 to 00:50 did no harm: the system stayed healthy to the end, at 03:00."},
		{"healthy, no trigger", verdict.Healthy, undisturbed, "Nothing disturbed the system, and it stayed healthy to the end, at 03:00."},
		{"healthy, two triggers", verdict.Healthy, func(r *reports.Run) { r.Faults = append(r.Faults, r.Faults...) },
			"What disturbed the system from 00:30 to 00:50 did no harm: the system stayed healthy to the end, at 03:00."},
		{"recovered", verdict.Recovered, nil, "The spike ended at 00:50. The system was back to normal 47 s later, at 01:37, and stayed so."},
		{"recovered at once", verdict.Recovered, func(r *reports.Run) { r.Verdict.TimeToRecoverS = ptr(0.0) },
			"The spike ended at 00:50. By then the system was back to normal, and it stayed so."},
		{"recovered, no trigger", verdict.Recovered, undisturbed,
			"Nothing disturbed the system from outside. The system left its normal state all the same; 47 s later it was back, and it stayed so."},
		{"recovered, no figure", verdict.Recovered, func(r *reports.Run) { r.Verdict.TimeToRecoverS = nil },
			"The spike ended at 00:50. The system came back to normal and stayed so."},
		{"degraded", verdict.Degraded, completing(0.74),
			"The spike ended at 00:50. At 03:00 the system was getting better but was not back to normal: 74% of sales came through in time."},
		{"degraded, back too late", verdict.Degraded, func(r *reports.Run) {
			r.Verdict.Evidence.Final.Healthy, r.Verdict.Evidence.Thresholds.WithinS = true, 60
		}, "The spike ended at 00:50. At 03:00 the system was back to normal, but it took longer than the 60 s allowed."},
		{"degraded, back late, no bound", verdict.Degraded, func(r *reports.Run) { r.Verdict.Evidence.Final.Healthy = true },
			"The spike ended at 00:50. At 03:00 the system was back to normal, but it took longer than was allowed."},
		{"collapsed", verdict.Collapsed, nil, "The spike ended at 00:50. The system was still down at 03:00: every sale was being sent 4.1 times."},
		{"collapsed in part", verdict.Collapsed, completing(0.4),
			"The spike ended at 00:50. The system had still not recovered at 03:00: 40% of sales came through in time, and every sale was being sent 4.1 times."},
		{"collapsed without retries", verdict.Collapsed, func(r *reports.Run) { r.Verdict.Evidence.Final.AttemptsPerSale = ptr(1.0) },
			"The spike ended at 00:50. The system was still down at 03:00: no sale came through in time."},
		{"collapsed, nothing known", verdict.Collapsed, func(r *reports.Run) { r.Verdict.Evidence.Final = reports.Window{ToS: 180} },
			"The spike ended at 00:50. The system was still down at 03:00."},
		{"collapsed, no trigger", verdict.Collapsed, undisturbed,
			"Nothing disturbed the system from outside. The system was still down at 03:00: every sale was being sent 4.1 times."},
		{"collapsed, judged to the horizon", verdict.Collapsed, func(r *reports.Run) {
			r.Verdict.Evidence.Final.ToS, r.Verdict.Evidence.CensoredS = 0, 3550
		}, "The spike ended at 00:50. The system was still down at 1:00:00: every sale was being sent 4.1 times."},
		{"after a crash", verdict.Collapsed, func(r *reports.Run) { r.Faults[0].Kind = "crash" },
			"The outage of the server ended at 00:50. The system was still down at 03:00: every sale was being sent 4.1 times."},
		{"after a freeze and a loss of processors", verdict.Recovered, func(r *reports.Run) {
			r.Faults = []reports.Fault{{Kind: "freeze"}, {Kind: "cpu"}}
		}, "The last disturbance ended at 00:50. The system was back to normal 47 s later, at 01:37, and stayed so."},
		{"after two spikes", verdict.Recovered, func(r *reports.Run) { r.Faults = append(r.Faults, r.Faults...) },
			"The last spike ended at 00:50. The system was back to normal 47 s later, at 01:37, and stayed so."},
		{"after what has no name", verdict.Recovered, func(r *reports.Run) { r.Faults[0].Kind = "<b>" },
			"The disturbance ended at 00:50. The system was back to normal 47 s later, at 01:37, and stayed so."},
		{"overloaded", verdict.Overloaded, nil,
			"Customers alone bring more sales than the system can serve (200 a second). It is too small for them, even if nothing is ever sent twice."},
		{"overloaded, no trigger, no capacity", verdict.Overloaded, func(r *reports.Run) { undisturbed(r); r.Verdict.Evidence.CapacityPerS = nil },
			"Customers alone bring more sales than the system can serve. It is too small for them, even if nothing is ever sent twice."},
		{"invalid", verdict.Invalid, nil, "The run proves nothing: the baseline was unhealthy."},
		{"invalid, as verdicts word it", verdict.Invalid, func(r *reports.Run) { r.Verdict.Reason = "The run proves nothing: it was short." },
			"The run proves nothing: it was short."},
		{"invalid, no reason", verdict.Invalid, func(r *reports.Run) { r.Verdict.Reason = " " }, "The run proves nothing."},
		{"with damage", verdict.Recovered, func(r *reports.Run) { r.Totals.Lost, r.Totals.Duplicated = ptr(int64(1)), ptr(int64(1200)) },
			"The spike ended at 00:50. The system was back to normal 47 s later, at 01:37, and stayed so. " +
				"1 sale was acknowledged and then lost. 1,200 sales were booked twice."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			run := judged(tc.kind)
			if tc.change != nil {
				tc.change(&run)
			}
			if got := Headline(&reports.Variant{Runs: []reports.Run{run}}); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

func TestHeadlineOfSeveralRunsCountsTheirEndings(t *testing.T) {
	const spike = " In a typical one (seed 3), the spike ended at 00:50. The system was still down at 03:00: every sale was being sent 4.1 times."
	for _, tc := range []struct {
		kinds []verdict.Kind
		want  string
	}{
		{nil, "It was not run."},
		{[]verdict.Kind{verdict.Collapsed, verdict.Collapsed}, "Both runs collapsed." + spike},
		{[]verdict.Kind{verdict.Collapsed, verdict.Collapsed, verdict.Collapsed}, "All 3 runs collapsed." + spike},
		{[]verdict.Kind{verdict.Recovered, verdict.Collapsed, verdict.Collapsed}, "Of 3 runs, 2 collapsed and 1 recovered." + spike},
		{
			[]verdict.Kind{verdict.Collapsed, verdict.Collapsed, verdict.Healthy, verdict.Degraded, verdict.Overloaded, verdict.Invalid},
			"Of 6 runs, 2 collapsed, 1 stayed healthy, 1 came back too slowly, 1 was overloaded and 1 proves nothing." + spike,
		},
		{[]verdict.Kind{verdict.Invalid, verdict.Invalid}, "Both runs prove nothing. In a typical one (seed 3), the run proves nothing: the baseline was unhealthy."},
		{
			[]verdict.Kind{verdict.Overloaded, verdict.Overloaded},
			"Both runs were overloaded. In a typical one (seed 3), customers alone bring more sales than the system can serve (200 a second). " +
				"It is too small for them, even if nothing is ever sent twice.",
		},
	} {
		var v reports.Variant
		for _, k := range tc.kinds {
			v.Runs = append(v.Runs, judged(k))
		}
		if got := Headline(&v); got != tc.want {
			t.Errorf("%v:\ngot  %s\nwant %s", tc.kinds, got, tc.want)
		}
	}
}

func TestHeadlineIsShortAndPlainWhateverTheRunSays(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom(sample.Hostile), rapid.Just(strings.Repeat("\U0010fffd", 1<<16)))
	figure := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{-1e300, -1, 0, 1e300}))
	rapid.Check(t, func(t *rapid.T) {
		kinds := rapid.SliceOfN(rapid.SampledFrom([]verdict.Kind{
			verdict.Invalid, verdict.Healthy, verdict.Recovered, verdict.Degraded, verdict.Collapsed, verdict.Overloaded,
		}), 0, 3).Draw(t, "kinds")
		v := sample.Of("v", experiment.Expect{}, kinds...)
		for i := range v.Runs {
			r := &v.Runs[i]
			r.Verdict.Reason = text.Draw(t, "reason")
			r.Faults = []reports.Fault{{Kind: text.Draw(t, "fault")}}
			r.Verdict.TimeToRecoverS = ptr(figure.Draw(t, "time"))
			e := &r.Verdict.Evidence
			e.Trigger = reports.Span{FromS: figure.Draw(t, "from"), ToS: figure.Draw(t, "to")}
			e.Final = reports.Window{ToS: figure.Draw(t, "end"), DemandPerS: ptr(figure.Draw(t, "demand")), GoodputPerS: ptr(figure.Draw(t, "goodput"))}
		}
		got := Headline(&v)
		if got == "" || len(got) > 6000 || strings.ContainsAny(got, "\n\r\x00\x1b") {
			t.Fatalf("%d bytes: %q", len(got), got)
		}
	})
}
