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
	if i.session != nil {
		return i.refuse(errSeveral)
	}
	text, err := i.declared(call.Argument(0))
	if err != nil {
		return i.refuse(err)
	}
	p, err := i.module.sessionOf(i.vu, text)
	if err != nil {
		return i.refuse(err)
	}
	i.session = p
	obj := call.This
	must(rt, obj.Set("options", p.options()))
	must(rt, obj.Set("variants", p.names()))
	must(rt, obj.Set("run", func() { i.perform(p) }))
	must(rt, obj.Set("summary", func() map[string]any { return p.summary() }))
	return obj
}

// refuse ends k6 with its code for a bad configuration. The script may be able
// to keep k6 from learning of it, so the module remembers it for the end.
func (i *instance) refuse(err error) *sobek.Object {
	i.module.callOff(err)
	bad := &badConfig{err: context.Cause(i.module.off)} // the first one explains the others
	if i.vu.State() == nil {
		bad.end = "\n" // while the script is loaded, the runtime adds where in it this was
	}
	i.vu.Runtime().Interrupt(bad)
	return nil
}

// perform is what a VU does in its one iteration: direct the runs, or drive
// its shard of the fleet in each of them.
func (i *instance) perform(p *session) {
	ctx, state := i.vu.Context(), i.vu.State()
	role, err := roleOf(ctx, i.vu)
	if err == nil && i.called.Swap(true) {
		err = errTwice
	}
	if err == nil {
		err = p.cast(role, &state.Options)
	}
	if err != nil {
		i.refuse(err)
		return
	}
	i.ignore()
	e := &emitter{ctx: ctx, state: state, meters: i.metrics}
	within, leave := context.WithCancel(ctx)
	defer leave()
	defer context.AfterFunc(p.off, leave)()
	if role == director && !p.direct(within, e) {
		state.TestStatus.MarkFailed()
	} else if role == fleet {
		p.drive(within, e)
	}
	if p.off.Err() != nil {
		i.refuse(context.Cause(p.off))
	}
}

// The roles of a VU, named as the k6 scenarios that give them.
const (
	director = "director"
	fleet    = "fleet"
)

var errNoRole = errors.New("run() was called outside the scenarios that the experiment's options declare: " +
	"export its options unchanged but for additions, and leave --vus, --duration and --iterations to them")

var errTwice = errors.New("run() was called twice in one VU; call it once, from the default function")

var errSeveral = errors.New("the script declares more than one Experiment, and one run can only be of one; " +
	"declare what differs as its variants, or write a script for each")

// cast says why a VU cannot take its role: the other VUs would wait for it for
// ever, or the experiment has been directed already.
func (p *session) cast(role string, options *lib.Options) error {
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
