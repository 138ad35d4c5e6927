package store_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/retrystorm/retrystorm/internal/field"
	"github.com/retrystorm/retrystorm/internal/store"
	"github.com/retrystorm/retrystorm/internal/trace"
)

// TestDiskDoesAsTheTracesSay plays testdata/*.txt: blocks of comments and commands, a
// line "----", and what came of them. With -rewrite the outcome is written in its place.
func TestDiskDoesAsTheTracesSay(t *testing.T) {
	trace.Replay(t, func(t *testing.T, text string) string {
		p := player{t: t}
		return trace.Blocks(text, p.block)
	})
}

type player struct {
	t    *testing.T
	disk *store.Disk
}

func (p *player) block(block string) string {
	commands, _, _ := strings.Cut(block, "\n----")
	out := []string{commands, "----"}
	for command := range strings.SplitSeq(commands, "\n") {
		if !strings.HasPrefix(command, "#") {
			out = append(out, p.command(strings.Fields(command)))
		}
	}
	return strings.Join(out, "\n")
}

// command plays "disk FIELD=VALUE…", or an event at its time: "commit ID", "step",
// "crash kept|lost" or "KIND on|off VALUE".
func (p *player) command(words []string) string {
	if words[0] == "disk" {
		p.disk = store.NewDisk(p.config(words[1:]), rand.New(rand.NewPCG(1, 2)))
		return "ok"
	}
	now := p.span(strings.TrimSuffix(words[0], ":"))
	said := []string{}
	switch words[1] {
	case "commit":
		p.disk.Submit(now, p.number(words[2]))
	case "step":
	case "crash":
		for _, id := range p.disk.Crash(words[2] == "kept", nil) {
			said = append(said, fmt.Sprintf("%d stands", id))
		}
	default:
		p.disk.Strike(p.fault(words[1], words[2:]))
	}
	for _, d := range p.disk.Step(now, nil) {
		said = append(said, fmt.Sprintf("%d %v", d.ID, d.Failure))
	}
	written, synced := p.disk.Counts()
	said = append(said, fmt.Sprintf("%d written, %d synced", written, synced))
	if at := p.disk.Due(); at != store.Never {
		said = append(said, fmt.Sprintf("next at %v", at))
	}
	return now.String() + ": " + strings.Join(said, "; ")
}

func (p *player) config(words []string) store.Config {
	var c store.Config
	for _, w := range words {
		name, value, _ := strings.Cut(w, "=")
		switch name {
		case "write":
			c.Write = p.span(value)
		case "read":
			c.Read = p.span(value)
		case "sync":
			c.SyncEvery = p.span(value)
		case "group":
			c.Group = field.Limit(p.number(value)) //nolint:gosec // a handful
		}
	}
	if err := c.Validate(); err != nil {
		p.t.Fatal(err)
	}
	return c
}

func (p *player) fault(word string, words []string) (store.Fault, bool) {
	var f store.Fault
	value := ""
	if len(words) > 1 {
		value = words[1]
	}
	switch word {
	case "slow":
		f.Kind = store.Slow
		if value != "" {
			f.Latency = p.span(value)
		}
	case "errors", "read-errors":
		f.Kind = store.Errors
		f.Share, _ = strconv.ParseFloat(value, 64)
		if word == "read-errors" {
			f.Of = store.Reads
		}
	case "full":
		f.Kind = store.Full
	case "read-only":
		f.Kind = store.ReadOnly
	case "degraded":
		f.Kind = store.Degraded
		f.Times, _ = strconv.ParseFloat(value, 64)
	default:
		p.t.Fatalf("no command %q", word)
	}
	return f, words[0] == "on"
}

func (p *player) span(word string) time.Duration {
	d, err := time.ParseDuration(word)
	if err != nil {
		p.t.Fatal(err)
	}
	return d
}

func (p *player) number(word string) uint64 {
	n, err := strconv.ParseUint(word, 10, 64)
	if err != nil {
		p.t.Fatal(err)
	}
	return n
}
