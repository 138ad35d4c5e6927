package history

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/retrystorm/retrystorm/internal/retry"
)

// Attempt is one attempt that has ended: who made it, for which sale, when, where
// to, and how it ended. Engines hand each of them to a hook, a func(Attempt),
// where a trace is asked for; one that is still under way at the end of the run
// is handed to nobody.
type Attempt struct {
	At       time.Duration // when it was meant to go out
	From     string        // the node that made it; Fleet for a terminal
	To       string        // the node that it went to
	Terminal uint32        // whose sale it is for, numbered through the fleet from 0
	Sale     uint32        // which sale of the terminal, from 1
	Number   uint32        // which attempt of the terminal or of the node, from 1
	Took     time.Duration // until it ended
	Cause    retry.Cause   // how it ended
}

// Trace writes attempts as lines of JSON, one each, in the order in which they
// are handed to it, which is that of their ends:
//
//	{"at_s":12.5,"from":"fleet","to":"api","terminal":17,"sale":3,"attempt":5,"took_s":2,"ended":"timeout"}
//
// It keeps no more than a buffer in memory, however many attempts there are, and
// may be used by several goroutines at once.
type Trace struct {
	mu  sync.Mutex
	out *bufio.Writer
	enc *json.Encoder
	err error // the first that there was; nothing is written after it
}

// NewTrace begins a trace. The writer stays the caller's to close.
func NewTrace(w io.Writer) *Trace {
	t := &Trace{out: bufio.NewWriterSize(w, 64<<10)}
	t.enc = json.NewEncoder(t.out)
	t.enc.SetEscapeHTML(false)
	return t
}

// attemptLine is an attempt as a trace has it: times in seconds, as in result.json.
type attemptLine struct {
	AtS      float64 `json:"at_s"`
	From     string  `json:"from"`
	To       string  `json:"to"`
	Terminal uint32  `json:"terminal"`
	Sale     uint32  `json:"sale"`
	Attempt  uint32  `json:"attempt"`
	TookS    float64 `json:"took_s"`
	Ended    string  `json:"ended"`
}

// Attempt writes one attempt. It is the hook that an engine calls; what goes
// wrong is kept for Flush.
func (t *Trace) Attempt(a Attempt) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err != nil {
		return
	}
	t.err = t.enc.Encode(attemptLine{
		AtS: a.At.Seconds(), From: a.From, To: a.To, Terminal: a.Terminal, Sale: a.Sale, Attempt: a.Number,
		TookS: a.Took.Seconds(), Ended: a.Cause.String(),
	})
}

// Flush writes what is still in memory, and gives the first error that there was.
func (t *Trace) Flush() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err == nil {
		t.err = t.out.Flush()
	}
	if t.err != nil {
		return fmt.Errorf("cannot write the trace of attempts: %w", t.err)
	}
	return nil
}
