package k6x

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.k6.io/k6/v2/errext/exitcodes"
	"go.k6.io/k6/v2/lib"
)

func TestRoleIsTheNameOfTheScenario(t *testing.T) {
	tests := map[string]struct {
		scenario string
		state    *lib.State
		want     string
	}{
		"director":         {director, &lib.State{}, director},
		"fleet":            {fleet, &lib.State{}, fleet},
		"another":          {"default", &lib.State{}, ""},
		"setup":            {"", &lib.State{}, ""},
		"loading a script": {director, nil, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := load(t, New(), 0, nil)
			if test.state != nil {
				s.MoveToVUContext(test.state)
			}
			ctx := s.VU.Context()
			if test.scenario != "" {
				ctx = lib.WithScenarioState(ctx, &lib.ScenarioState{Name: test.scenario})
			}
			got, err := roleOf(ctx, s.VU)
			if got != test.want || (err == nil) != (test.want != "") {
				t.Errorf("role is %q, %v, want %q", got, err, test.want)
			}
		})
	}
}

func TestRunWithoutARoleEndsK6(t *testing.T) {
	s := load(t, New(), 0, onLocal)
	refused(t, s.fails(t, shop+`new Experiment(shop).run()`), "outside the scenarios")
}

// casting gives a session with its options as k6 has read them.
func casting(t *testing.T, change string) (*session, *lib.Options) {
	t.Helper()
	s := load(t, New(), 0, onLocal)
	text := s.run(t, shop+`const options = new Experiment(shop).options;`+change+`; return options`)
	var o lib.Options
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	p := s.only(t)
	p.shards = 2 // wherever this runs
	return p, &o
}

func TestVUsThatOthersWouldWaitForMustBeThere(t *testing.T) {
	const two = `options.scenarios.fleet.vus = 2;`
	half, err := lib.NewExecutionSegmentFromString("0:1/2")
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		change  string
		segment *lib.ExecutionSegment
		want    string // empty if all are there
	}{
		"as declared":   {two, nil, ""},
		"more of them":  {`options.scenarios.fleet.vus = 5`, nil, ""},
		"fewer":         {`options.scenarios.fleet.vus = 1`, nil, `"fleet" has 1 VUs of the 2`},
		"no director":   {two + `delete options.scenarios.director`, nil, `"director" has 0 VUs of the 1`},
		"half of a run": {two, half, "without --execution-segment"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p, o := casting(t, test.change)
			o.ExecutionSegment = test.segment
			err := p.cast(fleet, o)
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestRunIsDirectedOnce(t *testing.T) {
	p, o := casting(t, `options.scenarios.fleet.vus = 2`)
	for _, role := range []string{fleet, director, fleet} {
		if err := p.cast(role, o); err != nil {
			t.Errorf("%s: %v", role, err)
		}
	}
	if err := p.cast(director, o); err == nil {
		t.Error("the run may be directed again")
	}
}

// The exit codes are part of what the program promises; k6 must not renumber them.
func TestK6HasTheExitCodesThatWePromise(t *testing.T) {
	want := []exitcodes.ExitCode{99, 104, 105, 107, 110}
	got := []exitcodes.ExitCode{
		exitcodes.ThresholdsHaveFailed, exitcodes.InvalidConfig, exitcodes.ExternalAbort,
		exitcodes.ScriptException, exitcodes.MarkedAsFailed,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
