package k6x

import (
	"testing"

	"go.k6.io/k6/v2/js/modulestest"
	_ "go.k6.io/k6/v2/lib/executor" // so that k6's options know the executors
)

// script is a script's runtime with the module's exports as globals.
type script struct {
	*modulestest.Runtime
	module *Module
}

// load begins a script as k6 does for a VU; 0 is the one it reads options in.
func load(t *testing.T, m *Module, vu int, env map[string]string) *script {
	t.Helper()
	rt := modulestest.NewRuntime(t)
	rt.VU.InitEnvField.RuntimeOptions.Env = env
	rt.VU.InitEnvField.LookupEnv = func(string) (string, bool) { return "", false }
	s := &script{Runtime: rt, module: m}
	s.set(t, "__VU", vu)
	for name, value := range m.NewModuleInstance(rt.VU).Exports().Named {
		s.set(t, name, value)
	}
	return s
}

func (s *script) set(t *testing.T, name string, value any) {
	t.Helper()
	if err := s.VU.Runtime().Set(name, value); err != nil {
		t.Fatal(err)
	}
}

// run gives what some JavaScript comes to, as JSON.
func (s *script) run(t *testing.T, code string) string {
	t.Helper()
	v, err := s.VU.Runtime().RunString("JSON.stringify((() => {" + code + "})())")
	if err != nil {
		t.Fatal(err)
	}
	return v.String()
}

// fails gives the error that some JavaScript ends with.
func (s *script) fails(t *testing.T, code string) error {
	t.Helper()
	v, err := s.VU.Runtime().RunString(code)
	if err == nil {
		t.Fatalf("no error, but %v", v)
	}
	return err
}

// onLocal is the environment that asks for the engine that is always there.
var onLocal = map[string]string{EngineVar: "local", QuietVar: "1"}

// shop is a declaration that is right.
const shop = `const shop = {
	name: 'shop', horizon: '10s',
	fleet: [{ cohort: 'till', terminals: 100, sale: { every: '1s' }, timeout: '1s' }],
	backend: { nodes: [{ name: 'api', workers: 10, service: { mean: '1ms' } }] },
	timeline: [spike({ at: '3s', for: '2s', times: 2 })],
};
`
