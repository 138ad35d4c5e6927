package retry

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/field"
)

const ms, s = time.Millisecond, time.Second

func stream() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// delays gives the delays before the first n retries of one sale.
func delays(c Config, n int, rng *rand.Rand) []time.Duration {
	p, ses := NewPolicy(c.Unlimited()), Session{}
	out := make([]time.Duration, n)
	for i := range out {
		out[i] = p.Next(0, nil, &ses, Outcome{Cause: Timeout}, rng).Delay
	}
	return out
}

func TestBackoffGrowsByItsRule(t *testing.T) {
	tests := []struct {
		name string
		cfg  Config
		want []time.Duration
	}{
		{"immediate", Config{Backoff: Immediate}, []time.Duration{0, 0, 0, 0}},
		{"constant", Config{Backoff: Constant, Base: s}, []time.Duration{s, s, s, s}},
		{"linear", Config{Backoff: Linear, Base: s}, []time.Duration{s, 2 * s, 3 * s, 4 * s}},
		{"linear, capped", Config{Backoff: Linear, Base: s, Cap: 2500 * ms}, []time.Duration{s, 2 * s, 2500 * ms, 2500 * ms}},
		{"exponential", Config{Backoff: Exponential, Base: 100 * ms}, []time.Duration{100 * ms, 200 * ms, 400 * ms, 800 * ms}},
		{"exponential by 1.5", Config{Backoff: Exponential, Base: 400 * ms, Factor: 1.5}, []time.Duration{400 * ms, 600 * ms, 900 * ms, 1350 * ms}},
		{"exponential, capped", Config{Backoff: Exponential, Base: s, Cap: 3 * s}, []time.Duration{s, 2 * s, 3 * s, 3 * s}},
		{"exponential by 1", Config{Backoff: Exponential, Base: s, Factor: 1}, []time.Duration{s, s, s, s}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, delays(tt.cfg, len(tt.want), stream())); diff != "" {
				t.Errorf("delays (-want +got):\n%s", diff)
			}
		})
	}
}

// The bounds and means that the formulas of Brooker, "Exponential Backoff And
// Jitter", AWS Architecture Blog, 2015, give for the third retry.
func TestJitterSpreadsEachBackoffByItsFormula(t *testing.T) {
	grown := map[Backoff]time.Duration{Constant: s, Linear: 3 * s, Exponential: 4 * s}
	spread := map[Jitter]func(d time.Duration) (lo, mean, hi time.Duration){
		NoJitter:    func(d time.Duration) (lo, mean, hi time.Duration) { return d, d, d },
		FullJitter:  func(d time.Duration) (lo, mean, hi time.Duration) { return 0, d / 2, d },
		EqualJitter: func(d time.Duration) (lo, mean, hi time.Duration) { return d / 2, d * 3 / 4, d },
		// The share by default, as in gRPC.
		ProportionalJitter: func(d time.Duration) (lo, mean, hi time.Duration) { return d * 8 / 10, d, d * 12 / 10 },
		// U(1, 3p): 1 ≤ p1 ≤ 3, 1 ≤ p2 ≤ 9, 1 ≤ p3 ≤ 27; E p' = (1 + 3p)/2, so 2, 3.5, 5.75.
		DecorrelatedJitter: func(time.Duration) (lo, mean, hi time.Duration) { return s, 5750 * ms, 27 * s },
	}
	for b, d := range grown {
		for j, of := range spread {
			t.Run(b.String()+", "+j.String(), func(t *testing.T) {
				lo, mean, hi := of(d)
				judgeSpread(t, Config{Backoff: b, Base: s, Jitter: j}, lo, mean, hi)
			})
		}
	}
}

func judgeSpread(t *testing.T, c Config, lo, mean, hi time.Duration) {
	t.Helper()
	const n = 20000
	rng := stream()
	var sum time.Duration
	least, most := time.Duration(math.MaxInt64), time.Duration(0)
	for range n {
		d := delays(c, 3, rng)[2]
		least, most, sum = min(least, d), max(most, d), sum+d
	}
	if least < lo || most > hi {
		t.Errorf("from %v to %v, want from %v to %v", least, most, lo, hi)
	}
	if got := sum / n; math.Abs(float64(got-mean)) > 0.02*float64(mean) {
		t.Errorf("%v in the mean, want %v", got, mean)
	}
	if width := hi - lo; most-least < width*8/10 {
		t.Errorf("only from %v to %v, want nearly all of %v to %v", least, most, lo, hi)
	}
}

// gRPC's share is 0.2, that of cenkalti/backoff 0.5.
func TestAProportionalJitterSpreadsByItsShareAroundTheCappedDelay(t *testing.T) {
	for _, share := range []float64{0.2, 0.5, 1} {
		spread := time.Duration(share * float64(2*s))
		c := Config{Backoff: Exponential, Base: s, Cap: 2 * s, Jitter: ProportionalJitter, JitterShare: field.Ratio(share)}
		judgeSpread(t, c, 2*s-spread, 2*s, 2*s+spread)
	}
}

// An exponential distribution has its mean as its standard deviation, and a
// share of 1−1/e of it lies below.
func TestAnExponentialJitterIsMemoryless(t *testing.T) {
	const n = 50_000
	rng := stream()
	var sum, squares, below float64
	for range n {
		d := delays(Config{Backoff: Linear, Base: s, Jitter: ExponentialJitter}, 3, rng)[2].Seconds()
		sum, squares = sum+d, squares+d*d
		if d < 3 {
			below++
		}
	}
	mean := sum / n
	for name, c := range map[string]struct{ got, want float64 }{
		"mean": {mean, 3}, "standard deviation": {math.Sqrt(squares/n - mean*mean), 3}, "share below the mean": {below / n, 1 - 1/math.E},
	} {
		if math.Abs(c.got-c.want) > 0.03*c.want {
			t.Errorf("%s %.3f, want %.3f", name, c.got, c.want)
		}
	}
}

func TestTheCapHoldsUnderEachJitter(t *testing.T) {
	for _, j := range []Jitter{NoJitter, FullJitter, EqualJitter, DecorrelatedJitter, ExponentialJitter} {
		for _, d := range delays(Config{Backoff: Exponential, Base: s, Cap: 5 * s, Jitter: j}, 1000, stream()) {
			if d < 0 || d > 5*s {
				t.Fatalf("jitter %v: a delay of %v, capped at 5s", j, d)
			}
		}
	}
}

func TestADecorrelatedDelayFollowsFromTheOneBefore(t *testing.T) {
	rng := stream()
	prev := s
	for i, d := range delays(Config{Backoff: Exponential, Base: s, Cap: 20 * s, Jitter: DecorrelatedJitter}, 1000, rng) {
		if d < s || d > min(3*prev, 20*s) {
			t.Fatalf("delay %d is %v after %v", i, d, prev)
		}
		prev = d
	}
}

func TestHugeAttemptsOverflowNothing(t *testing.T) {
	configs := []Config{
		{Backoff: Linear, Base: longest}, {Backoff: Exponential, Base: s, Factor: 100},
		{Backoff: Exponential, Base: longest, Factor: 100, Jitter: FullJitter},
		{Backoff: Constant, Base: longest, Jitter: DecorrelatedJitter},
		{Backoff: Exponential, Base: 1, Factor: 1.001, Jitter: EqualJitter},
		{Backoff: Exponential, Base: longest, Factor: 100, Jitter: ExponentialJitter},
		{Backoff: Exponential, Base: s, Factor: 100, Cap: longest / 2, Jitter: ProportionalJitter, JitterShare: 1},
	}
	for _, c := range configs {
		p := NewPolicy(c.Unlimited())
		for _, tries := range []int{0, 1, 60, 1 << 20, math.MaxInt32 - 2} {
			ses := Session{tries: tries, prev: longest}
			d := p.Next(0, nil, &ses, Outcome{Cause: Failed}, stream())
			if !d.Retry || d.Delay < 0 || d.Delay > longest {
				t.Errorf("%v after %d tries: %+v", c.Backoff, tries, d)
			}
		}
	}
	if p := NewPolicy(Config{Backoff: Immediate, MaxAttempts: field.Unbounded}); p.Parallel() != 1 {
		t.Errorf("%d copies a try by default, want 1", p.Parallel())
	}
}
