package terminal

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/fault"
)

// customers gives the moments at which one terminal's customers come.
func customers(c *Cohort, seed uint64, id uint32, horizon time.Duration) []time.Duration {
	t := New(c, seed, id)
	var out []time.Duration
	for t.nextSale < horizon {
		out = append(out, t.nextSale)
		t.nextSale = t.arrival(t.nextSale, false)
	}
	return out
}

// distance is the Kolmogorov–Smirnov distance of a sample in [0, 1] from the
// uniform distribution, times the square root of its size: above 1.63 for one
// sample of a hundred (Smirnov, 1948).
func distance(sample []float64) float64 {
	slices.Sort(sample)
	n, d := float64(len(sample)), 0.0
	for i, x := range sample {
		d = max(d, x-float64(i)/n, float64(i+1)/n-x)
	}
	return d * math.Sqrt(n)
}

const unlikely = 1.63

func TestPoissonIntervalsAreExponential(t *testing.T) {
	c := NewCohort(Config{Sale: Sale{Every: 10 * time.Second}}, nil)
	var sample, following []float64
	for id := range uint32(50) {
		last, share := time.Duration(0), 0.0
		for _, at := range customers(c, 11, id, time.Hour) {
			// The distribution function of an exponential variable is uniform.
			next := 1 - math.Exp(-(at-last).Seconds()/10)
			sample = append(sample, next)
			// The sum of two, from 0 to 2, modulo 1 is uniform if they are independent.
			following = append(following, math.Mod(share+next, 1))
			last, share = at, next
		}
	}
	if len(sample) < 15000 {
		t.Fatalf("only %d intervals", len(sample))
	}
	if d := distance(sample); d > unlikely {
		t.Errorf("the intervals of %d sales are at a distance of %.2f from exponential", len(sample), d)
	}
	if d := distance(following); d > unlikely {
		t.Errorf("an interval depends on the one before: distance %.2f", d)
	}
}

func TestPoissonFollowsTheDemandAcrossASpike(t *testing.T) {
	spike := fault.Event{Kind: fault.Spike, At: 100 * time.Second, For: 50 * time.Second, Times: 5}
	c := NewCohort(Config{Sale: Sale{Every: 10 * time.Second}}, []fault.Event{spike})
	const horizon = 300 * time.Second
	// The integral of demand: given their number, arrivals are uniform in it.
	passed := func(at time.Duration) float64 {
		s := at.Seconds()
		return (s + 4*min(max(s-100, 0), 50)) / 500
	}
	var sample []float64
	inSpike := 0
	for id := range uint32(400) {
		for _, at := range customers(c, 12, id, horizon) {
			sample = append(sample, passed(at))
			if spike.At <= at && at < spike.End() {
				inSpike++
			}
		}
	}
	if d := distance(sample); d > unlikely {
		t.Errorf("%d arrivals are at a distance of %.2f from the demand", len(sample), d)
	}
	// 400 terminals × 50 s × 5 / 10 s, within four standard deviations.
	if math.Abs(float64(inSpike)-10000) > 400 {
		t.Errorf("%d sales in the spike, want about 10000", inSpike)
	}
}

func TestRegularTerminalsKeepTheirIntervalAndSpreadTheirPhase(t *testing.T) {
	c := NewCohort(Config{Sale: Sale{Every: 10 * time.Second, Arrival: Regular}}, nil)
	var phases []float64
	for id := range uint32(20000) {
		all := customers(c, 14, id, time.Minute)
		for i := range all[1:] {
			if all[i+1]-all[i] != 10*time.Second {
				t.Fatalf("sales at %v", all)
			}
		}
		phases = append(phases, all[0].Seconds()/10)
	}
	if d := distance(phases); d > unlikely {
		t.Errorf("the phases of 20000 terminals are at a distance of %.2f from uniform", d)
	}
}
