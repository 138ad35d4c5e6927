package k6x

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.k6.io/k6/v2/js/modulestest"
	"go.k6.io/k6/v2/lib"
)

func TestExportsAreWhatScriptsImport(t *testing.T) {
	s := load(t, New(), 0, nil)
	got := s.run(t, `return [typeof Experiment, typeof spike, Object.keys(fault).sort(), Object.keys(backoff).sort(), Object.keys(operator).sort()]`)
	want := `["function","function",["cold","cpu","crash","disk","freeze","link","memory"],["constant","exponential","immediate","linear","none"],["failback","failover","migrate","remount","replace","restore","retriesOff","rollout","shed"]]`
	if got != want {
		t.Errorf("exports are %s, want %s", got, want)
	}
}

func TestExportsMayBeReadAsLateAsInAVU(t *testing.T) {
	rt := modulestest.NewRuntime(t)
	i := New().NewModuleInstance(rt.VU)
	rt.MoveToVUContext(&lib.State{})
	got := slices.Sorted(maps.Keys(i.Exports().Named))
	if d := cmp.Diff([]string{"Experiment", "backoff", "fault", "operator", "spike"}, got); d != "" {
		t.Error(d)
	}
}

func TestConstructorsSetTheirFieldAndCopyTheRest(t *testing.T) {
	tests := map[string]struct{ code, want string }{
		"spike":                {`return spike({ at: '1s', times: 2 })`, `{"kind":"spike","at":"1s","times":2}`},
		"crash":                {`return fault.crash({ at: '1s' })`, `{"kind":"crash","at":"1s"}`},
		"freeze":               {`return fault.freeze({ node: 'api' })`, `{"kind":"freeze","node":"api"}`},
		"cut of a link":        {`return fault.link.cut({ to: 'api', how: 'refuse' })`, `{"kind":"cut","to":"api","how":"refuse"}`},
		"CPU":                  {`return fault.cpu({ cpus: 0.5 })`, `{"kind":"cpu","cpus":0.5}`},
		"retries switched off": {`return operator.retriesOff({ at: '1s', for: '5s' })`, `{"kind":"retriesOff","at":"1s","for":"5s"}`},
		"operator's shedding":  {`return operator.shed({ at: '1s', share: '50%' })`, `{"kind":"shed","at":"1s","share":"50%"}`},
		"no backoff":           {`return backoff.none()`, `{"backoff":"none"}`},
		"immediate":            {`return backoff.immediate(null)`, `{"backoff":"immediate"}`},
		"constant":             {`return backoff.constant({ base: '1s' })`, `{"backoff":"constant","base":"1s"}`},
		"linear":               {`return backoff.linear({})`, `{"backoff":"linear"}`},
		"exponential, nested":  {`return backoff.exponential({ breaker: { calls: 2 } })`, `{"backoff":"exponential","breaker":{"calls":2}}`},
		"another kind as well": {`return spike({ kind: 'crash', at: '1s' })`, `{"kind":"spike","at":"1s"}`},
		"not an object":        {`return spike(3)`, `{"kind":"spike"}`},
		"of one's own prototype": {
			`class Base { get cap() { return 1 } }; const o = new Base(); o.base = '1s'; return backoff.constant(o)`,
			`{"backoff":"constant","base":"1s"}`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := load(t, New(), 0, nil).run(t, test.code); got != test.want {
				t.Errorf("%s gives %s, want %s", test.code, got, test.want)
			}
		})
	}
}

func TestConstructorsLeaveTheirArgumentAsItWas(t *testing.T) {
	s := load(t, New(), 0, nil)
	got := s.run(t, `
		const given = Object.freeze({ at: '1s', for: '2s' });
		const made = [spike(given), fault.crash(given), backoff.linear(given)];
		made[0].at = '9s';
		return [given, made.map((m) => m === given)];`)
	if want := `[{"at":"1s","for":"2s"},[false,false,false]]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
