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
	limit := rapid.IntRange(1, 6).Draw(t, "limit")
	c := backend.Config{
		Name:    "api",
		Workers: rapid.IntRange(1, 3).Draw(t, "workers"),
		Service: backend.Service{Mean: 100 * time.Millisecond},
		Queue: backend.Queue{
			Limit:      field.Limit(limit),
			Discipline: rapid.SampledFrom([]backend.Discipline{backend.FIFO, backend.LIFO}).Draw(t, "discipline"),
		},
		Abandoned:           rapid.SampledFrom([]backend.Abandoned{backend.Continue, backend.Stop}).Draw(t, "abandoned"),
		DeadlinePropagation: rapid.Bool().Draw(t, "deadlines"),
	}
	if rapid.Bool().Draw(t, "sheds") {
		c.Shed = &backend.Shed{Queue: rapid.IntRange(1, limit).Draw(t, "shed"), RetryAfter: time.Second}
	}
	if rapid.Bool().Draw(t, "slows") {
		c.Slowdown = &backend.Slowdown{
			Above:   rapid.SampledFrom([]float64{0.5, 1, 3, 4.5}).Draw(t, "above"),
			Times:   3,
			Measure: rapid.SampledFrom([]backend.Measure{backend.InFlight, backend.Arrivals}).Draw(t, "measure"),
		}
	}
	return c
}

// driver carries out the effects of a node: it steps each Done when it is due.
type driver struct {
	t       *rapid.T
	node    *backend.Node
	twin    *twin
	now     time.Duration
	due     []end
	answers map[backend.EffectKind]int64
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
			twin:    &twin{cfg: cfg},
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
	ev := backend.Event{
		Kind: rapid.SampledFrom([]backend.EventKind{backend.Arrive, backend.Arrive, backend.Leave, backend.Done}).Draw(d.t, "kind"),
		ID:   rapid.Uint64Range(1, ids).Draw(d.t, "id"),
	}
	known := d.twin.index(ev.ID) >= 0
	switch {
	case ev.Kind == backend.Arrive && known:
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
		switch e.Kind {
		case backend.Begin:
			d.due = append(d.due, end{at: d.twin.now + e.Service, id: e.ID})
		case backend.Halt:
			d.due = slices.DeleteFunc(d.due, func(o end) bool { return o.id == e.ID })
		}
	}
	d.conserved()
}

// conserved holds what must be so after every step, whatever the twin says.
func (d *driver) conserved() {
	s := d.node.Stats()
	cfg := d.twin.cfg
	if sum := s.Served + s.Rejected + s.Halted + int64(s.Queue) + int64(s.Busy); s.Arrived != sum {
		d.t.Fatalf("%d arrived, %d accounted for: %+v", s.Arrived, sum, s)
	}
	for name, holds := range map[string]bool{
		"no more busy than workers":                   s.Busy <= cfg.Workers,
		"no more waiting than the limit":              s.Queue <= int(cfg.Queue.Limit),
		"nobody waits while a worker is free":         s.Queue == 0 || s.Busy == cfg.Workers,
		"one service due for each busy worker":        len(d.due) == s.Busy,
		"every service that ended was finished":       d.answers[backend.Finish] == s.Served,
		"every rejection but the silent was answered": d.answers[backend.Reject]+d.twin.silent == s.Rejected,
		"every service began once":                    d.answers[backend.Begin] == s.Served+d.answers[backend.Halt]+int64(s.Busy),
		"parts are no more than the whole":            s.Wasted <= s.Served && s.Expired <= s.Rejected && s.InVain <= s.Worked,
		"no time runs backwards":                      s.Worked >= 0 && s.InVain >= 0,
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
