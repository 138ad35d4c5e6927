package backend_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
)

// sample draws service times as requests meet them that come one by one.
func sample(cfg backend.Config, n int) []float64 {
	node := backend.NewNode(cfg, rand.New(rand.NewPCG(2021, 7)))
	var out []backend.Effect
	services := make([]float64, 0, n)
	now := time.Duration(0)
	for i := range n {
		out = node.Step(now, backend.Event{Kind: backend.Arrive, ID: uint64(i)}, out[:0])
		services = append(services, out[0].For.Seconds())
		now += out[0].For
		out = node.Step(now, backend.Event{Kind: backend.Done, ID: uint64(i)}, out[:0])
	}
	return services
}

// moments gives the mean and the standard deviation.
func moments(xs []float64) (mean, sd float64) {
	for _, x := range xs {
		mean += x / float64(len(xs))
	}
	for _, x := range xs {
		sd += (x - mean) * (x - mean) / float64(len(xs))
	}
	return mean, math.Sqrt(sd)
}

// near says whether got is within share of want.
func near(got, want, share float64) bool { return math.Abs(got-want) <= share*math.Abs(want) }

// The deviations: the mean of an exponential, mean·sqrt(exp(sigma²)−1) of a
// lognormal variable, whose long tail makes for the wider tolerance.
func TestServiceTimeHasTheDeclaredMean(t *testing.T) {
	slow := &backend.Slowdown{Above: 0.5, Times: 10}
	for name, c := range map[string]struct {
		service  backend.Service
		slowdown *backend.Slowdown
		mean, sd float64 // seconds
	}{
		"constant":                {backend.Service{Distribution: backend.Constant}, nil, 0.02, 0},
		"exponential":             {backend.Service{Distribution: backend.Exponential}, nil, 0.02, 0.02},
		"lognormal":               {backend.Service{Distribution: backend.Lognormal}, nil, 0.02, 0.02 * math.Sqrt(math.Exp(0.25)-1)},
		"wide lognormal":          {backend.Service{Distribution: backend.Lognormal, Sigma: 1}, nil, 0.02, 0.02 * math.Sqrt(math.E-1)},
		"exponential, slowed":     {backend.Service{Distribution: backend.Exponential}, slow, 0.2, 0.2},
		"constant, slowed":        {backend.Service{Distribution: backend.Constant}, slow, 0.2, 0},
		"wide lognormal, slowed":  {backend.Service{Distribution: backend.Lognormal, Sigma: 1}, slow, 0.2, 0.2 * math.Sqrt(math.E-1)},
		"narrow lognormal, again": {backend.Service{Distribution: backend.Lognormal, Sigma: 0.1}, nil, 0.02, 0.02 * math.Sqrt(math.Exp(0.01)-1)},
	} {
		t.Run(name, func(t *testing.T) {
			c.service.Mean = 20 * time.Millisecond
			mean, sd := moments(sample(backend.Config{Workers: 1, Service: c.service, Slowdown: c.slowdown}, 200_000))
			if !near(mean, c.mean, 0.01) {
				t.Errorf("mean %v, want %v", mean, c.mean)
			}
			if !near(sd, c.sd, 0.05) && math.Abs(sd-c.sd) > 1e-9 {
				t.Errorf("standard deviation %v, want %v", sd, c.sd)
			}
		})
	}
}

func TestLogarithmOfALognormalTimeHasTheDeclaredSigma(t *testing.T) {
	xs := sample(backend.Config{Workers: 1, Service: backend.Service{
		Mean: time.Second, Distribution: backend.Lognormal, Sigma: 0.8}}, 200_000)
	for i, x := range xs {
		xs[i] = math.Log(x)
	}
	mu, sigma := moments(xs)
	if !near(mu, -0.32, 0.02) || !near(sigma, 0.8, 0.01) {
		t.Errorf("mu %v and sigma %v, want -0.32 and 0.8", mu, sigma)
	}
}

func TestLongestServiceIsStillATime(t *testing.T) {
	const n = 200_000
	node := backend.NewNode(backend.Config{
		Workers:  n,
		Service:  backend.Service{Mean: time.Hour, Distribution: backend.Lognormal, Sigma: 5},
		Slowdown: &backend.Slowdown{Above: 0.5, Times: 1000},
	}, rand.New(rand.NewPCG(1, 2)))
	var longest time.Duration
	for i := range n {
		e := node.Step(0, backend.Event{Kind: backend.Arrive, ID: uint64(i)}, nil)[0]
		if e.For < 0 {
			t.Fatalf("service of %v", e.For)
		}
		longest = max(longest, e.For)
	}
	if longest < 100*365*24*time.Hour {
		t.Fatalf("the longest took %v; no service came to the bound", longest)
	}
}
