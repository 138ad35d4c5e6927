package k6x

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"go.k6.io/k6/v2/errext"
	"go.k6.io/k6/v2/errext/exitcodes"
	"go.k6.io/k6/v2/lib"
)

func TestBadDeclarationEndsK6WithItsCodeAndNamesEachField(t *testing.T) {
	tests := map[string]struct {
		code string
		env  map[string]string
		want []string
	}{
		"none":               {`new Experiment()`, onLocal, []string{"needs the declaration"}},
		"null":               {`new Experiment(null)`, onLocal, []string{"needs the declaration"}},
		"not an object":      {`new Experiment(3)`, onLocal, []string{"nothing was started"}},
		"empty":              {`new Experiment({})`, onLocal, []string{"name: is missing", "horizon: is missing", "fleet: is empty"}},
		"unknown field":      {shop + `shop.fleet[0].terminal = 3; new Experiment(shop)`, onLocal, []string{"fleet[0].terminal: unknown field; did you mean 'terminals'?"}},
		"NaN":                {shop + `shop.fleet[0].terminals = NaN; new Experiment(shop)`, onLocal, []string{"fleet[0].terminals: NaN is not a number"}},
		"infinity":           {shop + `shop.backend.nodes[0].workers = -1/0; new Experiment(shop)`, onLocal, []string{"backend.nodes[0].workers: -Inf is not a number"}},
		"functions":          {shop + `shop.horizon = () => 1; shop.timeline.push(spike); new Experiment(shop)`, onLocal, []string{"horizon: is a function", "timeline[1]: is a function"}},
		"NaN in a variant":   {shop + `shop.variants = { 'as is': { judge: { latency: NaN } } }; new Experiment(shop)`, onLocal, []string{`variants["as is"].judge.latency: NaN`}},
		"one value in two":   {shop + `shop.fleet.push({ ...shop.fleet[0], cohort: 'b' }); shop.fleet[0].sale.every = NaN; new Experiment(shop)`, onLocal, []string{"fleet[0].sale.every: NaN", "fleet[1].sale.every: NaN"}},
		"a circle":           {shop + `shop.fleet[0].self = shop; new Experiment(shop)`, onLocal, []string{"circular"}},
		"BigInt":             {shop + `shop.fleet[0].terminals = 10n; new Experiment(shop)`, onLocal, []string{"fleet[0].terminals: is a BigInt; write a number"}},
		"unknown engine":     {shop + `new Experiment(shop)`, map[string]string{EngineVar: "cloud"}, []string{`--engine: "cloud" is not known`}},
		"unknown variant":    {shop + `new Experiment(shop)`, map[string]string{EngineVar: "local", VariantVar: "b"}, []string{"'b'", "'as declared'"}},
		"wrong settings":     {shop + `new Experiment(shop)`, map[string]string{RunsVar: "0", SeedVar: "x"}, []string{`runs: "0"`, `seed: "x"`}},
		"result has no room": {shop + `new Experiment(shop)`, map[string]string{OutVar: "module_test.go/out"}, []string{"cannot write results to module_test.go/out"}},
		"engine cannot": {
			shop + `shop.backend.nodes[0].cpus = 1; shop.timeline = [fault.cpu({ at: '3s', for: '1s', cpus: 0.5 })]; new Experiment(shop)`,
			onLocal, []string{`variant "as declared" cannot run here`, "timeline[0]: the local engine cannot set a CPU quota"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m := New()
			err := load(t, m, 0, test.env).fails(t, test.code)
			refused(t, err, test.want...)
			if m.session != nil {
				t.Error("a session was made")
			}
		})
	}
}

// refused checks that k6 ends a test on the error, with code 104.
func refused(t *testing.T, err error, want ...string) {
	t.Helper()
	var coded errext.HasExitCode
	if !errors.As(err, &coded) || coded.ExitCode() != exitcodes.InvalidConfig {
		t.Errorf("k6 takes its exit code from %#v", coded)
	}
	if !errext.IsInterruptError(err) {
		t.Error("k6 would go on after this error")
	}
	for _, w := range want {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q is not in the message:\n%v", w, err)
		}
	}
}

func TestExperimentHasOptionsThatK6Accepts(t *testing.T) {
	s := load(t, New(), 0, onLocal)
	text := s.run(t, shop+`return new Experiment(shop).options`)
	var o lib.Options
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	if errs := o.Validate(); len(errs) > 0 {
		t.Error(errs)
	}
	if len(o.Scenarios) != 2 || len(o.Thresholds[asExpected].Thresholds) != 1 {
		t.Errorf("options are %s", text)
	}
	all, err := lib.NewExecutionTuple(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	p := s.only(t)
	for name, want := range map[string]uint64{director: 1, fleet: uint64(p.shards)} {
		if got := lib.GetMaxPlannedVUs(o.Scenarios[name].GetExecutionRequirements(all)); got != want {
			t.Errorf("%s has %d VUs, want %d", name, got, want)
		}
	}
	if strings.Count(text, `"maxDuration":"130s"`) != 2 {
		t.Errorf("the scenarios may last other than the horizon and two minutes: %s", text)
	}
}

// only gives the one session there is.
func (s *script) only(t *testing.T) *session {
	t.Helper()
	if s.module.session == nil {
		t.Fatal("there is no session")
	}
	return s.module.session
}

func TestFewTerminalsMakeFewShards(t *testing.T) {
	s := load(t, New(), 0, onLocal)
	s.run(t, shop+`shop.fleet[0].terminals = 1; shop.fleet[0].sale.every = '10ms'; new Experiment(shop)`)
	if got := s.only(t).shards; got != 1 {
		t.Errorf("%d shards for one terminal", got)
	}
}

func TestEachVariantHasItsRunsWithSeedsThatCountUp(t *testing.T) {
	env := map[string]string{EngineVar: "local", QuietVar: "1", RunsVar: "2", SeedVar: "40"}
	s := load(t, New(), 0, env)
	got := s.run(t, shop+`shop.variants = { first: {}, second: { expect: 'collapsed' } }; return new Experiment(shop).variants`)
	if got != `["first","second"]` {
		t.Errorf("variants are %s", got)
	}
	type run struct {
		variant string
		seed    uint64
	}
	var runs []run
	for _, one := range s.only(t).campaign.Jobs() {
		runs = append(runs, run{one.Variant, one.Seed})
	}
	want := []run{{"first", 40}, {"first", 41}, {"second", 40}, {"second", 41}}
	if !slices.Equal(runs, want) {
		t.Errorf("runs are %v, want %v", runs, want)
	}
	if got := s.only(t).campaign.Variants()[1].Expect.String(); got != "collapsed" {
		t.Errorf("the second variant is expected %s", got)
	}
}

func TestAllVUsShareOneProduction(t *testing.T) {
	m := New()
	for vu := range 3 {
		load(t, m, vu, onLocal).run(t, shop+`new Experiment(shop)`)
	}
	(&script{module: m}).only(t)
}

func TestDeclarationThatDiffersFromVUToVUIsRefused(t *testing.T) {
	m := New()
	const code = `shop.fleet[0].terminals += __VU; new Experiment(shop)`
	load(t, m, 0, onLocal).run(t, shop+code)
	refused(t, load(t, m, 1, onLocal).fails(t, shop+code), "neither on the clock, nor on chance")
}

func TestDeclarationOutsideTheTopLevelIsRefused(t *testing.T) {
	s := load(t, New(), 0, onLocal)
	s.MoveToVUContext(&lib.State{})
	refused(t, s.fails(t, shop+`new Experiment(shop)`), "at its top level")
}

func TestSummaryOfNothingIsNothing(t *testing.T) {
	s := load(t, New(), 0, onLocal)
	if got := s.run(t, shop+`return new Experiment(shop).summary({})`); got != "{}" {
		t.Errorf("the summary is %s", got)
	}
}
