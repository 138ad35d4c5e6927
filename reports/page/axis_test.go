package page

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/plot"
	"pgregory.net/rapid"
)

func labels(ticks []plot.Tick) []string {
	var out []string
	for _, t := range ticks {
		out = append(out, t.Label)
	}
	return out
}

func TestTimeIsTickedAsAClockWouldBe(t *testing.T) {
	for _, tc := range []struct {
		to   float64
		want []string
	}{
		{0.5, []string{"00:00", "00:00.1", "00:00.2", "00:00.3", "00:00.4", "00:00.5"}},
		{95, []string{"00:00", "00:20", "00:40", "01:00", "01:20"}},
		{720, []string{"00:00", "02:00", "04:00", "06:00", "08:00", "10:00", "12:00"}},
		{5400, []string{"0 h", "0:15 h", "0:30 h", "0:45 h", "1 h", "1:15 h", "1:30 h"}},
		{86400, []string{"0 h", "4 h", "8 h", "12 h", "16 h", "20 h", "24 h"}},
	} {
		if diff := cmp.Diff(tc.want, labels(clockTicks(0, tc.to))); diff != "" {
			t.Errorf("up to %v s (-want +got):\n%s", tc.to, diff)
		}
	}
}

func TestFiguresAreTickedRound(t *testing.T) {
	for _, tc := range []struct {
		from, to float64
		want     []string
	}{
		{0, 1, []string{"0", "0.2", "0.4", "0.6", "0.8", "1"}},
		{0, 930, []string{"0", "200", "400", "600", "800"}},
		{0, 8140, []string{"0", "2,000", "4,000", "6,000", "8,000"}},
		{0, 31575, []string{"0", "10k", "20k", "30k"}},
		{0, 1.66e6, []string{"0", "500k", "1M", "1.5M"}},
		{-30, 50, []string{"-20", "0", "20", "40"}},
		{0, 1e15, []string{"0", "200T", "400T", "600T", "800T", "1000T"}},
	} {
		if diff := cmp.Diff(tc.want, labels(Ticks(tc.from, tc.to))); diff != "" {
			t.Errorf("%v to %v (-want +got):\n%s", tc.from, tc.to, diff)
		}
	}
}

func TestAxesHaveAFewTicksWithinTheirRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bound := rapid.OneOf(rapid.Float64Range(-most, most), rapid.Float64Range(-1, 1), rapid.SampledFrom([]float64{-most, most, 0}))
		low, high := bound.Draw(t, "low"), bound.Draw(t, "high")
		s := span{min(low, high, 0), max(low, high, 0)}.widened()
		for name, ticks := range map[string][]plot.Tick{"figures": Ticks(s.from, s.to), "clock": clockTicks(s.from, s.to)} {
			if len(ticks) == 0 || len(ticks) > 7 {
				t.Fatalf("%s: %d ticks from %v to %v", name, len(ticks), s.from, s.to)
			}
			for _, tick := range ticks {
				if !(tick.Value >= s.from && tick.Value <= s.to) || tick.Label == "" {
					t.Fatalf("%s: %+v from %v to %v", name, tick, s.from, s.to)
				}
			}
		}
	})
}

func TestInstantsHaveAsManyDecimalsAsTheyNeed(t *testing.T) {
	for _, tc := range []struct {
		s, step float64
		want    string
	}{
		{61, 1, "01:01"}, {61.4, 5, "01:01"}, {20.5, 0.5, "00:20.5"}, {20, 0.5, "00:20"}, {0.125, 0.125, "00:00.125"},
		{59.9999, 0.5, "01:00"}, {3601.5, 0.5, "1:00:01.5"}, {-1, 0.5, "0 s"},
	} {
		if got := instant(tc.s, tc.step); got != tc.want {
			t.Errorf("%v in steps of %v: %q, want %q", tc.s, tc.step, got, tc.want)
		}
	}
}

func TestMomentsBeforeTheBeginningHaveLabelsToo(t *testing.T) {
	want := []string{"0 s", "0 h", "0:15 h", "0:30 h", "0:45 h", "1 h"}
	if diff := cmp.Diff(want, labels(clockTicks(-900, 3600))); diff != "" {
		t.Errorf("-15 minutes to an hour (-want +got):\n%s", diff)
	}
}
