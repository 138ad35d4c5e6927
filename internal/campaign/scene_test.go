package campaign

import (
	"math/rand/v2"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// The proportions of kounta-friday: the trigger comes at 20 s, and the horizon
// 67 s after its end.
const (
	triggerAt = 20 * time.Second
	recovery  = 67 * time.Second
)

// draw makes the random choices of a scene.
type draw struct{ *rand.Rand }

func (d draw) between(lo, hi float64) float64 { return lo + (hi-lo)*d.Float64() }

func (d draw) seconds(lo, hi float64) time.Duration {
	return time.Duration(d.between(lo, hi)*1000) * time.Millisecond
}

func (d draw) chance(p float64) bool { return d.Float64() < p }

func pick[T any](d draw, of ...T) T { return of[d.IntN(len(of))] }

// scene draws a scenario that may go either way: a service, clients with a policy
// and perhaps an offline queue, and a trigger that is about large enough.
func scene(number uint64) experiment.Plan {
	d := draw{rand.New(rand.NewPCG(number, 0x7275746873))}
	demand := d.between(20, 60)
	load := pick(d, d.between(0.3, 0.7), d.between(0.6, 0.9), d.between(0.85, 0.97))
	node := d.node(demand / load)
	c := d.cohort(demand, node.Service.Mean.Seconds())
	p := experiment.Plan{
		Fleet:    []terminal.Config{c},
		Backend:  experiment.Backend{Nodes: []backend.Config{node}},
		Timeline: []fault.Event{d.trigger(&node)},
	}
	if d.chance(0.15) { // a second one, so that the first one's herd meets it
		e := d.trigger(&node)
		e.At = p.Timeline[0].End() + d.seconds(1, 20)
		p.Timeline = append(p.Timeline, e)
	}
	if d.chance(0.2) { // two client versions
		other := d.cohort(demand/2, node.Service.Mean.Seconds())
		other.Cohort = "new"
		p.Fleet[0].Sale.Every *= 2
		p.Fleet = append(p.Fleet, other)
	}
	return p
}

func (d draw) node(capacity float64) backend.Config {
	n := backend.Config{
		Name: "api", Workers: pick(d, field.Limit(1), 4, 10, 30),
		Service: backend.Service{
			Distribution: pick(d, backend.Constant, backend.Exponential, backend.Lognormal),
		},
		Queue: backend.Queue{
			Limit:      pick(d, field.Unbounded, field.Unbounded, field.Limit(capacity*d.between(0.3, 20))+1),
			Discipline: pick(d, backend.FIFO, backend.FIFO, backend.FIFO, backend.LIFO),
		},
		Abandoned:           pick(d, backend.Continue, backend.Continue, backend.Stop),
		DeadlinePropagation: d.chance(0.15),
		CPUs:                1,
	}
	n.Service.Mean = time.Duration(float64(n.Workers) / capacity * 1e9)
	if d.chance(0.15) {
		n.Shed = &backend.Shed{
			Queue:      new(int(min(float64(n.Queue.Limit), capacity*d.between(0, 3)))),
			RetryAfter: time.Duration(d.IntN(5)) * time.Second,
		}
	}
	if d.chance(0.15) {
		n.Slowdown = &backend.Slowdown{Above: float64(n.Workers) * d.between(1.5, 6), Times: d.between(1.2, 4)}
		if d.chance(0.3) {
			n.Slowdown = &backend.Slowdown{PerRequest: d.between(0.001, 0.02)}
		}
	}
	return n
}

func (d draw) cohort(demand, mean float64) terminal.Config {
	terminals := pick(d, 200, 600)
	c := terminal.Config{
		Cohort: "old", Terminals: terminals,
		Sale: terminal.Sale{
			Every: time.Duration(float64(terminals) / demand * 1e9), Deadline: d.seconds(4, 30),
			Arrival: pick(d, terminal.Poisson, terminal.Poisson, terminal.Regular),
		},
		Timeout: time.Duration(max(6*mean, d.between(0.5, 4)) * 1e9),
		Cancel:  pick(d, terminal.CloseConnection, terminal.CloseConnection, terminal.RunOn),
		Retry:   d.policy(),
	}
	c.Sale.Deadline = max(c.Sale.Deadline, c.Timeout)
	if d.chance(0.4) {
		c.Offline = d.offline()
	}
	return c
}

func (d draw) policy() retry.Config {
	c := retry.Config{
		Backoff: pick(d, retry.None, retry.Immediate, retry.Immediate, retry.Constant, retry.Linear, retry.Exponential, retry.Exponential),
	}
	if c.Backoff == retry.None {
		return c
	}
	c.MaxAttempts = pick(d, field.Limit(2), 3, 4, 6, field.Unbounded)
	if c.Backoff >= retry.Constant {
		c.Base, c.Jitter = d.seconds(0.2, 4), pick(d, retry.NoJitter, retry.FullJitter, retry.EqualJitter, retry.DecorrelatedJitter)
		c.Cap = c.Base * time.Duration(pick(d, 1, 4, 16))
	} else if c.MaxAttempts == field.Unbounded {
		// Retries at once and without a bound never end while a crash lasts.
		c.Backoff, c.Base = retry.Constant, 50*time.Millisecond
	}
	if d.chance(0.15) {
		c.Budget = &retry.Budget{Ratio: field.Ratio(d.between(0.05, 0.5)), PerSec: 0.02, Tokens: d.between(1, 10)}
	}
	if d.chance(0.15) {
		c.Breaker = &retry.Breaker{Calls: 2 + d.IntN(5), Window: d.seconds(5, 30), Open: d.seconds(2, 20)}
	}
	if d.chance(0.1) {
		c.Parallel = 2
	}
	return c
}

// offline is an offline queue that comes back spread out, in waves or as a herd.
func (d draw) offline() *terminal.Offline {
	o := &terminal.Offline{After: d.seconds(0.5, 20), Capacity: pick(d, field.Limit(0), field.Unbounded, 5)}
	if d.chance(0.5) {
		o.Pace = d.seconds(0.5, 8)
	}
	o.Retry = retry.Config{Backoff: pick(d, retry.Constant, retry.Constant, retry.Exponential), Base: d.seconds(2, 60)}
	o.Retry.Jitter = pick(d, retry.NoJitter, retry.NoJitter, retry.FullJitter)
	o.Retry.MaxAttempts = pick(d, field.Limit(0), field.Unbounded, 3)
	if o.Retry.Backoff == retry.Exponential {
		o.Retry.Cap = o.Retry.Base * time.Duration(pick(d, 2, 8))
	}
	return o
}

func (d draw) trigger(n *backend.Config) fault.Event {
	e := fault.Event{
		At: triggerAt, For: d.seconds(2, 15), Node: n.Name,
		Kind: pick(d, fault.Spike, fault.Spike, fault.Crash, fault.Freeze),
	}
	if e.Kind == fault.Spike {
		e.Times, e.Node = d.between(1.5, 8), ""
	}
	return e
}
