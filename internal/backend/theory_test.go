package backend_test

import (
	"container/heap"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/field"
)

// ends is a heap of the services under way.
type ends []end

func (e ends) Len() int           { return len(e) }
func (e ends) Less(i, j int) bool { return e[i].at < e[j].at }
func (e ends) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }
func (e *ends) Push(x any)        { *e = append(*e, x.(end)) }
func (e *ends) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}

// poisson lets n requests arrive at random and gives the mean wait of those
// that were served, in seconds, and the node's counts.
func poisson(cfg backend.Config, perSec float64, n int) (wait float64, s backend.Stats) {
	rng := rand.New(rand.NewPCG(1917, 4)) // A. K. Erlang's year
	node := backend.NewNode(cfg, rand.New(rand.NewPCG(1917, 5)))
	came := make([]time.Duration, n)
	var due ends
	var out []backend.Effect
	var waited time.Duration
	var begun int64
	step := func(now time.Duration, ev backend.Event) {
		out = node.Step(now, ev, out[:0])
		for _, e := range out {
			if e.Kind == backend.Begin {
				begun++
				waited += now - came[e.ID]
				heap.Push(&due, end{at: now + e.For, id: e.ID})
			}
		}
	}
	now := time.Duration(0)
	for i := range came {
		now += time.Duration(rng.ExpFloat64() / perSec * 1e9)
		for len(due) > 0 && due[0].at <= now {
			e := heap.Pop(&due).(end)
			step(e.at, backend.Event{Kind: backend.Done, ID: e.id})
		}
		came[i] = now
		step(now, backend.Event{Kind: backend.Arrive, ID: uint64(i)})
	}
	return waited.Seconds() / float64(begun), node.Stats()
}

// erlangC is the chance that a request must wait in an M/M/c queue with the
// offered load a = λ/μ (A. K. Erlang, 1917), by way of Erlang B's recursion.
func erlangC(c int, a float64) float64 {
	b := 1.0
	for i := 1; i <= c; i++ {
		b = a * b / (float64(i) + a*b)
	}
	rho := a / float64(c)
	return b / (1 - rho*(1-b))
}

// The mean waits in units of the mean service time: M/M/c by Erlang C,
// C/(c(1−ρ)); one worker by Pollaczek and Khinchine, ρ(1+cv²)/(2(1−ρ)), where
// cv² is 0 for constant and exp(sigma²)−1 for lognormal times.
func TestMeanWaitIsAsQueueingTheorySays(t *testing.T) {
	const mean = 10 * time.Millisecond
	for name, c := range map[string]struct {
		workers int
		law     backend.Distribution
		rho     float64
		want    float64
	}{
		"M/M/4":           {4, backend.Exponential, 0.8, erlangC(4, 3.2) / (4 * 0.2)},
		"M/M/1":           {1, backend.Exponential, 0.5, 1},
		"M/D/1":           {1, backend.Constant, 0.8, 2},
		"M/G/1 lognormal": {1, backend.Lognormal, 0.7, 0.7 * math.Exp(0.25) / 0.6},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := backend.Config{
				Workers: field.Limit(c.workers),
				Service: backend.Service{Mean: mean, Distribution: c.law},
				Queue:   backend.Queue{Limit: field.Unbounded},
			}
			wait, s := poisson(cfg, c.rho*cfg.Capacity(), 300_000)
			if want := c.want * mean.Seconds(); !near(wait, want, 0.05) {
				t.Errorf("mean wait %.5f s, want %.5f s", wait, want)
			}
			if s.Rejected != 0 {
				t.Errorf("%d rejected from an unbounded queue", s.Rejected)
			}
		})
	}
}

// In an M/M/1/K queue, K = limit + 1 in the node, a share of
// (1−ρ)ρ^K/(1−ρ^(K+1)) finds it full.
func TestFullQueueTurnsAwayTheShareThatQueueingTheorySays(t *testing.T) {
	const rho, k, n = 0.9, 5, 300_000
	cfg := backend.Config{
		Workers: 1,
		Service: backend.Service{Mean: 10 * time.Millisecond, Distribution: backend.Exponential},
		Queue:   backend.Queue{Limit: k - 1},
	}
	_, s := poisson(cfg, rho*cfg.Capacity(), n)
	want := (1 - rho) * math.Pow(rho, k) / (1 - math.Pow(rho, k+1))
	if got := float64(s.Rejected) / n; !near(got, want, 0.03) {
		t.Errorf("share turned away %.4f, want %.4f", got, want)
	}
}
