package compare

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
)

func TestFiguresAreReadFromARun(t *testing.T) {
	full := reports.Run{}
	full.Verdict.Kind, full.Verdict.TimeToRecoverS = verdict.Recovered, ptr(47.0)
	full.Totals = reports.Totals{
		Sales: 10, Failed: 1, Unsynced: 2, Pending: 3, Amplification: ptr(1.5), WastedWorkS: ptr(3.0), WorkS: ptr(12.0),
		Lost: ptr(int64(4)), Duplicated: ptr(int64(5)),
	}
	empty := reports.Run{}
	empty.Verdict.Kind = verdict.Degraded
	calm := empty
	calm.Verdict.Kind = verdict.Healthy
	calm.Totals.WorkS = ptr(0.0)
	none := math.NaN()
	for name, tc := range map[string]struct {
		run  reports.Run
		want []float64 // in the order of measures
	}{
		"a full run":                      {full, []float64{47, 1.5, 0.25, 0.6, 4, 5}},
		"one that did not come back":      {empty, []float64{math.Inf(1), none, none, none, none, none}},
		"one that never left, and idle":   {calm, []float64{0, none, none, none, none, none}},
		"one that proves nothing is none": {reports.Run{}, []float64{none, none, none, none, none, none}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []float64
			for _, m := range measures {
				got = append(got, median(m.values([]reports.Run{tc.run})))
			}
			if diff := cmp.Diff(tc.want, got, cmpopts.EquateNaNs()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNegativeZeroIsAZeroLikeAnyOther(t *testing.T) {
	run := reports.Run{}
	run.Verdict.Kind = verdict.Healthy
	run.Totals.WastedWorkS, run.Totals.WorkS = new(math.Copysign(0, -1)), ptr(1.0)
	for _, m := range measures {
		if m.name == "wasted_share" && math.Signbit(m.values([]reports.Run{run})[0]) {
			t.Error("it keeps its sign")
		}
	}
}

func TestLevelSumsUpASample(t *testing.T) {
	for _, tc := range []struct {
		values []float64
		want   Level
	}{
		{nil, Level{Value: unknown, Ninth: unknown}},
		{[]float64{3}, Level{N: 1, Value: 3, Ninth: 3, Some: 1}},
		{[]float64{0, 0, 1, 2}, Level{N: 4, Value: 0.5, Ninth: 2, Some: 2}},
		{[]float64{-1, 0, 0, 1, 2, 3, 4, 5, 6, 7}, Level{N: 10, Value: 2.5, Ninth: 6, Some: 7}},
		{[]float64{1, math.Inf(1)}, Level{N: 2, Value: Number(math.Inf(1)), Ninth: Number(math.Inf(1)), Some: 2}},
	} {
		same := cmp.Comparer(func(x, y Number) bool { return x == y || !x.known() && !y.known() })
		if diff := cmp.Diff(tc.want, levelOf(tc.values), same); diff != "" {
			t.Errorf("%v: %s", tc.values, diff)
		}
	}
}

func TestRelativeChangeIsTheSameSizeEitherWay(t *testing.T) {
	inf := math.Inf(1)
	for _, tc := range [][3]float64{{100, 105, 0.05}, {0, 0, 0}, {0, 1, inf}, {5, inf, inf}, {inf, inf, 0}, {-2, -1, 1}} {
		if got, back := relative(tc[0], tc[1]), relative(tc[1], tc[0]); got != tc[2] || back != -tc[2] {
			t.Errorf("from %v to %v: %v there, %v back; want %v", tc[0], tc[1], got, back, tc[2])
		}
	}
}
