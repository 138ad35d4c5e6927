package k6x

import (
	"fmt"
	"io"
	"os"
	"time"

	"go.k6.io/k6/v2/errext/exitcodes"

	"github.com/retrystorm/retrystorm/internal/experiment"
)

// declaring gives the session of a process that is asked for the declaration alone.
// The script gets options as ever; there is no engine, and nothing runs.
func declaring(text string, exp *experiment.Experiment, file string) *session {
	return &session{
		text: text, name: exp.Name, declare: file, variants: exp.Variants, shards: shardsOf(exp.Variants),
		longest: time.Minute, // of which the script may read, and nobody waits for
	}
}

// told writes the declaration where it was asked for, and exits: with 0, with the code
// of a scenario that turned out to be wrong, or with that of an output that is lost.
func (m *Module) told(p *session, w io.Writer, exit func(int)) {
	if m.off.Err() != nil {
		m.leave(w, nil, exit)
		return
	}
	if err := os.WriteFile(p.declare, []byte(p.text), 0o600); err != nil {
		fmt.Fprintln(w, "the declaration could not be written:", err) //nolint:errcheck // to standard error: there is nobody left to tell
		exit(int(exitcodes.MarkedAsFailed))
		return
	}
	exit(0)
}
