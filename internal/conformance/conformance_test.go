package conformance

import (
	"context"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/runner"
	"github.com/retrystorm/retrystorm/internal/sim"
	"github.com/retrystorm/retrystorm/internal/verdict"
)

// How many runs go side by side: together they make some 500 attempts a second.
const (
	processesBeside  = 5
	containersBeside = 4
)

// quietly skips what compares real time unless it is asked for: it takes two
// processors to itself, which the other packages' tests would not leave it.
func quietly(t *testing.T) {
	t.Helper()
	if os.Getenv("RETRYSTORM_CONFORMANCE") == "" {
		t.Skip("needs the machine to itself: `make conformance` runs it")
	}
}

func TestSimulatorAgreesWithProcesses(t *testing.T) {
	quietly(t)
	agree(t, harness.Local(binary(t)), processesBeside, func(s scene) bool { return s.arms&processes != 0 })
}

func TestSimulatorAgreesWithContainers(t *testing.T) {
	quietly(t)
	engine, err := harness.Docker(t.Context(), binary(t))
	if err != nil {
		t.Skipf("THE CONTAINERS' ARM DID NOT RUN: %v", err)
	}
	agree(t, engine, containersBeside, func(s scene) bool { return s.arms&containers != 0 })
}

// agree runs the chosen scenes in real time and compares each with the
// simulator.
func agree(t *testing.T, engine harness.Engine, beside int, chosen func(scene) bool) {
	t.Helper()
	scenes := slices.DeleteFunc(allScenes(), func(s scene) bool { return !chosen(s) })
	runs := runAll(t.Context(), engine, scenes, beside, late)
	for i, sc := range scenes {
		t.Run(sc.name, func(t *testing.T) { compare(t, sc, <-runs[i], engine.Name()) })
	}
}

func compare(t *testing.T, sc scene, actual take, arm string) {
	t.Helper()
	if actual.before != nil {
		t.Logf("ran again, because %s", late(actual.before, sc.plan))
	}
	t.Logf("the generator was late by up to %v, the backend by %v in the mean", actual.Generator.LagP99, stretched(actual.History, sc.plan))
	if why := late(actual.History, sc.plan); why != "" {
		t.Fatalf("twice the run in real time says nothing: %s", why)
	}
	judged := verdict.Judge(actual.History, sc.plan.Judge)
	declared := simulate(t, sc.plan)
	if v := verdict.Judge(declared, sc.plan.Judge); v.Kind != sc.want || judged.Kind != sc.want {
		t.Errorf("verdicts: sim %v, %s %v, want %v\n  sim: %s\n  %s: %s",
			v.Kind, arm, judged.Kind, sc.want, v.Reason, arm, judged.Reason)
	}
	model := simulate(t, carriedOut(sc.plan, actual.History))
	a, b := figuresOf(model, sc.plan, arm), figuresOf(actual.History, sc.plan, arm)
	if wrong := differences(a, b); len(wrong) > 0 {
		t.Errorf("sim and %s differ in %v\n%s%s%s", arm, wrong, table(arm, a, b), faults(actual.History), series(arm, model, actual.History))
	} else {
		t.Logf("%s\n%s", judged.Kind, table(arm, a, b))
	}
}

// simulate runs a plan in virtual time.
func simulate(t *testing.T, p experiment.Plan) *history.History {
	t.Helper()
	h := record(p)
	if h.Problem != "" {
		t.Fatalf("sim: %s", h.Problem)
	}
	return h
}

// record is what the simulator makes of a plan, recorded as a run in real time is.
func record(p experiment.Plan) *history.History {
	return sim.Run(context.Background(), sim.Config{Plan: p, Seed: seed, Bucket: runner.Bucket(&p)})
}

// carriedOut is the plan with its faults at the times at which they were really
// on. A container takes half a second to start; that is the harness's, and no
// part of the model that is compared here. A freeze or a quota goes with the
// order itself: what the record adds is the time until a probe has seen it,
// which on a node that has just had no processor may be a third of a second.
func carriedOut(p experiment.Plan, actual *history.History) experiment.Plan {
	var timeline []fault.Event
	next := 0 // the record has the faults in the timeline's order, and what strikes no node or link last
	for _, e := range p.Struck() {
		if (e.Kind.StrikesNode() || e.Kind.StrikesLink()) && next < len(actual.Faults) {
			span := actual.Faults[next].Span
			if e.Kind != fault.Crash {
				span.To = e.End()
			}
			e.At, e.For = span.From, max(span.To-span.From, time.Millisecond)
			next++
		}
		timeline = append(timeline, e)
	}
	p.Timeline = timeline
	return p
}
