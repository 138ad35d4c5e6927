package sim

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/node"
	"github.com/retrystorm/retrystorm/internal/terminal"
)

// meter watches a node over a run: what each request waited, and how long the
// queue was over time, measured apart from each other.
type meter struct {
	run      *run
	since    time.Duration // what came before does not count
	came     []time.Duration
	at       time.Duration // up to which area is
	queue    int
	area     float64                           // of the queue over time, in ns
	batches  [batches]struct{ sum, n float64 } // of the waits, by time
	rejected int64
	arrived  int64
}

func (m *meter) see(now time.Duration, _ uint8, ev node.Event, out []node.Effect) {
	if now >= m.since {
		m.area += float64(m.queue) * float64(now-max(m.at, m.since))
	}
	m.at, m.queue = now, m.run.nodes[0].node.Stats().Queue
	if ev.Kind == node.Arrive {
		for uint64(len(m.came)) <= ev.ID {
			m.came = append(m.came, 0)
		}
		m.came[ev.ID] = now
		if now >= m.since {
			m.arrived++
		}
	}
	for _, e := range out {
		switch {
		case now < m.since:
		case e.Kind == node.Serve:
			b := &m.batches[min(int(batches*(now-m.since)/(m.run.cfg.Plan.Horizon-m.since)), batches-1)]
			b.sum += float64(now - m.came[e.ID])
			b.n++
		case e.Kind == node.Reject:
			m.rejected++
		}
	}
}

// crowd is a fleet of many terminals that together bring a Poisson process of
// so many sales a second and never retry or give up.
func crowd(perSec float64, horizon time.Duration) experiment.Plan {
	const terminals = 100
	return experiment.Plan{
		Fleet: []terminal.Config{{
			Cohort: "all", Terminals: terminals, Timeout: 1000 * time.Hour,
			Sale: terminal.Sale{Every: time.Duration(terminals / perSec * 1e9), Deadline: 1000 * time.Hour},
		}},
		Backend: experiment.Backend{Nodes: make([]backend.Config, 1)},
		Horizon: horizon,
	}
}

// law is a queue with what theory says of it.
type law struct {
	name    string
	workers int
	kind    backend.Distribution
	limit   field.Limit
	rho     float64
	wait    float64 // the mean, in mean service times
	loss    float64
	sales   float64 // in millions, for 1 %
}

// erlangB is the chance that a request finds all c servers of a loss system
// busy, M/M/c/c, with the offered load a = λ/μ (A. K. Erlang, 1917). It depends on
// the mean of the service time alone (B. A. Sevastyanov, 1957).
func erlangB(c int, a float64) float64 {
	b := 1.0
	for i := 1; i <= c; i++ {
		b = a * b / (float64(i) + a*b)
	}
	return b
}

// erlangC is the chance that a request must wait in an M/M/c queue with the
// offered load a, by way of Erlang B.
func erlangC(c int, a float64) float64 {
	b := erlangB(c, a)
	return b / (1 - a/float64(c)*(1-b))
}

// laws: M/M/c waits C/(c(1−ρ)) by Erlang C; M/G/1 waits ρ(1+cv²)/(2(1−ρ)) by
// Pollaczek and Khinchine, cv² being exp(σ²)−1 for lognormal and 0 for constant
// times.
func laws() []law {
	var list []law
	for _, c := range []struct{ rho, sales float64 }{{0.3, 2}, {0.6, 2}, {0.8, 8}, {0.95, 20}} {
		list = append(list,
			law{"M/M/1", 1, backend.Exponential, field.Unbounded, c.rho, c.rho / (1 - c.rho), 0, c.sales},
			law{"M/M/4", 4, backend.Exponential, field.Unbounded, c.rho, erlangC(4, 4*c.rho) / (4 * (1 - c.rho)), 0, c.sales},
			law{"M/D/1", 1, backend.Constant, field.Unbounded, c.rho, c.rho / (2 * (1 - c.rho)), 0, c.sales},
			law{"M/G/1", 1, backend.Lognormal, field.Unbounded, c.rho, c.rho * math.Exp(0.25) / (2 * (1 - c.rho)), 0, c.sales},
		)
	}
	for _, c := range []struct {
		rho   float64
		k     int
		sales float64
	}{{0.3, 3, 3}, {0.8, 8, 3}, {0.95, 20, 10}, {1.3, 20, 3}} {
		list = append(list, full(c.rho, c.k, c.sales))
	}
	for _, c := range []struct {
		name    string
		workers int
		kind    backend.Distribution
		rho     float64
	}{
		{"M/M/1/1", 1, backend.Exponential, 0.5}, {"M/M/4/4", 4, backend.Exponential, 0.8},
		{"M/D/4/4", 4, backend.Constant, 0.8}, {"M/G/20/20", 20, backend.Lognormal, 1.1},
	} {
		list = append(list, law{c.name, c.workers, c.kind, field.None, c.rho, 0, erlangB(c.workers, c.rho*float64(c.workers)), 3})
	}
	return list
}

// full is M/M/1/K with room for k in all: the chance of n in it is
// (1−ρ)ρ^n/(1−ρ^(k+1)), the loss that of k, and the mean wait follows from the
// mean queue by Little's law for those let in.
func full(rho float64, k int, sales float64) law {
	norm, queue, loss := 0.0, 0.0, 0.0
	for n := range k + 1 {
		p := math.Pow(rho, float64(n))
		norm += p
		queue += p * float64(max(n-1, 0))
		loss = p
	}
	queue, loss = queue/norm, loss/norm
	return law{"M/M/1/K", 1, backend.Exponential, field.Limit(k - 1), rho, queue / (rho * (1 - loss)), loss, sales}
}

func (l law) plan(sales float64) experiment.Plan {
	const mean = 10 * time.Millisecond
	perSec := l.rho * float64(l.workers) / mean.Seconds()
	p := crowd(perSec, time.Duration(sales/perSec*1e9))
	p.Backend.Nodes[0] = backend.Config{
		Name: "api", Workers: field.Limit(l.workers),
		Service: backend.Service{Mean: mean, Distribution: l.kind},
		Queue:   backend.Queue{Limit: l.limit},
	}
	return p
}

func TestRunIsAsQueueingTheorySays(t *testing.T) {
	for i, l := range laws() {
		if underRace > 1 && i%3 != 0 {
			continue // one goroutine has no races; without the detector all
		}
		t.Run(fmt.Sprintf("%s %v", l.name, l.rho), func(t *testing.T) {
			p := valid(t, l.plan(l.sales*1e6/shorter()))
			cfg := Config{Plan: p, Seed: 4, Bucket: p.Bucket(0), Limits: Limits{Events: defaultEvents}}
			r := newRun(&cfg)
			m := &meter{run: r, since: p.Horizon / 20}
			r.spy = m.see
			r.start()
			r.loop(context.Background())
			m.see(p.Horizon, 0, node.Event{Kind: node.Leave}, nil)
			m.judge(t, l, p.Horizon-m.since)
		})
	}
}

// cover widens confidence intervals: batches of a busy queue depend on each
// other, and its waits are skewed.
const cover = 1.5

// judge compares: on long runs within 1 %, on short ones within the confidence
// interval of the run itself.
func (m *meter) judge(t *testing.T, l law, length time.Duration) {
	const mean = 1e7 // ns
	wait, half, n := m.confidence()
	half *= cover
	allowed := 0.01 * l.wait * mean
	if shorter() > 1 {
		allowed = max(allowed, half)
	}
	if diff := math.Abs(wait - l.wait*mean); diff > allowed {
		t.Errorf("mean wait %.4f of the mean service time, theory says %.4f (± %.4f)", wait/mean, l.wait, half/mean)
	}
	if diff := math.Abs(wait - l.wait*mean); diff > half {
		t.Errorf("mean wait %.4f of the mean service time is outside the confidence interval %.4f ± %.4f", wait/mean, l.wait, half/mean)
	}
	queue := m.area / float64(length)
	if little := n / float64(length) * wait; math.Abs(queue-little) > 0.002*little {
		t.Errorf("mean queue %.4f, Little's law says %.4f", queue, little)
	}
	let := l.rho * float64(l.workers) * (1 - l.loss) // let in, per mean service time
	if want := let * l.wait; math.Abs(queue-want) > 0.01*want+let*half/mean*min(shorter()-1, 1) {
		t.Errorf("mean queue %.4f, theory says %.4f", queue, want)
	}
	loss := float64(m.rejected) / float64(m.arrived)
	if math.Abs(loss-l.loss) > 0.01*l.loss*math.Sqrt(3*shorter()-2) {
		t.Errorf("share turned away %.5f, theory says %.5f", loss, l.loss)
	}
}

// batches is how many parts of a run count as independent of each other.
const batches = 20

// confidence gives the mean wait, half the width of its 99 % confidence
// interval by batch means (Student's t with 19 degrees of freedom is 2.861),
// and how many waited.
func (m *meter) confidence() (mean, half, n float64) {
	const student = 2.861
	for _, b := range m.batches {
		mean += b.sum
		n += b.n
	}
	mean /= n
	var squares float64
	for _, b := range m.batches {
		squares += (b.sum/b.n - mean) * (b.sum/b.n - mean)
	}
	return mean, student * math.Sqrt(squares/(batches-1)/batches), n
}
