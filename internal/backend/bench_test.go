package backend_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/field"
)

// crowd is a node before which a number of requests wait all the time.
type crowd struct {
	node    *backend.Node
	out     []backend.Effect
	now     time.Duration
	served  uint64 // the one being served
	arrived uint64
}

func newCrowd(cfg backend.Config, waiting int) *crowd {
	cfg.Workers = 1
	cfg.Service = backend.Service{Mean: time.Millisecond, Distribution: backend.Lognormal}
	cfg.Queue.Limit = field.Unbounded
	c := &crowd{node: backend.NewNode(cfg, rand.New(rand.NewPCG(1, 2)))}
	for range waiting + 1 {
		c.arrive()
	}
	for range 4 * waiting { // so that everything has reached its size
		c.turn()
	}
	return c
}

func (c *crowd) arrive() {
	c.arrived++
	c.step(backend.Event{Kind: backend.Arrive, ID: c.arrived})
}

// turn serves one request and lets another come.
func (c *crowd) turn() {
	c.now += time.Millisecond
	c.step(backend.Event{Kind: backend.Done, ID: c.served})
	c.arrive()
}

// desert lets a request from the middle of the queue leave and another come.
func (c *crowd) desert(waiting int) {
	c.now += time.Millisecond
	c.step(backend.Event{Kind: backend.Leave, ID: c.arrived - uint64(waiting)/2})
	c.arrive()
}

func (c *crowd) step(ev backend.Event) {
	c.out = c.node.Step(c.now, ev, c.out[:0])
	for _, e := range c.out {
		if e.Kind == backend.Begin {
			c.served = e.ID
		}
	}
}

func TestNodeAllocatesNothingInSteadyState(t *testing.T) {
	const waiting = 10_000
	for name, d := range map[string]backend.Discipline{"fifo": backend.FIFO, "lifo": backend.LIFO} {
		t.Run(name, func(t *testing.T) {
			c := newCrowd(backend.Config{
				Queue:     backend.Queue{Discipline: d},
				Abandoned: backend.Stop,
				Slowdown:  &backend.Slowdown{Above: 500, Times: 2, Measure: backend.Arrivals},
			}, waiting)
			if got := testing.AllocsPerRun(10*waiting, c.turn); got != 0 {
				t.Errorf("%v allocations for each request", got)
			}
		})
	}
}

func BenchmarkTurn(b *testing.B) {
	const waiting = 100_000
	for name, d := range map[string]backend.Discipline{"fifo": backend.FIFO, "lifo": backend.LIFO} {
		b.Run(name, func(b *testing.B) {
			c := newCrowd(backend.Config{Queue: backend.Queue{Discipline: d}}, waiting)
			b.ReportAllocs()
			for b.Loop() {
				c.turn()
			}
		})
	}
}

func BenchmarkDesert(b *testing.B) {
	const waiting = 100_000
	c := newCrowd(backend.Config{Abandoned: backend.Stop}, waiting)
	b.ReportAllocs()
	for b.Loop() {
		c.desert(waiting)
	}
}
