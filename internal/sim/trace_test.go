package sim

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/experiment"
	"github.com/retrystorm/retrystorm/internal/history"
	"github.com/retrystorm/retrystorm/internal/node"
	"github.com/retrystorm/retrystorm/internal/terminal"
	"github.com/retrystorm/retrystorm/internal/trace"
)

// TestRunGoesAsTheTracesSay runs testdata/*.txt. Each begins with comments and a
// declaration in JSON; below the line "----" stands every step of a node or of a
// terminal with what it wanted, as "time who: event → effects", but for wake-ups that
// are asked for. Times are in seconds, rounded to microseconds. A node numbers its
// requests and uses a number again, as it does those of the attempts on its links
// ("link/number"). With -rewrite the outcome is written in its place.
func TestRunGoesAsTheTracesSay(t *testing.T) {
	const longest = 120 // lines that somebody will read
	trace.Replay(t, func(t *testing.T, text string) string {
		head, _, _ := strings.Cut(text, "----\n")
		got := head + "----\n" + traced(t, declared(t, head))
		if n := strings.Count(got, "\n"); n > longest {
			t.Errorf("the trace has %d lines; let less happen, at most %d can be read", n, longest)
		}
		return got
	})
}

// declared reads the declaration at the head of a trace.
func declared(t *testing.T, head string) experiment.Plan {
	t.Helper()
	var decl strings.Builder
	for line := range strings.Lines(head) {
		if !strings.HasPrefix(line, "#") {
			decl.WriteString(line)
		}
	}
	e, err := experiment.Decode([]byte(decl.String()))
	if err != nil {
		t.Fatal(err)
	}
	return valid(t, e.Variants[0].Plan)
}

// traced runs a plan and gives a line for every step.
func traced(t *testing.T, p experiment.Plan) string {
	t.Helper()
	cfg := Config{Plan: p, Seed: 1, Bucket: p.Bucket(0), Limits: Limits{Events: 10_000}}
	r := newRun(&cfg)
	w := &tracer{run: r}
	r.spy, r.watch = w.node, w.terminal
	r.start()
	r.loop(context.Background())
	h := r.history()
	if h.Problem != "" {
		t.Fatal(h.Problem)
	}
	sum := history.Sum(h.Buckets, 0, len(h.Buckets))
	w.line(p.Horizon, "end", fmt.Sprintf("%d sold, %d completed, %d late, %d failed, %d pending, %d unsynced; %d entries",
		sum.Demand, sum.Good, sum.Late, sum.Failed, h.Buckets[len(h.Buckets)-1].Pending, h.Buckets[len(h.Buckets)-1].Unsynced, h.Ledger.Entries), nil)
	return w.text.String()
}

// tracer puts the steps of a run in words.
type tracer struct {
	run  *run
	text strings.Builder
}

func (w *tracer) line(now time.Duration, who, event string, effects []string) {
	fmt.Fprintf(&w.text, "%10.6f %s: %s", now.Seconds(), who, event)
	if len(effects) > 0 {
		w.text.WriteString(" → " + strings.Join(effects, ", "))
	}
	w.text.WriteByte('\n')
}

func (w *tracer) node(now time.Duration, i uint8, ev node.Event, out []node.Effect) {
	var effects []string
	for k := range out {
		if out[k].Kind != node.WakeAt {
			effects = append(effects, w.wanted(i, &out[k]))
		}
	}
	w.line(now, w.run.graph.Name(int(i)), w.happened(ev), effects)
}

// happened puts an event of a node in words.
func (w *tracer) happened(ev node.Event) string {
	switch ev.Kind {
	case node.Arrive:
		return fmt.Sprintf("arrive %d from %s", ev.ID, w.client(ev.ID))
	case node.CallEnded:
		return fmt.Sprintf("ended %s %v", attempt(ev.Attempt), ev.Outcome.Cause)
	case node.Wake:
		return "wake"
	case node.Fault:
		return fmt.Sprintf("%v %s", ev.Strike, map[bool]string{true: "begins", false: "ends"}[ev.On])
	}
	word := map[node.EventKind]string{node.Leave: "leave", node.Served: "served", node.Held: "held"}[ev.Kind]
	return fmt.Sprintf("%s %d", word, ev.ID)
}

// client says who sent a request.
func (w *tracer) client(id uint64) string {
	q := w.run.requests.at(uint32(id))
	if q.from == terminals {
		return fmt.Sprintf("terminal %d/%d", q.term, q.attempt)
	}
	return fmt.Sprintf("%s %d/%d", w.run.graph.Name(int(q.from)-1), q.next, q.attempt)
}

func attempt(a node.Attempt) string { return fmt.Sprintf("%d/%d", a.Link, a.Number) }

// wanted puts an effect of a node in words.
func (w *tracer) wanted(i uint8, e *node.Effect) string {
	vain := ""
	if !e.Waiting {
		vain = " in vain"
	}
	switch e.Kind {
	case node.Serve:
		return fmt.Sprintf("serve %d for %v", e.ID, e.For)
	case node.Finish:
		return fmt.Sprintf("finish %d%s", e.ID, vain)
	case node.Fail:
		return fmt.Sprintf("fail %d%s, %v", e.ID, vain, e.Cause)
	case node.Call:
		to := w.run.graph.Nodes[i].Links[e.Attempt.Link].To[e.Target]
		return fmt.Sprintf("call %s %s for %d, waiting %v", w.run.graph.Name(to), attempt(e.Attempt), e.ID, e.For)
	case node.CancelCall:
		return "cancel " + attempt(e.Attempt)
	case node.Reset:
		return "reset all"
	}
	word := map[node.EffectKind]string{
		node.Reject: "reject", node.Drop: "drop", node.HangUp: "hang up", node.Halt: "halt", node.Forget: "forget", node.Refuse: "refuse",
	}[e.Kind]
	return fmt.Sprintf("%s %d", word, e.ID)
}

func (w *tracer) terminal(now time.Duration, i uint32, ev terminal.Event, out []terminal.Effect) {
	event := "wake"
	if ev.Kind == terminal.Reply {
		event = fmt.Sprintf("reply %d %v", ev.Attempt, ev.Outcome.Cause)
	}
	var effects []string
	for k := range out {
		if words := does(&out[k]); words != "" {
			effects = append(effects, words)
		}
	}
	w.line(now, fmt.Sprintf("terminal %d", i), event, effects)
}

// does puts an effect of a terminal in words, if it is worth any.
func does(e *terminal.Effect) string {
	switch {
	case e.Kind == terminal.Send:
		return fmt.Sprintf("send %d of sale %d for %v", e.Attempt, e.Sale, e.Timeout.Round(time.Microsecond))
	case e.Kind == terminal.Cancel:
		return fmt.Sprintf("cancel %d", e.Attempt)
	case e.Kind == terminal.WakeAt || e.Note.What == history.Sent: // which Send says
		return ""
	}
	took := e.Note.Took.Round(time.Microsecond)
	switch e.Note.What {
	case history.Ended:
		return fmt.Sprintf("%d ended %v after %v", e.Attempt, e.Note.Cause, took)
	case history.Completed, history.CameLate:
		word := map[history.What]string{history.Completed: "completed", history.CameLate: "came late"}[e.Note.What]
		if e.Note.Settled {
			word += " out of the queue"
		}
		return fmt.Sprintf("sale %d %s after %v", e.Sale, word, took)
	}
	word := map[history.What]string{history.Sold: "sold", history.GivenUp: "given up", history.Parked: "parked"}[e.Note.What]
	return fmt.Sprintf("sale %d %s", e.Sale, word)
}
