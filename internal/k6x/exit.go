package k6x

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"go.k6.io/k6/v2/errext"
	"go.k6.io/k6/v2/errext/exitcodes"

	"github.com/retrystorm/retrystorm/internal/console"
	"github.com/retrystorm/retrystorm/reports"
)

// k6 exits with 0 unless it was told otherwise: a script that throws in each of
// its iterations passes, and so does a threshold that nothing was ever measured
// for. So whoever is to pass has to prove it: when k6 is about to exit, the
// module looks at what has become of the experiment.

var errAbsent = errors.New("the default function ended before it called run(), in a VU that the experiment needs; " +
	"call run() once in every VU, whatever __VU is and before anything that may throw")

// ErrNoExperiment is the error for a script that declares no Experiment.
var ErrNoExperiment = errors.New("the script declares no Experiment, so there is nothing to run; " +
	"it must declare its experiments at its top level, with new Experiment({ … }) from 'k6/x/retrystorm'")

var errNeverRun = errors.New("the script declares an Experiment and never runs it; " +
	"export its options as they are, and call run() in the default function, before anything that may throw")

var errUnfinished = errors.New("the experiment was not run to its end, so it proves nothing")

var errUnexpected = errors.New("a variant did not come out as expected, and no threshold says so; " +
	"export the experiment's options with their thresholds, and leave --no-thresholds away")

var errClosedOutput = errors.New("the table could not be written: standard output is closed; give it a place, such as /dev/null")

// errSaid is an ending that has been told already.
var errSaid = errors.New("")

// loaded ends the process if the script has no Experiment, or if its declaration is
// all that is asked for, before anything starts.
func (m *Module) loaded() {
	m.mu.Lock()
	p := m.session
	m.mu.Unlock()
	switch {
	case p == nil:
		m.callOff(ErrNoExperiment)
		m.leave(os.Stderr, nil, os.Exit)
	case p.declare != "":
		m.told(p, os.Stderr, os.Exit)
	}
}

// ended saves what was measured, now that no VU can make the scenario wrong any
// more; of one that turned out to be wrong nothing is left.
func (m *Module) ended() {
	m.mu.Lock()
	p := m.session
	m.mu.Unlock()
	switch {
	case p == nil:
	case m.off.Err() != nil:
		p.discard()
	default:
		p.save(true)
	}
}

// leave looks at the error with which k6 is about to exit, nil for none. If k6
// would let pass what must not, it says why and exits with the right code itself.
func (m *Module) leave(w io.Writer, k6 error, exit func(int)) {
	own, why := m.ending()
	if why == nil || !outweighs(own, why, k6) {
		return
	}
	if text := why.Error(); text != "" {
		fmt.Fprintln(w, text) //nolint:errcheck // to standard error: there is nobody left to tell
	}
	exit(int(own))
}

// outweighs says whether an exit code stands in place of k6's own: of success
// always, and of a crossed threshold where nothing was judged or where what was
// judged is lost. A threshold may well end a run early.
func outweighs(own exitcodes.ExitCode, why, k6 error) bool {
	var coded errext.HasExitCode
	switch {
	case k6 == nil:
		return true
	case !errors.As(k6, &coded) || coded.ExitCode() != exitcodes.ThresholdsHaveFailed:
		return false
	}
	return own != exitcodes.ThresholdsHaveFailed && !errors.Is(why, errUnfinished)
}

// ending says with which code the process has to exit, and why; nil if the
// experiment has passed.
func (m *Module) ending() (exitcodes.ExitCode, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.off.Err() != nil {
		return exitcodes.InvalidConfig, context.Cause(m.off)
	}
	p := m.session
	if p == nil {
		return exitcodes.InvalidConfig, ErrNoExperiment
	}
	if !p.directed.Load() {
		return exitcodes.InvalidConfig, errNeverRun
	}
	if m.unsaved != nil {
		return exitcodes.MarkedAsFailed, m.unsaved
	}
	if p.shown.Load() && console.Closed(os.Stdout) {
		return exitcodes.MarkedAsFailed, errClosedOutput
	}
	return p.ending()
}

// ending says how the experiment ended, as far as the result tells.
func (p *session) ending() (exitcodes.ExitCode, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.failed != nil, p.untraced != nil:
		return exitcodes.MarkedAsFailed, errSaid
	case p.result == nil || p.result.Outcome() == reports.Invalid:
		return exitcodes.MarkedAsFailed, errUnfinished
	case p.result.Outcome() == reports.Failed:
		return exitcodes.ThresholdsHaveFailed, errUnexpected
	}
	return 0, nil
}
