package k6x

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/js/modules"
)

// Name is what scripts import.
const Name = "k6/x/retrystorm"

// Module is the root of k6/x/retrystorm, one to a process.
type Module struct {
	mu       sync.Mutex
	session  *session // what the script declares; nil before it does
	unsaved  error    // why k6 could not write its summary, the table in it
	attend   sync.Once
	imported atomic.Bool
	// off ends when the scenario turns out to be wrong; its cause says why. From
	// then on nothing goes on, and nothing is written.
	off     context.Context
	callOff context.CancelCauseFunc
}

// New gives the module for k6 to register.
func New() *Module {
	m := &Module{}
	m.off, m.callOff = context.WithCancelCause(context.Background())
	return m
}

// Imported says whether the script that k6 has loaded imports the module.
func (m *Module) Imported() bool { return m.imported.Load() }

// NewModuleInstance gives a VU its own view of the module. k6 calls it while the
// script is loaded, the only time at which metrics can be registered; Exports it
// calls as late as the script first uses what it imports.
func (m *Module) NewModuleInstance(vu modules.VU) modules.Instance {
	meters, err := newMeters(vu.InitEnv().Registry)
	must(vu.Runtime(), err)
	m.imported.Store(true)
	m.attend.Do(func() { m.attendRun(vu) })
	i := &instance{module: m, vu: vu, metrics: meters}
	i.attendIterations()
	return i
}

// instance is the module as one VU sees it.
type instance struct {
	module  *Module
	vu      modules.VU
	metrics *meters
	session *session    // what the script declares, as this VU has loaded it
	called  atomic.Bool // run() was called in this VU
	ignore  func()      // ends attendIterations
}

// Exports gives what a script can import.
func (i *instance) Exports() modules.Exports {
	return modules.Exports{Named: map[string]any{
		"Experiment": i.newExperiment,
		"spike":      kindOf("spike"),
		"fault": map[string]any{
			"crash":  kindOf("crash"),
			"freeze": kindOf("freeze"),
			"cpu":    kindOf("cpu"),
			"link": map[string]any{
				"cut":       kindOf("cut"),
				"latency":   kindOf("latency"),
				"loss":      kindOf("loss"),
				"bandwidth": kindOf("bandwidth"),
				"reset":     kindOf("reset"),
			},
			"disk": map[string]any{
				"slow":     kindOf("diskSlow"),
				"errors":   kindOf("diskErrors"),
				"full":     kindOf("diskFull"),
				"readOnly": kindOf("diskReadOnly"),
				"degraded": kindOf("diskDegraded"),
			},
			"cold":   kindOf("cold"),
			"memory": kindOf("memory"),
		},
		"operator": map[string]any{
			"shed":       kindOf("shed"),
			"remount":    kindOf("remount"),
			"replace":    kindOf("replace"),
			"restore":    kindOf("restore"),
			"retriesOff": kindOf("retriesOff"),
			"failover":   kindOf("failover"),
			"failback":   kindOf("failback"),
			"migrate":    kindOf("migrate"),
			"rollout":    kindOf("rollout"),
		},
		"backoff": map[string]any{
			"none":        backoff("none"),
			"immediate":   backoff("immediate"),
			"constant":    backoff("constant"),
			"linear":      backoff("linear"),
			"exponential": backoff("exponential"),
		},
	}}
}

// kindOf gives the constructor of one kind of trigger: the declared fields and
// the kind.
func kindOf(kind string) func(sobek.FunctionCall, *sobek.Runtime) sobek.Value {
	return with("kind", kind)
}

// backoff gives the constructor of a retry policy with one rule of backoff.
func backoff(rule string) func(sobek.FunctionCall, *sobek.Runtime) sobek.Value {
	return with("backoff", rule)
}

var errProxy = errors.New("a Proxy cannot be declared; write a plain object, { … }")

// with gives a function that copies its argument and sets one field.
func with(field, value string) func(sobek.FunctionCall, *sobek.Runtime) sobek.Value {
	return func(call sobek.FunctionCall, rt *sobek.Runtime) sobek.Value {
		obj := rt.NewObject()
		must(rt, obj.Set(field, value))
		given, ok := call.Argument(0).(*sobek.Object)
		if !ok {
			return obj // what is missing is said when the whole is read
		}
		if isProxy(given) {
			rt.Interrupt(&badConfig{err: errProxy, end: "\n"})
			return obj
		}
		for _, k := range given.Keys() {
			if k != field {
				must(rt, obj.Set(k, given.Get(k)))
			}
		}
		return obj
	}
}

// must throws err into the script, if there is one.
func must(rt *sobek.Runtime, err error) {
	if err != nil {
		common.Throw(rt, err)
	}
}
