package k6x

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"go.k6.io/k6/v2/js/modules"

	"github.com/retrystorm/retrystorm/internal/campaign"
	"github.com/retrystorm/retrystorm/internal/decision"
	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/harness"
	"github.com/retrystorm/retrystorm/reports"
)

// session is an experiment as this process runs it: its campaign, and the
// result that grows with the runs. All VUs share it.
type session struct {
	text     string // the declaration
	name     string
	set      settings
	campaign *campaign.Campaign
	variants []experiment.Variant // that are to run, in their order
	longest  time.Duration        // of the whole campaign
	declare  string               // file for the declaration, where nothing is to run; there is no campaign then
	shards   int                  // VUs that the fleet is declared with
	drivers  *drivers             // those of them that drive in real time
	unsynced []queues             // by job
	joined   atomic.Int32         // VUs that have taken a shard
	directed atomic.Bool          // a VU has taken the direction
	shown    atomic.Bool          // the script has asked for the table
	off      context.Context      // ends when the scenario turns out to be wrong

	mu     sync.Mutex
	begun  time.Time                // zero where time is virtual
	runs   map[string][]reports.Run // by variant
	result *reports.Result
	saved  bool  // something was written there
	failed error // why the result or a report could not be written where it should go
	// untraced is why the trace that was asked for is not there.
	untraced error
	traced   bool // it is
}

var errFickle = errors.New("the script must declare its experiments at its top level, and the same ones each time k6 loads it, " +
	"once for each VU: what it declares may depend neither on the clock, nor on chance, nor on __VU")

// sessionOf gives what a declaration has become in this process. k6 loads the
// script once to read its options, which makes it, and then for each VU, which
// finds it there; nothing starts yet.
func (m *Module) sessionOf(vu modules.VU, text string) (*session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p := m.session; p != nil && p.text == text {
		return p, nil
	}
	if m.session != nil || vu.InitEnv() == nil || loadedForVU(vu) {
		return nil, errFickle
	}
	p, err := newSession(vu, text)
	if err != nil {
		return nil, err
	}
	p.off = m.off
	m.session = p
	return p, nil
}

// loadedForVU says whether k6 loads the script for a VU that runs; the VU in
// which it reads the options and makes the summary has the number 0.
func loadedForVU(vu modules.VU) bool {
	n := vu.Runtime().Get("__VU")
	return n != nil && n.ToInteger() > 0
}

func newSession(vu modules.VU, text string) (*session, error) {
	exp, err := experiment.Decode([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("the scenario is not valid and nothing was started:\n%w", err)
	}
	if file := setting(vu, DeclareVar); file != "" {
		return declaring(text, exp, file), nil
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
		if err := reports.CheckTemp(); err != nil {
			return nil, err
		}
		if err := reports.CheckDir(set.out); err != nil {
			return nil, err
		}
	}
	if err := set.checkTrace(len(variants)); err != nil {
		return nil, fmt.Errorf("the settings are not valid and nothing was started:\n%w", err)
	}
	p := &session{text: text, name: exp.Name, set: set, variants: variants, shards: shardsOf(variants), runs: map[string][]reports.Run{}}
	engine, why, err := p.choose(len(variants))
	if err != nil {
		return nil, err
	}
	p.campaign, err = campaign.New(campaign.Config{Variants: variants, Runs: set.runs, Seed: set.seed, Engine: engine})
	if err != nil {
		return nil, err
	}
	p.longest = p.campaign.Longest()
	p.unsynced = make([]queues, len(p.campaign.Jobs()))
	warn(os.Stderr, variants)
	if !set.quiet {
		fmt.Fprintln(os.Stderr, why)
	}
	return p, nil
}

// warn tells of what of some variants can hardly be meant. It is told even to those
// who want it quiet: what comes out may not be what they asked for.
func warn(w io.Writer, variants []experiment.Variant) {
	for i := range variants {
		for _, warning := range variants[i].Warnings() {
			fmt.Fprintf(w, "warning: %v\n", warning) //nolint:errcheck // to standard error: there is nobody left to tell
		}
	}
}

// shardsOf gives how many VUs a fleet is driven by: as many as there are
// processors, and no more than any variant has terminals.
func shardsOf(variants []experiment.Variant) int {
	n := runtime.GOMAXPROCS(0)
	for i := range variants {
		n = min(n, variants[i].Terminals())
	}
	return n
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

// choose gives the engine by its word, for so many variants, and one sentence
// about it.
func (p *session) choose(variants int) (engine campaign.Engine, why string, err error) {
	if p.set.engine == campaign.VirtualName {
		return &campaign.Virtual{Memory: Available}, "engine sim: virtual time, no backend is started", nil
	}
	if err := reports.CheckTemp(); err != nil {
		return nil, "", err
	}
	backends, why, err := harness.Choose(context.Background(), p.set.engine)
	if err != nil {
		return nil, "", err
	}
	const each = 2 // of which one is the proof
	p.drivers = newDrivers(p.shards, each*variants*p.set.runs)
	return &campaign.RealTime{Backends: backends, Prove: p.set.prove, Fleet: p.drivers}, why, nil
}

// names gives the variants' names in the order they run.
func (p *session) names() []string {
	var names []string
	for _, v := range p.variants {
		names = append(names, v.Name)
	}
	return names
}

// options are the k6 options that drive the experiment.
func (p *session) options() map[string]any {
	scenario := func(vus int) map[string]any {
		return map[string]any{
			"executor": "per-vu-iterations", "vus": vus, "iterations": 1,
			"maxDuration": fmt.Sprintf("%ds", int(p.longest.Seconds())), "gracefulStop": "10s",
		}
	}
	return map[string]any{
		"scenarios":  map[string]any{director: scenario(1), fleet: scenario(p.shards)},
		"thresholds": p.thresholds(),
	}
}

// thresholds are what must hold, in k6's terms: one for all that is expected,
// and one for each thing that a gate asks for.
func (p *session) thresholds() map[string]any {
	always := []string{"rate==1"}
	out := map[string]any{asExpected: always}
	for _, v := range p.variants {
		for _, name := range decision.GateNames(v.Gate) {
			out[gateHeld+"{gate:"+name+"}"] = always
		}
	}
	return out
}
