package backend_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/backend"
	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/trace"
)

// TestNodeTellsTheStories plays testdata/*.txt. A story is a list of blocks
// that empty lines divide: comments and commands, a line "----", and what came
// of the commands. With -rewrite the outcome is written in its place.
func TestNodeTellsTheStories(t *testing.T) {
	trace.Replay(t, func(t *testing.T, text string) string {
		var s story
		return trace.Blocks(text, func(block string) string { return s.tell(t, block) })
	})
}

// story is a node and what is said about it.
type story struct{ node *backend.Node }

// tell plays a block and gives it with the outcome.
func (s *story) tell(t *testing.T, block string) string {
	commands, _, _ := strings.Cut(block, "\n----")
	out := []string{commands, "----"}
	for command := range strings.SplitSeq(commands, "\n") {
		if !strings.HasPrefix(command, "#") {
			out = append(out, s.command(t, strings.Fields(command))...)
		}
	}
	return strings.Join(out, "\n")
}

// command plays "node FIELD=VALUE…", "stats" or "shed SHARE" or "TIME:
// arrive|leave|done|held ID [deadline=TIME]".
func (s *story) command(t *testing.T, words []string) []string {
	switch words[0] {
	case "node":
		s.node = backend.NewNode(config(t, words[1:]), rand.New(rand.NewPCG(1, 2)))
		return []string{"ok"}
	case "shed": // a share, by the operator
		s.node.Shed(number(t, words[1]))
		return []string{"ok"}
	case "stats":
		return []string{counts(s.node.Stats())}
	}
	now := span(t, strings.TrimSuffix(words[0], ":"))
	ev := backend.Event{Kind: kind(t, words[1]), ID: uint64(count(t, words[2]))}
	if len(words) > 3 {
		ev.Deadline = span(t, strings.TrimPrefix(words[3], "deadline="))
	}
	effects := s.node.Step(now, ev, nil)
	if len(effects) == 0 {
		return []string{now.String() + ": -"}
	}
	lines := make([]string, len(effects))
	for i, e := range effects {
		lines[i] = now.String() + ": " + inWords(e)
	}
	return lines
}

// config reads a node from words such as "workers=2" and "shed=5/2s".
func config(t *testing.T, words []string) backend.Config {
	c := backend.Config{Name: "api"}
	for _, w := range words {
		name, value, _ := strings.Cut(w, "=")
		first, second, _ := strings.Cut(value, "/")
		var err error
		switch name {
		case "workers":
			c.Workers = limit(t, value)
		case "service":
			c.Service.Mean = span(t, value)
		case "limit":
			c.Queue.Limit = limit(t, value)
		case "overflow":
			err = c.Queue.Overflow.UnmarshalText([]byte(value))
		case "discipline":
			err = c.Queue.Discipline.UnmarshalText([]byte(value))
		case "abandoned":
			err = c.Abandoned.UnmarshalText([]byte(value))
		case "deadlines":
			c.DeadlinePropagation = value == "propagated"
		case "shed":
			c.Shed = &backend.Shed{Queue: new(count(t, first))}
			if err = c.Shed.Refusal.UnmarshalText([]byte(second)); err != nil {
				c.Shed.RetryAfter, err = span(t, second), nil
			}
		case "inflight", "arrivals":
			c.Slowdown = slowdown(t, value)
			err = c.Slowdown.Measure.UnmarshalText([]byte(name))
		default:
			t.Fatalf("no field %q", name)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	return c
}

// slowdown reads one from "3/10", three and ten times; "3/+0.5", a slope above
// three; or "3/2,5/9", two steps.
func slowdown(t *testing.T, value string) *backend.Slowdown {
	s := &backend.Slowdown{}
	for part := range strings.SplitSeq(value, ",") {
		first, second, _ := strings.Cut(part, "/")
		s.Steps = append(s.Steps, backend.Step{Above: number(t, first), Times: number(t, second)})
		if strings.HasPrefix(second, "+") {
			return &backend.Slowdown{Above: number(t, first), PerRequest: number(t, second)}
		}
	}
	if len(s.Steps) == 1 {
		return &backend.Slowdown{Above: s.Steps[0].Above, Times: s.Steps[0].Times}
	}
	return s
}

func limit(t *testing.T, word string) (l field.Limit) {
	var v any = word
	if word != "unbounded" {
		v = number(t, word)
	}
	if err := l.DecodeValue(v); err != nil {
		t.Fatal(err)
	}
	return l
}

func number(t *testing.T, word string) float64 {
	f, err := strconv.ParseFloat(word, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// inWords puts an effect in words.
func inWords(e backend.Effect) string {
	switch e.Kind {
	case backend.Begin:
		return fmt.Sprintf("begin %d for %v", e.ID, e.For)
	case backend.Finish:
		if !e.Waiting {
			return fmt.Sprintf("finish %d in vain", e.ID)
		}
		return fmt.Sprintf("finish %d", e.ID)
	case backend.Halt:
		return fmt.Sprintf("halt %d", e.ID)
	case backend.Forget:
		return fmt.Sprintf("forget %d", e.ID)
	case backend.HangUp:
		return fmt.Sprintf("hang up %d", e.ID)
	}
	why := []string{"?", "queue full", "shedding", "expired", "ordered"}[e.Reason]
	if e.Kind == backend.Drop {
		return fmt.Sprintf("drop %d: %s", e.ID, why)
	}
	if e.For > 0 {
		why += fmt.Sprintf(", retry after %v", e.For)
	}
	return fmt.Sprintf("reject %d: %s", e.ID, why)
}

// counts puts the stats in words.
func counts(s backend.Stats) string {
	ordered := ""
	if s.Ordered > 0 {
		ordered = fmt.Sprintf(", ordered %d", s.Ordered)
	}
	return fmt.Sprintf("arrived %d = served %d (wasted %d) + rejected %d (expired %d%s) + halted %d + queue %d + busy %d; worked %v, in vain %v",
		s.Arrived, s.Served, s.Wasted, s.Rejected, s.Expired, ordered, s.Halted, s.Queue, s.Busy, s.Worked, s.InVain)
}

func kind(t *testing.T, word string) backend.EventKind {
	for i, w := range []string{"arrive", "leave", "done", "held"} {
		if w == word {
			return backend.EventKind(i)
		}
	}
	t.Fatalf("no event %q", word)
	return 0
}

func count(t *testing.T, word string) int {
	n, err := strconv.Atoi(word)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func span(t *testing.T, word string) time.Duration {
	d, err := time.ParseDuration(word)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
