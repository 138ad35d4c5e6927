package backend_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/retrystorm/retrystorm/internal/backend"
)

var rewrite = flag.Bool("rewrite", false, "write what the node did into testdata/*.txt")

// TestNodeTellsTheStories plays testdata/*.txt. A story is a list of blocks
// that empty lines divide: comments and commands, a line "----", and what came
// of the commands. With -rewrite the outcome is written in its place.
func TestNodeTellsTheStories(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) { play(t, path) })
	}
}

func play(t *testing.T, path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var s story
	var told []string
	for block := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n\n") {
		told = append(told, s.tell(t, block))
	}
	got := strings.Join(told, "\n\n") + "\n"
	if *rewrite {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(strings.Split(string(text), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("the story goes otherwise (-told +played; -rewrite to accept):\n%s", diff)
	}
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

// command plays "node FIELD=VALUE…", "stats" or "TIME: arrive|leave|done ID
// [deadline=TIME]".
func (s *story) command(t *testing.T, words []string) []string {
	switch words[0] {
	case "node":
		s.node = backend.NewNode(config(t, words[1:]), rand.New(rand.NewPCG(1, 2)))
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
			c.Workers = count(t, value)
		case "service":
			c.Service.Mean = span(t, value)
		case "limit":
			err = c.Queue.Limit.DecodeValue(float64(count(t, value)))
		case "discipline":
			err = c.Queue.Discipline.UnmarshalText([]byte(value))
		case "abandoned":
			err = c.Abandoned.UnmarshalText([]byte(value))
		case "deadlines":
			c.DeadlinePropagation = value == "propagated"
		case "shed":
			c.Shed = &backend.Shed{Queue: count(t, first), RetryAfter: span(t, second)}
		case "inflight", "arrivals":
			c.Slowdown = &backend.Slowdown{Above: float64(count(t, first)), Times: float64(count(t, second))}
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

// inWords puts an effect in words.
func inWords(e backend.Effect) string {
	switch e.Kind {
	case backend.Begin:
		return fmt.Sprintf("begin %d for %v", e.ID, e.Service)
	case backend.Finish:
		if !e.Waiting {
			return fmt.Sprintf("finish %d in vain", e.ID)
		}
		return fmt.Sprintf("finish %d", e.ID)
	case backend.Halt:
		return fmt.Sprintf("halt %d", e.ID)
	}
	why := []string{"?", "queue full", "shedding", "expired"}[e.Reason]
	if e.RetryAfter > 0 {
		why += fmt.Sprintf(", retry after %v", e.RetryAfter)
	}
	return fmt.Sprintf("reject %d: %s", e.ID, why)
}

// counts puts the stats in words.
func counts(s backend.Stats) string {
	return fmt.Sprintf("arrived %d = served %d (wasted %d) + rejected %d (expired %d) + halted %d + queue %d + busy %d; worked %v, in vain %v",
		s.Arrived, s.Served, s.Wasted, s.Rejected, s.Expired, s.Halted, s.Queue, s.Busy, s.Worked, s.InVain)
}

func kind(t *testing.T, word string) backend.EventKind {
	for i, w := range []string{"arrive", "leave", "done"} {
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
