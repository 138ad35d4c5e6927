package k6x

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"
	"go.k6.io/k6/v2/js/modules"
)

// newExperiment is the constructor that scripts call. What it gives has:
//
//	options   k6 options: the scenarios that drive the experiment and a threshold
//	run()     what the default function calls
//	summary   what handleSummary is
//	variants  the names of the variants, in order
func (i *instance) newExperiment(call sobek.ConstructorCall, rt *sobek.Runtime) *sobek.Object {
	text, err := declared(rt, call.Argument(0))
	if err != nil {
		return i.refuse(rt, err)
	}
	p, err := i.module.production(i.vu, text)
	if err != nil {
		return i.refuse(rt, err)
	}
	obj := call.This
	must(rt, obj.Set("options", p.options()))
	must(rt, obj.Set("variants", p.names()))
	must(rt, obj.Set("run", func() { i.perform(p) }))
	must(rt, obj.Set("summary", func() map[string]any { return p.summary() }))
	return obj
}

// refuse stops k6 before anything starts, with its code for a bad configuration.
func (i *instance) refuse(rt *sobek.Runtime, err error) *sobek.Object {
	rt.Interrupt(&badConfig{err})
	return nil
}

// declared gives the script's declaration as JSON text, in the order written.
func declared(rt *sobek.Runtime, v sobek.Value) (string, error) {
	if common.IsNullish(v) {
		return "", errors.New("new Experiment() needs the declaration, an object with a name, a fleet, a backend and a horizon")
	}
	stringify, ok := sobek.AssertFunction(rt.Get("JSON").ToObject(rt).Get("stringify"))
	if !ok {
		return "", errors.New("this script has taken JSON.stringify away, which retrystorm needs")
	}
	var lossy error
	text, err := stringify(sobek.Undefined(), v, rt.ToValue(func(call sobek.FunctionCall) sobek.Value {
		if err := expressible(call.Argument(1)); err != nil && lossy == nil {
			lossy = fmt.Errorf("%s: %w", call.Argument(0).String(), err)
		}
		return call.Argument(1)
	}))
	if err = errors.Join(lossy, err); err != nil {
		return "", err
	}
	return text.String(), nil
}

// expressible says what JSON would silently leave out or turn into null, which
// in a variant would take a field away.
func expressible(v sobek.Value) error {
	if _, ok := sobek.AssertFunction(v); ok {
		return errors.New("is a function; write a value")
	}
	if f, ok := v.Export().(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
		return fmt.Errorf("%v is not a number to run with; check how the script computes it", f)
	}
	return nil
}

// perform is what a VU does in its one iteration: direct the runs, or drive
// its shard of the fleet in each of them.
func (i *instance) perform(p *production) {
	ctx, state := i.vu.Context(), i.vu.State()
	role, err := roleOf(ctx, i.vu)
	if err != nil {
		i.vu.Runtime().Interrupt(&badConfig{err})
		return
	}
	e := &emitter{ctx: ctx, state: state, meters: i.metrics}
	if role == director {
		if p.direct(ctx, e) {
			return
		}
		state.TestStatus.MarkFailed()
		return
	}
	p.drive(ctx, e)
}

// The roles of a VU, named as the k6 scenarios that give them.
const (
	director = "director"
	fleet    = "fleet"
)

var errNoRole = errors.New("run() was called outside the scenarios that the experiment's options declare: " +
	"export its options unchanged but for additions, and leave --vus, --duration and --iterations to them")

func roleOf(ctx context.Context, vu modules.VU) (string, error) {
	s := scenarioOf(ctx)
	if vu.State() == nil || (s != director && s != fleet) {
		return "", errNoRole
	}
	return s, nil
}
