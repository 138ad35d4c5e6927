package node_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/caller"
	"github.com/retrystorm/retrystorm/internal/fault"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/node"
	"github.com/retrystorm/retrystorm/internal/retry"
	"github.com/retrystorm/retrystorm/internal/store"
	"github.com/retrystorm/retrystorm/internal/trace"
)

// TestNodeDoesAsTheTracesSay plays testdata/*.txt. A trace is a list of blocks that
// empty lines divide: comments and commands, a line "----", and what came of the
// commands. With -rewrite the outcome is written in its place.
func TestNodeDoesAsTheTracesSay(t *testing.T) {
	trace.Replay(t, func(t *testing.T, text string) string {
		p := player{t: t}
		return trace.Blocks(text, p.block)
	})
}

// player plays the commands of a trace.
type player struct {
	t    *testing.T
	node *node.Node
}

func (p *player) block(block string) string {
	commands, _, _ := strings.Cut(block, "\n----")
	out := []string{commands, "----"}
	for command := range strings.SplitSeq(commands, "\n") {
		if !strings.HasPrefix(command, "#") {
			out = append(out, p.command(strings.Fields(command))...)
		}
	}
	return strings.Join(out, "\n")
}

// command plays "node …", "link …", "stats", or an event at its time.
func (p *player) command(words []string) []string {
	switch words[0] {
	case "node":
		p.node = p.start(words[1:])
		return []string{"ok"}
	case "stats":
		s := p.node.Stats()
		lines := []string{fmt.Sprintf("arrived %d, served %d, wasted %d, rejected %d, halted %d; queue %d, busy %d; worked %v, in vain %v",
			s.Arrived, s.Served, s.Wasted, s.Rejected, s.Halted, s.Queue, s.Busy, s.Worked, s.InVain)}
		for i, l := range p.node.Links() {
			lines = append(lines, fmt.Sprintf("target %d: %d calls, %d attempts, %s", i, l.Calls, l.Attempts, outcomes(l)))
		}
		return lines
	}
	now := p.span(strings.TrimSuffix(words[0], ":"))
	ev := p.event(words[1:])
	effects := p.node.Step(now, &ev, nil)
	lines := []string{}
	for i := range effects {
		lines = append(lines, now.String()+": "+inWords(&effects[i]))
	}
	if len(lines) == 0 {
		lines = append(lines, now.String()+": -")
	}
	return lines
}

func outcomes(l caller.Stats) string {
	var parts []string
	for c, n := range l.Outcomes {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %v", n, retry.Cause(c)))
		}
	}
	return "ended " + strings.Join(parts, ", ")
}

// start reads a node: words before the first "link" are its own, those after each
// "link" that link's.
func (p *player) start(words []string) *node.Node {
	c := backend.Config{Name: "app", Workers: 1, Service: backend.Service{Mean: 10 * time.Millisecond}}
	modelled := false
	for _, w := range words {
		name, value, _ := strings.Cut(w, "=")
		switch {
		case w == "link":
			c.Calls = append(c.Calls, caller.Config{To: caller.Names{"db"}, Timeout: time.Second})
		case w == "modelled":
			modelled = true
		case len(c.Calls) > 0:
			p.link(&c.Calls[len(c.Calls)-1], name, value)
		default:
			p.own(&c, name, value)
		}
	}
	if err := c.Validate(); err != nil {
		p.t.Fatal(err)
	}
	if modelled {
		return node.NewModelled(c.WithDefaults(), 1)
	}
	return node.New(c.WithDefaults(), 1)
}

func (p *player) own(c *backend.Config, name, value string) {
	var err error
	switch name {
	case "workers":
		c.Workers = field.Limit(p.number(value))
	case "service":
		c.Service.Mean = p.span(value)
	case "work":
		err = c.Service.Work.UnmarshalText([]byte(value))
	case "cpus":
		c.CPUs, err = strconv.ParseFloat(value, 64)
	case "abandoned":
		err = c.Abandoned.UnmarshalText([]byte(value))
	case "deadlines":
		c.DeadlinePropagation = value == "propagated"
	case "ledger":
		c.Ledger = new(value == "yes")
	case "disk", "read", "sync", "group":
		p.disk(c, name, value)
	case "warmup":
		c.Warmup = &backend.Warmup{For: p.span(value), Times: 3}
	case "limit":
		c.Queue.Limit = field.Limit(p.number(value))
	default:
		p.t.Fatalf("no field %q", name)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *player) disk(c *backend.Config, name, value string) {
	if c.Disk == nil {
		c.Disk = &store.Config{}
	}
	switch name {
	case "disk":
		c.Disk.Write = p.span(value)
	case "read":
		c.Disk.Read = p.span(value)
	case "sync":
		c.Disk.SyncEvery = p.span(value)
	case "group":
		c.Disk.Group = field.Limit(p.number(value))
	}
}

func (p *player) link(l *caller.Config, name, value string) {
	var err error
	switch name {
	case "to":
		l.To = strings.Split(value, ",")
	case "target":
		err = l.Target.UnmarshalText([]byte(value))
	case "timeout":
		l.Timeout = p.span(value)
	case "deadline":
		l.Deadline = p.span(value)
	case "cancel":
		err = l.Cancel.UnmarshalText([]byte(value))
	case "pool":
		l.Connections.Pool = p.number(value)
	case "tries":
		l.Retry.Backoff, l.Retry.Base, l.Retry.MaxAttempts = retry.Constant, 100*time.Millisecond, field.Limit(p.number(value))
	case "copies":
		l.Retry.Parallel = p.number(value)
	case "budget":
		l.Retry.Budget = &retry.Budget{Tokens: float64(p.number(value)), Ratio: 0.1}
	case "breaker":
		l.Retry.Breaker = &retry.Breaker{Ratio: 1, Calls: p.number(value), Window: time.Second, Open: time.Second, HalfOpen: 1}
	default:
		p.t.Fatalf("no field %q of a link", name)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// event reads "arrive ID [waits=TIME] [tenant=N]", "leave|served|held ID", "ended
// LINK/NUMBER CAUSE", "wake" or "fault KIND on|off [AMOUNT]".
func (p *player) event(words []string) node.Event {
	switch words[0] {
	case "wake":
		return node.Event{Kind: node.Wake}
	case "ended":
		link, number, _ := strings.Cut(words[1], "/")
		return node.Event{
			Kind: node.CallEnded, Attempt: node.Attempt{Link: uint16(p.number(link)), Number: uint32(p.number(number))},
			Outcome: retry.Outcome{Cause: p.cause(words[2])},
		}
	case "fault":
		ev := node.Event{Kind: node.Fault, On: words[2] == "on"}
		if err := ev.Strike.UnmarshalText([]byte(words[1])); err != nil {
			p.t.Fatal(err)
		}
		switch {
		case ev.Strike == fault.Crash:
			ev.Lost = len(words) > 3
		case ev.Strike.StrikesDisk():
			ev.Disk = p.diskFault(words)
		case len(words) > 3:
			ev.Amount, _ = strconv.ParseFloat(words[3], 64)
		}
		return ev
	}
	ev := node.Event{ID: uint64(p.number(words[1])), Waits: node.Unlimited}
	if words[0] == "committed" {
		ev.Kind = node.Committed
		p.outcome(&ev, words[2])
		return ev
	}
	for i, w := range []string{"arrive", "leave", "served", "held"} {
		if w == words[0] {
			ev.Kind = node.EventKind(i)
		}
	}
	for _, w := range words[2:] {
		if name, value, _ := strings.Cut(w, "="); name == "waits" {
			ev.Waits = p.span(value)
		} else {
			ev.Tenant = uint32(p.number(value))
		}
	}
	return ev
}

// outcome reads how a commit ended: "new", "known" or the name of an error.
func (p *player) outcome(ev *node.Event, word string) {
	ev.Known = word == "known"
	for f := store.IOError; f <= store.NotWritable; f++ {
		if f.String() == word {
			ev.Failure = f
		}
	}
}

// diskFault reads what follows "fault KIND on|off": a time, a share or a multiple.
func (p *player) diskFault(words []string) *store.Fault {
	e := fault.Event{}
	if err := e.Kind.UnmarshalText([]byte(words[1])); err != nil {
		p.t.Fatal(err)
	}
	switch {
	case len(words) < 4:
	case e.Kind == fault.DiskSlow:
		e.Latency = p.span(words[3])
	case e.Kind == fault.DiskDegraded:
		e.Times, _ = strconv.ParseFloat(words[3], 64)
	default:
		share, _ := strconv.ParseFloat(words[3], 64)
		e.Share = field.Ratio(share)
	}
	f, _ := e.Disk()
	return &f
}

func (p *player) cause(word string) retry.Cause {
	for c := range retry.Causes {
		if c.String() == word {
			return c
		}
	}
	p.t.Fatalf("no cause %q", word)
	return 0
}

func (p *player) span(word string) time.Duration {
	d, err := time.ParseDuration(word)
	if err != nil {
		p.t.Fatal(err)
	}
	return d
}

func (p *player) number(word string) int {
	n, err := strconv.Atoi(word)
	if err != nil {
		p.t.Fatal(err)
	}
	return n
}

// inWords puts an effect in words.
func inWords(e *node.Effect) string {
	attempt := fmt.Sprintf("%d/%d", e.Attempt.Link, e.Attempt.Number)
	vain := ""
	if !e.Waiting {
		vain = " in vain"
	}
	switch e.Kind {
	case node.Serve:
		return fmt.Sprintf("serve %d for %v", e.ID, e.For)
	case node.Finish:
		if e.Known {
			vain += ", known"
		}
		return fmt.Sprintf("finish %d%s", e.ID, vain)
	case node.Fail:
		if e.Failure != store.None {
			return fmt.Sprintf("fail %d%s: %v", e.ID, vain, e.Failure)
		}
		return fmt.Sprintf("fail %d%s: %v", e.ID, vain, e.Cause)
	case node.Call:
		return fmt.Sprintf("call %s of target %d for %d, waiting %v", attempt, e.Target, e.ID, e.For)
	case node.CancelCall:
		return "cancel " + attempt
	case node.WakeAt:
		return fmt.Sprintf("wake at %v", e.For)
	case node.Reset:
		return "reset"
	}
	word := map[node.EffectKind]string{
		node.Reject: "reject", node.Drop: "drop", node.HangUp: "hang up", node.Halt: "halt", node.Forget: "forget", node.Refuse: "refuse",
		node.Commit: "commit", node.Synced: "synced:", node.Lost: "lost all but",
	}[e.Kind]
	return fmt.Sprintf("%s %d", word, e.ID)
}
