package backend_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/field"
)

// drawConfig draws a small node in which every feature comes into play.
func drawConfig(t *rapid.T) backend.Config {
	limit := rapid.IntRange(0, 6).Draw(t, "limit")
	c := backend.Config{
		Name:    "api",
		Workers: rapid.SampledFrom([]field.Limit{1, 2, 3, field.Unbounded}).Draw(t, "workers"),
		Service: backend.Service{Mean: 100 * time.Millisecond},
		Queue: backend.Queue{
			Limit:      limitOf(limit),
			Discipline: rapid.SampledFrom([]backend.Discipline{backend.FIFO, backend.LIFO}).Draw(t, "discipline"),
			Overflow:   rapid.SampledFrom(refusals).Draw(t, "overflow"),
		},
		Abandoned:           rapid.SampledFrom([]backend.Abandoned{backend.Continue, backend.Stop}).Draw(t, "abandoned"),
		DeadlinePropagation: rapid.Bool().Draw(t, "deadlines"),
	}
	if rapid.Bool().Draw(t, "sheds") && c.Workers != field.Unbounded {
		c.Shed = &backend.Shed{Queue: new(rapid.IntRange(0, limit).Draw(t, "shed")), Refusal: rapid.SampledFrom(refusals).Draw(t, "refusal")}
		if c.Shed.Refusal == backend.Rejecting {
			c.Shed.RetryAfter = time.Second
		}
	}
	if rapid.Bool().Draw(t, "slows") {
		c.Slowdown = drawSlowdown(t)
	}
	return c
}

var refusals = []backend.Refusal{backend.Rejecting, backend.Dropping}

// limitOf gives the limit that is declared as n.
func limitOf(n int) field.Limit {
	if n == 0 {
		return field.None
	}
	return field.Limit(n)
}

// drawSlowdown draws one of each form.
func drawSlowdown(t *rapid.T) *backend.Slowdown {
	above := rapid.SampledFrom([]float64{0.5, 1, 3, 4.5}).Draw(t, "above")
	s := rapid.SampledFrom([]backend.Slowdown{
		{Above: above, Times: 3}, {PerRequest: 0.25}, {Above: above, PerRequest: 0.5},
		{Steps: []backend.Step{{Above: above, Times: 2}, {Above: above + 1.5, Times: 5}, {Above: 7, Times: 4}}},
	}).Draw(t, "form")
	s.Measure = rapid.SampledFrom([]backend.Measure{backend.InFlight, backend.Arrivals}).Draw(t, "measure")
	return &s
}

// driver carries out the effects of a node: it steps each Done when it is due.
type driver struct {
	t       *rapid.T
	node    *backend.Node
	twin    *twin
	now     time.Duration
	due     []end
	answers map[backend.EffectKind]int64
	ends    int64 // requests that have ended
}

type end struct {
	at time.Duration
	id uint64
}

func TestNodeDoesAsItsDumbTwinAndLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cfg := drawConfig(t)
		if err := cfg.Validate(); err != nil {
			t.Fatal(err)
		}
		d := &driver{
			t:       t,
			node:    backend.NewNode(cfg, rand.New(rand.NewPCG(1, 2))),
			twin:    &twin{cfg: cfg, rng: rand.New(rand.NewPCG(1, 2))},
			answers: make(map[backend.EffectKind]int64),
		}
		for range rapid.IntRange(1, 80).Draw(t, "events") {
			d.event()
		}
		d.until(d.now + time.Hour) // all that is left is served
		if s := d.node.Stats(); s.Queue != 0 || s.Busy != 0 {
			t.Fatalf("%d wait and %d are served for ever", s.Queue, s.Busy)
		}
	})
}

// event draws one event and steps it, after what is due before.
func (d *driver) event() {
	const ids = 25 // few, so that numbers come again
	at := d.now + time.Duration(rapid.IntRange(0, 120).Draw(d.t, "later"))*time.Millisecond
	d.until(at)
	if rapid.IntRange(0, 9).Draw(d.t, "order") == 0 {
		share := rapid.SampledFrom([]float64{0, 0.3, 1}).Draw(d.t, "share")
		d.node.Shed(share)
		d.twin.shed = share
	}
	ev := backend.Event{
		Kind: rapid.SampledFrom([]backend.EventKind{backend.Arrive, backend.Arrive, backend.Leave, backend.Done, backend.Held}).Draw(d.t, "kind"),
		ID:   rapid.Uint64Range(1, ids).Draw(d.t, "id"),
	}
	known := d.twin.index(ev.ID) >= 0
	dropped := slices.Contains(d.twin.held, ev.ID)
	switch {
	case ev.Kind == backend.Arrive && (known || dropped):
		ev.Kind = backend.Leave
	case ev.Kind == backend.Arrive && rapid.Bool().Draw(d.t, "carries"):
		ev.Deadline = at + time.Duration(rapid.IntRange(0, 400).Draw(d.t, "deadline"))*time.Millisecond
	case ev.Kind == backend.Done && known:
		return // the driver itself says when a service ends
	}
	// A driver with a real clock may be late with its reading of it.
	d.step(at-time.Duration(rapid.IntRange(0, 5).Draw(d.t, "early"))*time.Millisecond, ev)
	d.now = at
}

// until steps every Done that is due up to a moment.
func (d *driver) until(at time.Duration) {
	for len(d.due) > 0 {
		next := slices.MinFunc(d.due, func(a, b end) int { return int(a.at - b.at) })
		if next.at > at {
			break
		}
		d.due = slices.DeleteFunc(d.due, func(e end) bool { return e == next })
		d.now = max(d.now, next.at)
		d.step(next.at, backend.Event{Kind: backend.Done, ID: next.id})
	}
	d.now = at
}

// step steps node and twin, compares them and takes the effects up.
func (d *driver) step(now time.Duration, ev backend.Event) {
	got := d.node.Step(max(now, 0), ev, nil)
	want := d.twin.step(max(now, 0), ev)
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		d.t.Fatalf("%v: %+v: effects (-twin +node):\n%s", now, ev, diff)
	}
	if diff := cmp.Diff(d.twin.counts(), d.node.Stats()); diff != "" {
		d.t.Fatalf("%v: %+v: stats (-twin +node):\n%s", now, ev, diff)
	}
	for _, e := range got {
		d.answers[e.Kind]++
		d.ended(e)
		switch e.Kind {
		case backend.Begin:
			d.due = append(d.due, end{at: d.twin.now + e.For, id: e.ID})
		case backend.Halt:
			d.due = slices.DeleteFunc(d.due, func(o end) bool { return o.id == e.ID })
		}
	}
	d.conserved()
}

// ended notes that a request has ended, if the effect says so.
func (d *driver) ended(e backend.Effect) {
	switch e.Kind {
	case backend.Finish, backend.Reject, backend.HangUp, backend.Halt, backend.Forget:
		d.ends++
	}
}

// conserved holds what must be so after every step, whatever the twin says.
func (d *driver) conserved() {
	s := d.node.Stats()
	cfg := d.twin.cfg
	if sum := s.Served + s.Rejected + s.Halted + int64(s.Queue) + int64(s.Busy); s.Arrived != sum {
		d.t.Fatalf("%d arrived, %d accounted for: %+v", s.Arrived, sum, s)
	}
	for name, holds := range map[string]bool{
		"no more busy than workers":                s.Busy <= cfg.Workers.Count(),
		"no more waiting than the limit":           s.Queue <= cfg.Queue.Limit.Count(),
		"nobody waits while a worker is free":      s.Queue == 0 || s.Busy == cfg.Workers.Count(),
		"one service due for each busy worker":     len(d.due) == s.Busy,
		"every service that ended was finished":    d.answers[backend.Finish] == s.Served,
		"every request has ended once or is there": d.ends == s.Arrived-int64(s.Queue+s.Busy+len(d.twin.held)),
		"nobody is told twice":                     d.answers[backend.Reject]+d.answers[backend.Drop] <= s.Rejected,
		"every service began once":                 d.answers[backend.Begin] == s.Served+d.answers[backend.Halt]+int64(s.Busy),
		"parts are no more than the whole":         s.Wasted <= s.Served && s.Expired+s.Ordered <= s.Rejected && s.InVain <= s.Worked,
		"no time runs backwards":                   s.Worked >= 0 && s.InVain >= 0,
	} {
		if !holds {
			d.t.Fatalf("not so: %s: %+v", name, s)
		}
	}
}

func TestArrivalOfARequestThatHasNotEndedPanics(t *testing.T) {
	n := backend.NewNode(backend.Config{Workers: 1, Service: backend.Service{Mean: time.Second}}, nil)
	n.Step(0, backend.Event{Kind: backend.Arrive, ID: 7}, nil)
	defer func() {
		if recover() == nil {
			t.Error("the same request arrived twice and nothing happened")
		}
	}()
	n.Step(0, backend.Event{Kind: backend.Arrive, ID: 7}, nil)
}
