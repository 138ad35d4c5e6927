package k6x

import (
	"context"
	"errors"
	"fmt"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/modules"
	"go.k6.io/k6/v2/lib"
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
	bad := &badConfig{err: err}
	if i.vu.State() == nil {
		bad.end = "\n" // while the script is loaded, the runtime adds where in it this was
	}
	rt.Interrupt(bad)
	return nil
}

// perform is what a VU does in its one iteration: direct the runs, or drive
// its shard of the fleet in each of them.
func (i *instance) perform(p *production) {
	ctx, state := i.vu.Context(), i.vu.State()
	role, err := roleOf(ctx, i.vu)
	if err == nil {
		err = p.cast(role, &state.Options)
	}
	if err != nil {
		i.vu.Runtime().Interrupt(&badConfig{err: err})
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

var errTwice = errors.New("run() was called twice in one VU; call it once, from the default function")

// cast says why a VU cannot take its role: the other VUs would wait for it for
// ever, or the experiment has been directed already.
func (p *production) cast(role string, options *lib.Options) error {
	slice, err := lib.NewExecutionTuple(options.ExecutionSegment, options.ExecutionSegmentSequence)
	if err != nil {
		return err
	}
	for name, want := range map[string]uint64{director: 1, fleet: uint64(p.shards)} { //nolint:gosec // not negative
		var got uint64
		if s := options.Scenarios[name]; s != nil {
			got = lib.GetMaxPlannedVUs(s.GetExecutionRequirements(slice))
		}
		if got < want {
			return fmt.Errorf("the scenario %q has %d VUs of the %d that it needs: leave the experiment's scenarios as they are, "+
				"and run it in one k6, without --execution-segment", name, got, want)
		}
	}
	if role == director && p.directed.Swap(true) {
		return errTwice
	}
	return nil
}

func roleOf(ctx context.Context, vu modules.VU) (string, error) {
	s := scenarioOf(ctx)
	if vu.State() == nil || (s != director && s != fleet) {
		return "", errNoRole
	}
	return s, nil
}
