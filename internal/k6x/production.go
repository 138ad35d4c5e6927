package k6x

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"go.k6.io/k6/v2/js/modules"

	"github.com/retrystorm/retrystorm/internal/conductor"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/reports"
)

// production is an experiment as this process runs it: every take of every
// variant, and the result that grows with them. All VUs share it.
type production struct {
	text     string // the declaration
	name     string
	set      settings
	engine   harness.Engine // nil where time is virtual
	shards   int
	takes    []*take
	joined   atomic.Int32 // VUs that have taken a shard
	directed atomic.Bool  // a VU has taken the direction

	mu     sync.Mutex
	begun  time.Time
	done   map[string][]reports.Run // by variant
	result *reports.Result
	failed error // why result.json could not be written
}

// take is one run of one variant.
type take struct {
	variant  experiment.Variant
	seed     uint64
	title    string         // for whoever looks on
	run      *conductor.Run // nil where time is virtual
	unsynced queues
}

var errFickle = errors.New("the script must declare its experiments at its top level, and the same ones each time k6 loads it, " +
	"once for each VU: what it declares may depend neither on the clock, nor on chance, nor on __VU")

// production gives what a declaration has become in this process. k6 loads the
// script once to read its options, which makes it, and then for each VU, which
// finds it there; nothing starts yet.
func (m *Module) production(vu modules.VU, text string) (*production, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p := m.productions[text]; p != nil {
		return p, nil
	}
	if vu.InitEnv() == nil || loadedForVU(vu) {
		return nil, errFickle
	}
	p, err := produce(vu, text)
	if err != nil {
		return nil, err
	}
	m.productions[text] = p
	return p, nil
}

// loadedForVU says whether k6 loads the script for a VU that runs; the VU in
// which it reads the options and makes the summary has the number 0.
func loadedForVU(vu modules.VU) bool {
	n := vu.Runtime().Get("__VU")
	return n != nil && n.ToInteger() > 0
}

func produce(vu modules.VU, text string) (*production, error) {
	exp, err := experiment.Decode([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("the scenario is not valid and nothing was started:\n%w", err)
	}
	set, err := readSettings(vu)
	if err != nil {
		return nil, fmt.Errorf("the settings are not valid and nothing was started:\n%w", err)
	}
	variants, err := chosen(exp, set.variant)
	if err != nil {
		return nil, err
	}
	if variants, err = set.demand.Apply(variants); err != nil {
		return nil, err
	}
	if set.out != "" {
		if err := reports.CheckDir(set.out); err != nil {
			return nil, err
		}
	}
	engine, why, err := choose(set.engine)
	if err != nil {
		return nil, err
	}
	p := &production{text: text, name: exp.Name, set: set, engine: engine, done: map[string][]reports.Run{}}
	if err := p.plan(variants); err != nil {
		return nil, err
	}
	if !set.quiet {
		fmt.Fprintln(os.Stderr, why)
	}
	return p, nil
}

// chosen gives the variants to run.
func chosen(exp *experiment.Experiment, name string) ([]experiment.Variant, error) {
	if name == "" {
		return exp.Variants, nil
	}
	v, err := exp.Variant(name)
	if err != nil {
		return nil, err
	}
	return []experiment.Variant{v}, nil
}

// choose gives the engine by its word, nil for the simulator, and one sentence
// about it.
func choose(word string) (engine harness.Engine, why string, err error) {
	if word == simulator {
		return nil, "engine sim: virtual time, no backend is started", nil
	}
	return harness.Choose(context.Background(), word)
}

// plan lays out every take, once the engine has said that it can do them.
func (p *production) plan(variants []experiment.Variant) error {
	p.shards = runtime.GOMAXPROCS(0)
	for _, v := range variants {
		p.shards = min(p.shards, v.Terminals())
	}
	for _, v := range variants {
		if need := reports.RunsNeeded(v.Expect); need > mostRuns {
			return fmt.Errorf("variant %q expects to be %v, which takes %d runs to show, and at most %d can be made; expect a lower probability",
				v.Name, v.Expect, need, mostRuns)
		} else if need > p.set.runs && v.Expect.AtLeast > 0 {
			return fmt.Errorf("variant %q expects to be %v, which %d runs cannot show; run it at least %d times (--runs %d)",
				v.Name, v.Expect, p.set.runs, need, need)
		}
		if err := p.check(&v); err != nil {
			return fmt.Errorf("variant %q cannot run here and nothing was started:\n%w", v.Name, err)
		}
		for n := range p.set.runs {
			p.takes = append(p.takes, p.take(v, n, len(variants)*p.set.runs))
		}
	}
	return nil
}

// check says what the engine cannot do of a variant.
func (p *production) check(v *experiment.Variant) error {
	if p.virtual() {
		return fits(&v.Plan)
	}
	return p.engine.Check(v.Backend.Nodes[0], v.Timeline)
}

// take lays out the n-th run of a variant, of so many in all.
func (p *production) take(v experiment.Variant, n, all int) *take {
	t := &take{variant: v, seed: p.set.seed + uint64(n), title: title(v.Name, len(p.takes), all)} //nolint:gosec // not negative
	if !p.virtual() {
		t.run = conductor.New(conductor.Config{
			Plan: v.Plan, Seed: t.seed, Engine: p.engine, Shards: p.shards,
			Progress: p.showing(t.title),
		})
	}
	return t
}

// names gives the variants' names in the order they run.
func (p *production) names() []string {
	var names []string
	for _, t := range p.takes {
		if len(names) == 0 || names[len(names)-1] != t.variant.Name {
			names = append(names, t.variant.Name)
		}
	}
	return names
}

// options are the k6 options that drive the experiment.
func (p *production) options() map[string]any {
	const setup = 60 * time.Second // to start, connect, audit and take down
	var total time.Duration
	for _, t := range p.takes {
		total += setup
		if !p.virtual() {
			total += t.variant.Horizon
		}
	}
	scenario := func(vus int) map[string]any {
		return map[string]any{
			"executor": "per-vu-iterations", "vus": vus, "iterations": 1,
			"maxDuration": fmt.Sprintf("%ds", int(total.Seconds())), "gracefulStop": "10s",
		}
	}
	return map[string]any{
		"scenarios":  map[string]any{director: scenario(1), fleet: scenario(p.shards)},
		"thresholds": p.thresholds(),
	}
}

// thresholds are what must hold, in k6's terms: one for all that is expected,
// and one for each thing that a gate asks for.
func (p *production) thresholds() map[string]any {
	always := []string{"rate==1"}
	out := map[string]any{asExpected: always}
	for _, t := range p.takes {
		for _, name := range reports.GateNames(t.variant.Gate) {
			out[gateHeld+"{gate:"+name+"}"] = always
		}
	}
	return out
}
