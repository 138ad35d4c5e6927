package compare

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gotest.tools/v3/golden"

	"github.com/retrystorm/retrystorm/internal/race"
	"github.com/retrystorm/retrystorm/internal/verdict"
	"github.com/retrystorm/retrystorm/reports"
)

// A build is compared with itself, over and over. Nothing is let off for being
// small, and better counts as an alarm, too.
func TestBuildComparedWithItselfSeldomRaisesAnAlarm(t *testing.T) {
	t.Parallel()
	times := 300
	if race.Enabled {
		times = 60
	}
	strict := Config{Alpha: 0.05}
	alarms, all := 0, 0
	for _, sizes := range [][2]int{{4, 4}, {6, 6}, {10, 10}, {8, 20}, {30, 30}, {40, 200}} {
		rng := rand.New(rand.NewPCG(uint64(sizes[0]), uint64(sizes[1])))
		found := 0
		for range times {
			side := func(n int) *reports.Result {
				return resultOf("s", variantOf("calm", back, drawn(rng, n, calm)), variantOf("torn", back, drawn(rng, n, torn)))
			}
			if c := comparison(t, side(sizes[0]), side(sizes[1]), strict); c.Answer != NoEvidence {
				found++
			}
		}
		t.Logf("%3d and %3d runs: %d alarms in %d comparisons", sizes[0], sizes[1], found, times)
		// 5 % of 300 are 15, give or take 3.8.
		if n := float64(times); float64(found) > 0.05*n+2.4*math.Sqrt(0.05*0.95*n) {
			t.Errorf("%v runs: %d alarms in %d comparisons", sizes, found, times)
		}
		alarms, all = alarms+found, all+times
	}
	if alarms*20 > all {
		t.Errorf("%d alarms in %d comparisons are more than 5 %%", alarms, all)
	}
	if alarms == 0 {
		t.Error("no alarm at all: the tests cannot find anything")
	}
}

// Figures that are mostly zero are where approximations go wrong.
func TestFigureThatIsMostlyZeroSeldomRaisesAnAlarm(t *testing.T) {
	t.Parallel()
	times := 1000
	if race.Enabled {
		times = 200
	}
	for _, n := range []int{20, 26, 30, 100, 1000} {
		for _, odd := range []float64{1, 2, 3, 5, 10} { // expected odd runs on each side
			rng := rand.New(rand.NewPCG(uint64(n), uint64(odd)))
			draw := func() []float64 {
				var values []float64
				for range n {
					if rng.Float64() < odd/float64(n) {
						values = append(values, rng.Float64())
					}
				}
				return uneven(n-len(values), values...)
			}
			alarms := 0
			for range times {
				if rankSum(draw(), draw()).p <= 0.05 {
					alarms++
				}
			}
			// 5 % of 1000 are 50, give or take 7.
			if all := float64(times); float64(alarms) > 0.05*all+2.9*math.Sqrt(0.05*0.95*all) {
				t.Errorf("%d runs, %v of them odd: %d alarms in %d tests", n, odd, alarms, times)
			}
		}
	}
}

// TestPowerIsAsTheGoldenFileSays shows how many runs of each side it takes to
// find a regression in one of two variants, among all the figures of both.
func TestPowerIsAsTheGoldenFileSays(t *testing.T) {
	t.Parallel()
	spread := func(sigma, times float64) func(*rand.Rand) outcome {
		return func(rng *rand.Rand) outcome {
			o := calm(rng)
			o.recovery = 40 * times * math.Exp(sigma*rng.NormFloat64())
			return o
		}
	}
	broken := func(share float64) func(*rand.Rand) outcome {
		return func(rng *rand.Rand) outcome {
			o := calm(rng)
			if rng.Float64() < share {
				o.kind, o.amplification, o.wasted = verdict.Collapsed, 4, 1
			}
			return o
		}
	}
	var out strings.Builder
	out.WriteString("How often a comparison of two variants finds that one is worse, in per cent,\nby the number of runs of each side.\n\nruns")
	sizes := []int{5, 6, 8, 10}
	for _, n := range sizes {
		fmt.Fprintf(&out, "%5d", n)
	}
	for _, c := range []struct {
		name          string
		before, after func(*rand.Rand) outcome
	}{
		{"time to recover doubles, spread 10 %", spread(0.1, 1), spread(0.1, 2)},
		{"time to recover doubles, spread 30 %", spread(0.3, 1), spread(0.3, 2)},
		{"time to recover doubles, spread 60 %", spread(0.6, 1), spread(0.6, 2)},
		{"half of the runs collapse, none did", broken(0), broken(0.5)},
		{"all runs collapse, none did", broken(0), broken(1)},
	} {
		fmt.Fprintf(&out, "\n%s\n    ", c.name)
		for _, n := range sizes {
			fmt.Fprintf(&out, "%5d", found(t, n, c.before, c.after))
		}
	}
	golden.Assert(t, out.String()+"\n", "power.golden")
}

// found gives the share of comparisons in which the new build is worse, in per
// cent.
func found(t *testing.T, n int, before, after func(*rand.Rand) outcome) int {
	rng := rand.New(rand.NewPCG(uint64(n), 1))
	const times = 50
	worse := 0
	for range times {
		side := func(build func(*rand.Rand) outcome) *reports.Result {
			return resultOf("s", variantOf("steady", back, drawn(rng, n, calm)), variantOf("changed", back, drawn(rng, n, build)))
		}
		if comparison(t, side(before), side(after), usual).Answer == Worse {
			worse++
		}
	}
	return worse * 100 / times
}
